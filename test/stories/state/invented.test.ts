// Whoever holds the cluster's key can write in names that nobody has. Such authors never come back,
// and forgetting waits for them: they are named, and an operator ends it.

import { expect } from 'vitest'
import { encodeMessage, encodeRumor, encodeSegment } from '../../../src/core/wire/index.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

/** Hands b what an author of this name might have added to shared maps. */
function forge(cluster: Cluster, name: string): void {
  const entry = { key: 'fup\u0000', value: Uint8Array.of(1), version: 1, kind: 'set' } as const
  const segment = {
    ...{ name, generation: cluster.wallMs, channel: 1, gcFloor: 0, whole: false },
    ...{ above: 0, upTo: 1, islands: [], entries: [{ ...entry, ttlMs: undefined }] },
  }
  const payload = encodeRumor([encodeSegment(segment)], [], false)
  const bytes = encodeMessage({ kind: 'user', payload })
  cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes })
}

story('invented names hold up forgetting until they are removed, and are named', ({ start }) => {
  const cluster = start({ members: 3, seed: 651 })
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(seconds(2))
  const ghosts = ['ghost-1', 'ghost-2', 'ghost-3', 'ghost-4']
  for (const name of ghosts) forge(cluster, name)
  cluster.run(seconds(10))
  cluster.unshare('a', 'kv', 'x')
  cluster.run(minutes(10))
  for (const id of cluster.living()) {
    expect(cluster.stats(id)).toMatchObject({ waitingFor: ghosts, gone: 4 })
    expect(cluster.stats(id).sharedKeys).toBe(2)
  }
  expect(cluster.stats('a')).toMatchObject({ tombstones: 1, sweepWaitsFor: 4 })
  // The names that one member lists are enough: the others hear of it.
  for (const name of cluster.stats('b').waitingFor) {
    expect(cluster.remove('b', name).outcome?.kind).toBe('ok')
  }
  cluster.run(minutes(10))
  for (const id of cluster.living()) {
    expect(cluster.stats(id)).toMatchObject({ waitingFor: [], gone: 0, sharedKeys: 1 })
    expect(cluster.shared(id, 'up', 'flag')).toEqual(['='])
  }
})

story('who has failed is among those that are waited for, until it is back', ({ start }) => {
  const cluster = start({ members: 3, seed: 652 })
  cluster.set('a', 'k', '1')
  cluster.run(seconds(2))
  cluster.crash('c', 'silent')
  cluster.run(minutes(1))
  for (const id of ['a', 'b']) expect(cluster.stats(id).waitingFor).toEqual(['c'])
  cluster.restart('c')
  cluster.join('c', 'a')
  cluster.run(seconds(10))
  for (const id of cluster.living()) expect(cluster.stats(id).waitingFor).toEqual([])
})
