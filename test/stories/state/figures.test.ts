// What is counted of replicated state for people: how soon writes are everywhere, whose clocks
// disagree, what is waited for, what was refused.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

const SPANS = ['10ms', '30ms', '100ms', '300ms', '1s', '3s', '10s', '30s'] as const

/** How many writes came to a member, and within which spans. */
function seen(cluster: Cluster, id: string): readonly number[] {
  const within = SPANS.map((span) => cluster.counter(id, `state_seen_within_${span}_total`))
  return [cluster.counter(id, 'state_seen_total'), ...within]
}

story('how soon writes come is counted, however they come', ({ start }) => {
  const cluster = start({ members: 4, seed: 581 })
  for (let i = 0; i < 20; i++) {
    cluster.share('a', 'kv', `k${i}`, 'x')
    cluster.run(seconds(1))
  }
  expect(seen(cluster, 'b')).toEqual([20, 20, 20, 20, 20, 20, 20, 20, 20])
  cluster.partition(['a'], ['b', 'c', 'd'])
  cluster.share('a', 'kv', 'late', 'x')
  cluster.run(seconds(15))
  cluster.heal()
  cluster.run(seconds(10))
  expect(seen(cluster, 'b')).toEqual([21, 20, 20, 20, 20, 20, 20, 20, 21])
})

story('what is old when a node starts, or taken over from another, is not counted', ({ start }) => {
  const cluster = start({ members: 4, seed: 582 })
  // Written at once, they are one segment.
  for (let i = 0; i < 5; i++) cluster.share('a', 'kv', `k${i}`, 'x')
  cluster.run(minutes(3))
  cluster.leave('a')
  cluster.start('late')
  cluster.join('late', 'b')
  cluster.run(minutes(3))
  expect(cluster.shared('late', 'kv')).toHaveLength(5)
  expect(seen(cluster, 'late')[0]).toBe(0)
  for (const id of ['b', 'c', 'd']) expect(seen(cluster, id).slice(0, 3)).toEqual([1, 1, 1])
})

story('clocks that are ahead show, and so does what clean-up waits for', ({ start }) => {
  const cluster = start({ members: 4, seed: 583 })
  cluster.jumpWall(['a'], seconds(20))
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(seconds(1))
  expect(cluster.stats('b').stampsAheadMs).toBeGreaterThan(19_900)
  expect(cluster.stats('b').stampsAheadMs).toBeLessThanOrEqual(20_000)
  expect(cluster.stats('a').stampsAheadMs).toBe(0)
  cluster.crash('d')
  cluster.run(minutes(1))
  cluster.unshare('a', 'kv', 'x')
  cluster.run(minutes(3))
  const { tombstones, sweepWaitsFor, stampsAheadMs } = cluster.stats('a')
  expect([tombstones, sweepWaitsFor, stampsAheadMs]).toEqual([1, 1, 0])
  expect(cluster.stats('b')).toMatchObject({ tombstones: 0, sweepWaitsFor: 0 })
})

story('rumors of shared maps are counted by themselves, and refused writes too', ({ start }) => {
  const cluster = start({ members: 3, seed: 584 })
  cluster.set('a', 'own', 'x')
  cluster.share('a', 'kv', 'x', 'x')
  cluster.run(seconds(1))
  expect(cluster.counter('b', 'state_rumors_shared_new_total')).toBe(1)
  expect(cluster.counter('b', 'state_rumors_new_total')).toBe(2)
  expect(cluster.counter('a', 'state_rumors_shared_sent_total')).toBeGreaterThan(0)
  expect(cluster.counter('a', 'state_writes_refused_total')).toBe(0)
  cluster.set('a', 'own', new Uint8Array(65_537))
  cluster.share('a', 'kv', 'k'.repeat(300), 'x')
  expect(cluster.counter('a', 'state_writes_refused_total')).toBe(2)
  expect(cluster.counter('a', 'state_writes_total')).toBe(2)
})
