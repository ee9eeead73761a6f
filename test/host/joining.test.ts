// Seeds in the background and joins by hand: what is resolved, dialled, told and waited for.

import { describe, expect, test } from 'vitest'
import { ipv4, type JoinTarget, type Outcome } from '../../src/core/index.ts'
import type { Resolved } from '../../src/host/seeds.ts'
import { answering, FakeMachine, row } from './fake-machine.ts'
import { joined, settled, start, telling, there } from './fake-node.ts'

describe('seeds', () => {
  const round = (reason: 'refused' | 'timeout' | 'self', address = there): Outcome => ({
    kind: 'joined',
    reached: [],
    failures: [{ seed: 's', address, reason, detail: reason }],
  })
  const seeded = (machine: FakeMachine, resolve?: () => Promise<Resolved>) =>
    start(machine, { seeds: ['s'], ...(resolve && { resolve }) })

  test('are resolved at the start and whenever the core asks', async () => {
    const { machine, poke } = seeded(telling([{ kind: 'seeds-wanted' }]))
    await settled()
    poke()
    await settled()
    expect(machine.commands().map(({ kind }) => kind)).toEqual(['start', 'seeds', 'seeds'])
  })

  test('without an address are asked again, slower and slower, with one line in the log', async () => {
    let asked = 0
    const { clock, lines, node } = seeded(new FakeMachine(), async () => {
      asked++
      return { targets: [], failures: [{ seed: 's', reason: 'name', detail: 'no address' }] }
    })
    for (let second = 0; second < 8; second++) {
      await settled()
      clock.run(1_000)
    }
    await settled()
    expect(asked).toBe(4)
    expect(lines.filter((line) => line.includes('without an address'))).toHaveLength(1)
    await node.close()
  })

  test('make a node ready once one was joined', async () => {
    const machine = answering(({ kind }) =>
      kind === 'seeds' ? { kind: 'joined', reached: ['s'], failures: [] } : undefined,
    )
    machine.rows.push(row('a'), row('b'))
    const { node, clock } = seeded(machine)
    const ready = node.ready()
    await settled()
    clock.settle()
    expect(await ready).toEqual({ size: 2, alone: false })
  })

  test.each([
    ['our own address', round('self')],
    ['a free port of this machine', round('refused')],
    ['nobody to dial', { kind: 'ok' } as const],
  ])('that are only %s leave us alone by design', async (_what, outcome) => {
    const machine = answering(({ kind }) => (kind === 'seeds' ? outcome : undefined))
    machine.rows.push(row('a'))
    const { node, clock, lines } = seeded(machine)
    const ready = node.ready()
    await settled()
    clock.settle()
    expect(await ready).toEqual({ size: 1, alone: true })
    expect(lines).toEqual([])
  })

  test('that cannot be reached keep a node waiting, and are told', async () => {
    const far = ipv4(10, 0, 0, 9, 7946)
    const machine = answering(({ kind }) => (kind === 'seeds' ? round('refused', far) : undefined))
    machine.rows.push(row('a'))
    const { node, clock, lines } = seeded(machine)
    const ready = node.ready({ timeoutMs: 5_000 })
    await settled()
    clock.run(5_000)
    await expect(ready).rejects.toMatchObject({
      code: 'HEARSAY_TIMEOUT',
      message: expect.stringMatching(
        /not within 5000 ms: 1 alive; nobody could be joined: 10\.0\.0\.9:7946: refused.*doctor/,
      ),
    })
    expect(lines).toEqual(['warn no seed could be joined; trying again for ever'])
  })

  test.each([
    ['unreached', { ok: false }, '1 of 3 alive; no answer yet from s'],
    ['joined', { ok: true }, 'joined s, but the others have not come'],
  ])('that were %s are named where more members are waited for', async (_what, { ok }, text) => {
    const machine = answering(({ kind }) =>
      ok && kind === 'seeds' ? { kind: 'joined', reached: ['s'], failures: [] } : undefined,
    )
    machine.rows.push(row('a'))
    const { node, clock } = seeded(machine)
    const ready = node.ready({ atLeast: 3, timeoutMs: 1_000 })
    await settled()
    clock.run(1_000)
    await expect(ready).rejects.toThrow(text)
  })

  test('that were never given are asked for', async () => {
    const machine = new FakeMachine()
    machine.rows.push(row('a'))
    const { node, clock } = start(machine)
    const ready = node.ready({ atLeast: 2, timeoutMs: 1_000 })
    clock.run(1_000)
    await expect(ready).rejects.toThrow('1 of 2 alive; no seed was given')
  })

  test('none at all make a node ready at once, unless more members are asked for', async () => {
    const machine = telling([joined('b')])
    machine.rows.push(row('a'))
    const { node, clock, poke } = start(machine)
    const alone = node.ready()
    clock.settle()
    expect(await alone).toEqual({ size: 1, alone: true })
    const two = node.ready({ atLeast: 2 })
    machine.rows.push(row('b'))
    poke()
    clock.settle()
    expect(await two).toEqual({ size: 2, alone: false })
  })
})

describe('a join', () => {
  const failure = (target: JoinTarget, reason: 'silent' | 'refused') => ({
    ...target,
    reason,
    detail: '',
  })

  test('tells who was reached, and who was not and why', async () => {
    const machine = answering((command) =>
      command.kind === 'join'
        ? {
            kind: 'joined',
            reached: ['b'],
            failures: command.targets.slice(1).map((target) => failure(target, 'refused')),
          }
        : undefined,
    )
    const { node } = start(machine)
    expect(await node.join(['b', 'c'])).toEqual({
      reached: ['b'],
      failures: [
        {
          seed: 'c',
          address: '127.0.0.2:7946',
          reason: 'refused',
          detail: 'connection refused: nobody listens on this port',
        },
      ],
    })
  })

  test('of a range of ports succeeds with one of them; the empty ones are no failures', async () => {
    const machine = answering((command) =>
      command.kind === 'join'
        ? {
            kind: 'joined',
            reached: ['b', 'b'],
            failures: command.targets.slice(2).map((target) => failure(target, 'refused')),
          }
        : undefined,
    )
    const targets = [1, 2, 3, 4].map((port) => ({ seed: 'b', address: ipv4(127, 0, 0, 1, port) }))
    const { node } = start(machine, { resolve: async () => ({ targets, failures: [] }) })
    expect(await node.join('b')).toEqual({ reached: ['b'], failures: [] })
  })

  test('that reached nobody fails with the most telling reason', async () => {
    const machine = answering((command) =>
      command.kind === 'join'
        ? {
            kind: 'joined',
            reached: [],
            failures: command.targets.map((target, at) =>
              failure(target, at === 0 ? 'refused' : 'silent'),
            ),
          }
        : undefined,
    )
    const error = start(machine).node.join(['b', 'c'])
    await expect(error).rejects.toMatchObject({ code: 'HEARSAY_JOIN_FAILED', reason: 'silent' })
    await expect(error).rejects.toThrow('label or key differ')
  })

  test('of names without an address never asks the core', async () => {
    const { node, machine } = start(new FakeMachine(), {
      resolve: async ([seed = '']) => ({
        targets: [],
        failures: [{ seed, reason: 'name', detail: 'the name has no address' }],
      }),
    })
    await expect(node.join('nowhere')).rejects.toMatchObject({
      code: 'HEARSAY_JOIN_FAILED',
      reason: 'name',
      message: 'nobody could be joined: nowhere: the name has no address',
    })
    expect(machine.commands()).toHaveLength(1)
  })
})
