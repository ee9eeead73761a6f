// In a small cluster whoever writes tells everybody, and the ring makes good what was lost.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { idsOf, seconds, story } from '../story.ts'

/** Rumors alone: nobody compares, unless told otherwise. */
const options = { stateSyncIntervalMs: 0 }

function sent(cluster: Cluster): number {
  return cluster
    .living()
    .reduce((sum, id) => sum + cluster.counter(id, 'state_messages_sent_total'), 0)
}

function missing(cluster: Cluster, name: string): readonly string[] {
  return cluster.living().filter((id) => cluster.held(id, name).length === 0)
}

story('a write is everywhere after one hop', ({ start }) => {
  const cluster = start({ members: 100, seed: 431, options })
  cluster.disturb({ delayMinMs: 50, delayMeanMs: 0 })
  cluster.set('m1', 'role', 'search')
  cluster.run(51)
  expect(missing(cluster, 'm1')).toEqual([])
})

story('a write costs each member one packet, and two more on the ring', ({ start }) => {
  const cluster = start({ members: 25, seed: 432, options })
  cluster.set('a', 'role', 'search')
  cluster.run(seconds(5))
  expect(sent(cluster)).toBeLessThanOrEqual(24 + 2 * 25)
})

story('the ring reaches those whom the writer cannot', ({ start }) => {
  const cluster = start({ members: 25, seed: 433, options })
  cluster.cutOneWay(['a'], ['d', 'e', 'f', 'g'])
  cluster.set('a', 'role', 'search')
  cluster.run(200)
  expect(missing(cluster, 'a')).toEqual([])
})

story('whom neither the writer nor its neighbours reach has it by comparing', ({ start }) => {
  const cluster = start({ members: 9, seed: 434 })
  // Who is whose neighbour is a matter of names: here five of eight do not reach e.
  cluster.cutOneWay(['a', 'b', 'c', 'd', 'i'], ['e'])
  cluster.set('a', 'role', 'search')
  cluster.run(seconds(3))
  expect(missing(cluster, 'a')).toEqual([])
})

story('with a third of all packets lost rumors still reach nearly all', ({ start }) => {
  const cluster = start({ members: 25, seed: 435, options })
  cluster.lose(0.3)
  for (const id of idsOf(25)) cluster.set(id, 'role', id)
  cluster.run(seconds(1))
  const all = idsOf(25).flatMap((id) => missing(cluster, id))
  expect(all.length).toBeLessThanOrEqual(3)
})

story('who writes without end has others pass it on', ({ start }) => {
  const cluster = start({ members: 50, seed: 436, options })
  const before = cluster.counter('m1', 'state_bytes_sent_total')
  for (let i = 0; i < 400; i++) {
    cluster.set('m1', `key-${i % 40}`, new Uint8Array(100))
    cluster.run(5)
  }
  // 200 writes a second to 49 others would be a megabyte a second.
  const sentBytes = cluster.counter('m1', 'state_bytes_sent_total') - before
  expect(sentBytes / 2).toBeLessThan(262_144)
  cluster.run(seconds(1))
  for (const id of cluster.living()) expect(cluster.held(id, 'm1').length).toBeGreaterThan(36)
})
