// A gate and what a stalled member does behind it.

import { expect, test } from 'vitest'
import { Gate, HELD_BYTES_MAX } from '../../src/sim/index.ts'
import { newCluster } from '../stories/story.ts'

test('an open gate holds nothing', () => {
  const gate = new Gate<string>(() => 0)
  expect(gate.holds('a')).toBe(false)
  expect(gate.open()).toEqual([])
})

test('a shut gate hands back what waited, in order, and is open again', () => {
  const gate = new Gate<string>(() => 0)
  gate.shut()
  expect([gate.holds('a'), gate.holds('b')]).toEqual([true, true])
  expect(gate.open()).toEqual(['a', 'b'])
  expect(gate.isShut).toBe(false)
})

test('what a full buffer has no room for is lost, and what takes no room is kept', () => {
  const gate = new Gate<number>((size) => size)
  gate.shut()
  for (const size of [HELD_BYTES_MAX, 1, 0]) expect(gate.holds(size)).toBe(true)
  expect(gate.open()).toEqual([HELD_BYTES_MAX, 0])
})

test('a stalled member goes on by itself but is not heard until the stall is over', () => {
  const cluster = newCluster({ members: 0, seed: 5 })
  cluster.form(['a', 'b', 'c', 'd'])
  cluster.settle()
  cluster.run(5000)
  const probes = cluster.counter('d', 'probes_total')
  cluster.stall('d')
  cluster.run(3000)
  expect(cluster.counter('d', 'probes_total')).toBeGreaterThan(probes)
  expect(cluster.transitions({ subject: 'd', to: 'suspect' })).not.toEqual([])
  cluster.unstall('d')
  cluster.settle(30_000)
  expect(cluster.changes('a').filter((change) => change.startsWith('failed'))).toEqual([])
})
