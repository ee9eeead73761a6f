// The virtual transport keeps the contract of transports, and a frozen process does nothing.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ipv4, Random } from '../../src/core/index.ts'
import { Agenda, Network } from '../../src/sim/index.ts'
import { transportContract } from '../../src/testing/index.ts'
import { EPOCH_MS, VirtualProcess } from '../../src/testing/sim-cluster/virtual-process.ts'

const at = (last: number) => ipv4(10, 0, 0, last, 7946)

/** Two processes on a network of their own. */
function makePair() {
  const agenda = new Agenda()
  const network = new Network(agenda, new Random(1))
  const processAt = (last: number) => new VirtualProcess({ network, address: at(last), seed: last })
  return { agenda, network, a: processAt(1), b: processAt(2) }
}

describe('the contract of transports', () => {
  let agenda = new Agenda()
  let isOver = false
  // Time passes by itself here, a virtual second each turn of the event loop.
  const pump = () => {
    agenda.runUntil(agenda.nowMs + 1000)
    if (!isOver) setImmediate(pump)
  }
  beforeEach(() => {
    isOver = false
    setImmediate(pump)
  })
  afterEach(() => {
    isOver = true
  })
  const make = async () => {
    const pair = makePair()
    agenda = pair.agenda
    // A machine that is up, where nobody listens.
    pair.network.attach(at(3), { receive: () => {} })
    pair.network.detach(at(3), 'refuses')
    return { a: pair.a.transport, b: pair.b.transport, nobody: at(3) }
  }
  for (const { name, run } of transportContract(make)) test(name, run)
})

test('a frozen process rings late alarms first, then reads, then takes its turns', () => {
  const { agenda, a, b } = makePair()
  const log: string[] = []
  a.transport.listen(({ kind }) => log.push(kind))
  b.transport.listen(() => {})
  a.clock.alarm(() => log.push(`alarm at ${a.clock.now() - EPOCH_MS}`)).set(EPOCH_MS + 500)
  a.freeze()
  b.transport.send(a.transport.bound, Uint8Array.of(1))
  a.clock.soon(() => log.push('turn'))
  agenda.runUntil(2000)
  expect([a.isFrozen, log]).toEqual([true, []])
  a.thaw()
  expect(log).toEqual(['alarm at 2000', 'packet', 'turn'])
})

test('an alarm rings once, at the time set last, and not if it was cleared', () => {
  const { agenda, a } = makePair()
  const rings: number[] = []
  const alarm = a.clock.alarm(() => rings.push(agenda.nowMs))
  alarm.set(EPOCH_MS + 100)
  alarm.set(EPOCH_MS + 300)
  agenda.runUntil(1000)
  alarm.set(EPOCH_MS + 1500)
  alarm.clear()
  alarm.set(Number.POSITIVE_INFINITY)
  agenda.runUntil(5000)
  expect(rings).toEqual([300])
})

test('a killed process hears, rings and takes turns no more', () => {
  const { agenda, a, b } = makePair()
  const log: string[] = []
  a.transport.listen(() => log.push('packet'))
  b.transport.listen(() => {})
  a.clock.alarm(() => log.push('alarm')).set(EPOCH_MS + 10)
  a.clock.soon(() => log.push('turn'))
  b.transport.send(a.transport.bound, Uint8Array.of(1))
  a.kill()
  agenda.runUntil(1000)
  expect(log).toEqual([])
})
