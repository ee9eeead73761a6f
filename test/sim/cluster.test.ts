// The cluster and its processes, run with a stand-in for the core: verbs, pauses, slowness,
// restarts, clocks, and that a seed determines the run.

import { describe, expect, test } from 'vitest'
import { assert } from '../../src/core/index.ts'
import { Cluster, Disbelief } from '../../src/sim/index.ts'
import { FloodMachine } from './flood-machine.ts'

function floodCluster(seed = 1) {
  return new Cluster({ seed, make: (config) => new FloodMachine(config) })
}

function machineOf(cluster: Cluster, id: string): FloodMachine {
  const { machine } = cluster.population.seat(id).process
  assert(machine instanceof FloodMachine, 'this cluster runs flood machines')
  return machine
}

function inputsOf(cluster: Cluster, id: string): readonly string[] {
  return machineOf(cluster, id).inputs.map(({ input }) => input.kind)
}

test('members that join one another agree', () => {
  const cluster = floodCluster()
  cluster.form(['a', 'b', 'c', 'd'])
  cluster.settle(1000)
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd'] })
})

test('a cluster that never agrees says who holds what', () => {
  const cluster = floodCluster()
  cluster.form(['a', 'b'])
  cluster.start('c')
  expect(() => cluster.settle(1000)).toThrow('holds alive [a b] where [a b c] is true')
  expect(() => cluster.expectAgreement({ alive: ['a'] }, ['c'])).toThrow(Disbelief)
})

test('one seed gives one run, another seed another', () => {
  const hashOf = (seed: number) => {
    const cluster = floodCluster(seed)
    cluster.form(['a', 'b', 'c', 'd', 'e'])
    cluster.run(5000)
    return cluster.journal.hash
  }
  expect(hashOf(7)).toBe(hashOf(7))
  expect(hashOf(7)).not.toBe(hashOf(8))
})

describe('a process', () => {
  test('is ticked at its deadline, by its own clock', () => {
    const cluster = floodCluster()
    cluster.start('a')
    cluster.run(5500)
    const ticks = machineOf(cluster, 'a').inputs.filter(({ input }) => input.kind === 'tick')
    const [first = 0] = machineOf(cluster, 'a').inputs.map(({ nowMs }) => nowMs)
    expect(ticks.map(({ nowMs }) => Math.round(nowMs - first))).toEqual([
      1000, 2000, 3000, 4000, 5000,
    ])
  })

  test('that is paused hears what came first, then ticks', () => {
    const cluster = floodCluster()
    cluster.form(['a', 'b'])
    cluster.run(100)
    const before = inputsOf(cluster, 'b').length
    cluster.pause('b')
    cluster.start('c')
    cluster.join('c', 'b')
    cluster.run(3000)
    expect(inputsOf(cluster, 'b')).toHaveLength(before)
    cluster.resume('b')
    expect(inputsOf(cluster, 'b').slice(before)).toEqual(['packet', 'tick'])
    cluster.run(1000)
    expect(inputsOf(cluster, 'b').filter((kind) => kind === 'tick').length).toBeGreaterThan(1)
  })

  test('that is slow takes its inputs one after the other', () => {
    const cluster = floodCluster()
    cluster.start('a')
    cluster.slow('a', 300)
    cluster.form(['b', 'c'])
    cluster.join('b', 'a')
    cluster.join('c', 'a')
    cluster.run(5000)
    const times = machineOf(cluster, 'a').inputs.map(({ nowMs }) => nowMs)
    const packets = times.slice(2)
    expect(packets.length).toBeGreaterThan(2)
    packets.forEach((nowMs, i) => {
      if (i > 0) expect(nowMs - (packets[i - 1] ?? 0)).toBeGreaterThanOrEqual(299)
    })
  })

  test('starts anew after a crash, with another clock and another life', () => {
    const cluster = floodCluster()
    cluster.form(['a', 'b'])
    cluster.run(100)
    cluster.crash('b')
    expect(cluster.living()).toEqual(['a'])
    cluster.restart('b')
    cluster.run(100)
    expect(cluster.population.seat('b').process.id).toBe('b#2')
    expect(cluster.view('b')).toEqual({ b: 'alive' })
  })

  test('hears of a send that failed', () => {
    const cluster = floodCluster()
    cluster.form(['a', 'b'])
    cluster.population.seat('a').process.failSends('no buffer space')
    cluster.join('a', 'b')
    cluster.run(10)
    expect(inputsOf(cluster, 'a')).toContain('sendFailed')
  })
})

test('a wall clock jumps through the wall input alone', () => {
  const cluster = floodCluster()
  cluster.start('a')
  cluster.jumpWall(['a'], 86_400_000)
  const walls = machineOf(cluster, 'a').inputs.flatMap(({ input }) =>
    input.kind === 'wall' ? [input.offsetMs] : [],
  )
  expect(walls.map((offset) => offset - (walls[0] ?? 0))).toEqual([0, 86_400_000])
})
