// The loop of production, one input and one turn at a time: order, the alarm and its grid,
// late ticks, and what happens when the machine breaks. Time is moved by hand.

import { expect, test } from 'vitest'
import { type Effect, type Input, ipv4, type Notice } from '../../src/core/index.ts'
import { Driver } from '../../src/host/driver.ts'
import { MemoryNetwork } from '../../src/host/memory-transport.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { FakeMachine } from './fake-machine.ts'

const here = ipv4(127, 0, 0, 1, 1)
const packet: Input = { kind: 'packet', from: here, bytes: new Uint8Array(1) }
const log = (message: string): Effect => ({
  kind: 'notify',
  notice: { kind: 'log', level: 'info', message, fields: {} },
})

function start(machine: FakeMachine, gridMs = 1) {
  const clock = new ManualClock()
  const network = new MemoryNetwork({ later: (run) => clock.soon(run) })
  const notices: Notice[] = []
  const failures: unknown[] = []
  const onNotice = { hear: (notice: Notice) => void notices.push(notice) }
  const driver = new Driver({
    machine,
    clock,
    gridMs,
    transport: network.bind(here),
    onNotice: (notice) => onNotice.hear(notice),
    onFailure: (error) => void failures.push(error),
  })
  driver.start()
  return { clock, network, driver, notices, failures, onNotice }
}

test('the wall clock is told first, and again only after it was moved by more than 10 ms', () => {
  const machine = new FakeMachine((_input, now) => {
    machine.deadline = now + 60_000
    return []
  })
  const { clock } = start(machine)
  clock.run(60_000)
  clock.moveWall(10)
  clock.run(60_000)
  clock.moveWall(1)
  clock.run(60_000)
  const walls = machine.seen.filter(({ input }) => input.kind === 'wall')
  expect(walls.map(({ input }) => input)).toEqual([
    { kind: 'wall', offsetMs: 0 },
    { kind: 'wall', offsetMs: 11 },
  ])
})

test('an input that arrives while effects are carried out waits its turn', () => {
  const order: string[] = []
  const machine = new FakeMachine((input) => {
    order.push(`step ${input.kind}`)
    return input.kind === 'packet' ? [log('one'), log('two')] : []
  })
  const { driver, onNotice } = start(machine)
  onNotice.hear = (notice) => {
    order.push(notice.kind === 'log' ? notice.message : notice.kind)
    driver.feed({ kind: 'closed', stream: 1, reason: 'end' })
  }
  driver.feed(packet)
  expect(order.slice(1)).toEqual(['step packet', 'one', 'two', 'step closed', 'step closed'])
})

test('a tick comes at the deadline, one turn after the alarm', () => {
  const machine = new FakeMachine(() => [])
  const { clock, driver } = start(machine)
  machine.deadline = clock.now() + 500
  driver.feed(packet)
  clock.jump(499)
  clock.settle()
  expect(machine.kinds()).toEqual(['packet'])
  clock.jump(1)
  expect(machine.kinds()).toEqual(['packet'])
  machine.deadline += 500
  clock.turn()
  expect(machine.kinds()).toEqual(['packet', 'tick'])
})

test('what has arrived is read before a late tick, for as long as more arrives', () => {
  const machine = new FakeMachine()
  const { clock, driver } = start(machine)
  machine.deadline = clock.now() + 500
  driver.feed(packet)
  clock.jump(5_000)
  for (let turn = 0; turn < 3; turn++) {
    driver.feed(packet)
    clock.turn()
  }
  machine.deadline += 500_000
  clock.turn()
  expect(machine.kinds()).toEqual(['packet', 'packet', 'packet', 'packet', 'tick'])
})

test('a flood puts a late tick off by 32 turns at most', () => {
  const machine = new FakeMachine()
  const { clock, driver } = start(machine)
  machine.deadline = clock.now() + 500
  driver.feed(packet)
  clock.jump(5_000)
  let turns = 0
  while (!machine.kinds().includes('tick') && turns++ < 100) {
    driver.feed(packet)
    clock.turn()
  }
  expect(turns).toBe(33)
})

test('a deadline of now is continued in the next turn, not in a tight loop', () => {
  let slices = 3
  const machine = new FakeMachine((input) => {
    if (input.kind === 'tick' && --slices === 0) machine.deadline = Number.POSITIVE_INFINITY
    return []
  })
  const { clock, driver } = start(machine)
  machine.deadline = clock.now()
  driver.feed(packet)
  expect(machine.kinds()).toEqual(['packet'])
  clock.turn()
  expect(machine.kinds()).toEqual(['packet', 'tick'])
  clock.settle()
  expect(machine.kinds()).toEqual(['packet', 'tick', 'tick', 'tick'])
})

test('a deadline that moves later takes the alarm along', () => {
  const machine = new FakeMachine()
  const { clock, driver } = start(machine)
  machine.deadline = clock.now() + 500
  driver.feed(packet)
  machine.deadline = clock.now() + 900
  driver.feed(packet)
  clock.jump(500)
  clock.settle()
  expect(machine.kinds()).toEqual(['packet', 'packet'])
})

test('alarms are put off to the grid, never brought forward', () => {
  const machine = new FakeMachine(() => [])
  const { clock, driver } = start(machine, 10)
  machine.deadline = clock.now() + 13
  driver.feed(packet)
  clock.jump(19)
  clock.settle()
  expect(machine.kinds()).toEqual(['packet'])
  clock.jump(1)
  machine.deadline = Number.POSITIVE_INFINITY
  clock.settle()
  expect(machine.kinds()).toEqual(['packet', 'tick'])
})

test('a machine that breaks its own rule stops the driver and is reported once', () => {
  const machine = new FakeMachine((input) => {
    if (input.kind === 'packet') throw new Error('broken')
    return []
  })
  const { driver, failures } = start(machine)
  driver.feed(packet)
  driver.feed(packet)
  expect(failures).toHaveLength(1)
  expect(machine.kinds()).toEqual(['packet'])
})

test('a stopped driver neither steps nor ticks', () => {
  const machine = new FakeMachine()
  const { clock, driver } = start(machine)
  machine.deadline = clock.now() + 100
  driver.feed(packet)
  driver.stop()
  driver.feed(packet)
  clock.run(1_000)
  expect(machine.kinds()).toEqual(['packet'])
})
