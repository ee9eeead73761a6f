// What a process's own machine does to it: clocks that drift and leap, slowness that is over,
// sends and dials that fail, names without an address.

import { describe, expect, test } from 'vitest'
import { type Input, Random } from '../../src/core/index.ts'
import { Agenda, type Cluster } from '../../src/sim/index.ts'
import { Labour } from '../../src/sim/labour.ts'
import { OwnClock } from '../../src/sim/own-clock.ts'
import { newCluster } from '../stories/story.ts'

function formed(seed: number): Cluster {
  const cluster = newCluster({ members: 0, seed })
  cluster.form(['a', 'b', 'c'])
  cluster.settle()
  return cluster
}

describe('a clock of its own', () => {
  test('runs at its rate from the moment it was told to', () => {
    const clock = new OwnClock(5000)
    clock.setRate(100, 1.1)
    expect(clock.at(100)).toBe(5100)
    expect(clock.at(1100)).toBeCloseTo(6200, 6)
  })

  test('tells when it will show a time, drift and leap included', () => {
    const random = new Random(3)
    const clock = new OwnClock(1_000_000)
    for (let atMs = 0; atMs < 10_000; atMs += 1000) {
      clock.setRate(atMs, 0.9 + 0.2 * random.fraction())
      clock.leap(atMs, random.below(500))
      const dueMs = clock.at(atMs + 300)
      expect(clock.virtualAt(dueMs)).toBeCloseTo(atMs + 300, 6)
    }
  })

  test('does not go back', () => {
    expect(() => new OwnClock(0).leap(1, -1)).toThrow('does not go back')
  })
})

describe('a slow process', () => {
  const wall = (offsetMs: number): Input => ({ kind: 'wall', offsetMs })

  test('takes one input after the other, each after what it costs', () => {
    const agenda = new Agenda()
    const taken: number[] = []
    const labour = new Labour(agenda, () => taken.push(agenda.nowMs))
    labour.setCost(100)
    for (let i = 0; i < 3; i++) labour.take(wall(i))
    agenda.runUntil(1000)
    expect(taken).toEqual([100, 200, 300])
  })

  test('works the rest off at once when it is fast again, in order', () => {
    const agenda = new Agenda()
    const taken: Input[] = []
    const labour = new Labour(agenda, (input) => taken.push(input))
    labour.setCost(1000)
    for (let i = 0; i < 5; i++) labour.take(wall(i))
    agenda.runUntil(1500)
    labour.setCost(0)
    expect(taken).toEqual([0, 1, 2, 3, 4].map(wall))
    agenda.runUntil(10_000)
    expect(taken).toHaveLength(5)
  })
})

describe('a machine in trouble', () => {
  test('whose clock drifts and leaps keeps its members', () => {
    const cluster = formed(71)
    cluster.drift('a', 1.1)
    cluster.drift('b', 0.9)
    cluster.run(30_000)
    cluster.leap('c', 40_000)
    cluster.run(30_000)
    for (const id of ['a', 'b', 'c']) expect(cluster.changes(id)).not.toContain('failed a')
    cluster.expectAgreement({ alive: ['a', 'b', 'c'] })
  })

  test('without file descriptors probes on, and dials again when it has some', () => {
    const cluster = formed(72)
    const { process } = cluster.population.seat('a')
    process.failDials('fail')
    cluster.run(60_000)
    expect(cluster.network.tally.dialsFailed).toBeGreaterThan(0)
    cluster.expectAgreement({ alive: ['a', 'b', 'c'] })
    process.failDials('work')
    const before = cluster.network.tally.dialled
    cluster.run(60_000)
    expect(cluster.network.tally.dialled).toBeGreaterThan(before)
  })

  test('that loses a share of its sends stays a member', () => {
    const cluster = formed(73)
    cluster.population.seat('b').process.failSends('EAGAIN', 0.3)
    cluster.run(60_000)
    expect(cluster.network.tally.sendsFailed).toBeGreaterThan(10)
    cluster.expectAgreement({ alive: ['a', 'b', 'c'] })
  })
})

describe('names of seeds', () => {
  test('are asked for again until they have an address', () => {
    const cluster = newCluster({ members: 0, seed: 74 })
    cluster.population.names = 'fail'
    for (const id of ['a', 'b']) cluster.start(id)
    cluster.seeds('b', 'a')
    cluster.run(20_000)
    expect(cluster.network.tally.namesFailed).toBeGreaterThan(3)
    expect(cluster.view('b')).toEqual({ b: 'alive' })
    cluster.population.names = 'resolve'
    cluster.settle()
  })

  test('that give an address of the past do no harm, and heal with it', () => {
    const cluster = newCluster({ members: 0, seed: 75 })
    for (const id of ['a', 'b']) cluster.start(id)
    cluster.restart('a', { advertise: cluster.population.freshAddress() })
    cluster.population.names = 'stale'
    cluster.seeds('b', 'a')
    cluster.run(10_000)
    expect(cluster.view('b')).toEqual({ b: 'alive' })
    cluster.population.names = 'resolve'
    cluster.settle()
  })
})
