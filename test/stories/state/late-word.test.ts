// Words that come late: that a life is over, that somebody else is there, that others have gone
// on meanwhile. Until they can have come nobody acts as if there were none.

import { expect } from 'vitest'
import { encodeMessage } from '../../../src/core/wire/messages.ts'
import { encodeSync } from '../../../src/core/wire/state-messages.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { wordTo } from '../../core/word.ts'
import { minutes, seconds, story } from '../story.ts'

/** Who comes anew may read an old copy until it hears that it is old. */
const NEWCOMERS_READ_OLD = { exempt: ['I5'] } as const

function expectEverybody(cluster: Cluster, items: readonly string[]): void {
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv'), id).toEqual(items)
}

/** A life of `from` that nobody knows any more says that the present one of `to` is over. */
function sayOver(cluster: Cluster, { from, to }: { from: string; to: string }): void {
  const { generation = 0 } = cluster.stats(to).shared ?? {}
  const said = { written: { generation: 1, base: 3 }, over: { generation, base: 1 } }
  const head = { hops: 1, salt: 1, equalMask: 0, pullMask: 0, acknowledged: wordTo(to, said) }
  const bytes = encodeMessage({ kind: 'user', payload: encodeSync(head, []) })
  cluster.network.deliver({ from: cluster.address(from), to: cluster.address(to), bytes })
}

/** Only b hears the last words of c, which dies; a, cut off from both, has b removed. */
function removeWhoHeardLast(cluster: Cluster): void {
  cluster.run(seconds(2))
  cluster.partition(['a'], ['b', 'c'])
  cluster.share('c', 'kv', 'last', 'words')
  cluster.run(seconds(1))
  cluster.crash('c', 'silent')
  cluster.run(seconds(20))
  cluster.remove('a', 'b')
}

/** It comes back, and hears of its end. */
function expectBack(cluster: Cluster): void {
  cluster.heal()
  cluster.join('b', 'a')
  cluster.settle()
  cluster.run(minutes(2))
  expect(cluster.notices('b', 'resync')).toHaveLength(1)
}

story(
  'the last that holds the word of the dead keeps it when it is evicted itself',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 551 })
    cluster.share('a', 'kv', 'of a', '1')
    cluster.share('b', 'kv', 'of b', '1')
    removeWhoHeardLast(cluster)
    cluster.run(seconds(10))
    expectBack(cluster)
    expectEverybody(cluster, ['last=words', 'of a=1', 'of b=1'])
  },
)

story('who was evicted adds what only it had heard of somebody whose life is over', ({ start }) => {
  const cluster = start({ members: 3, seed: 561 })
  cluster.share('c', 'kv', 'of c', '1')
  cluster.share('b', 'kv', 'of b', '1')
  removeWhoHeardLast(cluster)
  cluster.run(seconds(5))
  cluster.remove('a', 'c')
  cluster.run(seconds(5))
  expectBack(cluster)
  expectEverybody(cluster, ['last=words', 'of b=1', 'of c=1'])
})

story(
  'who comes back within a minute of a restart of all others finds what they deleted',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 562 })
    cluster.share('c', 'kv', 'x', 'old')
    cluster.run(seconds(2))
    cluster.partition(['a', 'b'], ['c'])
    cluster.crash('a')
    cluster.crash('b')
    cluster.restart('a')
    cluster.restart('b')
    cluster.join('b', 'a')
    cluster.run(seconds(2))
    cluster.share('a', 'kv', 'x', 'new')
    cluster.unshare('a', 'kv', 'x')
    cluster.run(seconds(45))
    cluster.heal()
    cluster.join('c', 'a')
    cluster.run(seconds(10))
    expectEverybody(cluster, [])
  },
)

story(
  'who returns from disk waits for the word of its end before it takes its place',
  ({ start }) => {
    const cluster = start({ members: 4, seed: 563, durability: 'fsync', ...NEWCOMERS_READ_OLD })
    cluster.share('a', 'kv', 'x', 'old')
    cluster.run(seconds(2))
    cluster.crash('a', 'silent')
    cluster.run(seconds(20))
    cluster.remove('c', 'a')
    cluster.unshare('c', 'kv', 'x')
    cluster.run(minutes(4))
    // Another comes anew, knows nothing of all this, and is all that a meets.
    cluster.partition(['a', 'b'], ['c', 'd'])
    cluster.restart('b', { disk: 'wiped' })
    cluster.restart('a')
    cluster.join('a', 'b')
    cluster.run(seconds(30))
    cluster.heal()
    cluster.join('b', 'c')
    cluster.settle()
    cluster.run(minutes(3))
    expectEverybody(cluster, [])
  },
)

story('who hears that its life is over leaves it to those who ended it', ({ start }) => {
  const cluster = start({ members: 3, seed: 564 })
  cluster.share('a', 'kv', 'x', 'old')
  cluster.run(seconds(5))
  cluster.partition(['a'], ['b', 'c'])
  cluster.run(seconds(20))
  cluster.remove('b', 'a')
  cluster.remove('c', 'a')
  cluster.unshare('b', 'kv', 'x')
  cluster.run(minutes(5))
  // More than datagrams carry, and a is let nowhere: it hears of its end, and sees it late.
  for (const id of ['b', 'c']) {
    for (let i = 0; i < 20; i++) cluster.share(id, 'large', `${i}`, '.'.repeat(2000))
  }
  cluster.run(seconds(5))
  cluster.heal()
  cluster.hide(['b', 'c'])
  cluster.join('b', 'a')
  cluster.run(minutes(2))
  expect(cluster.shared('a', 'kv')).toEqual(['x=old'])
  cluster.heal()
  cluster.run(minutes(1))
  expectEverybody(cluster, [])
})

story(
  'who has just got a majority again waits for the word that the others went on',
  ({ start }) => {
    const options = { stateEvictAfterMs: minutes(5) }
    const cluster = start({ members: 5, seed: 565, options, ...NEWCOMERS_READ_OLD })
    cluster.share('d', 'kv', 'x', 'old')
    cluster.run(seconds(2))
    cluster.partition(['a', 'b'], ['c', 'd', 'e'])
    cluster.run(seconds(20))
    cluster.unshare('d', 'kv', 'x')
    cluster.run(minutes(15))
    expect(cluster.notices('e', 'evicted')).toEqual([])
    // One of them comes anew, knows nothing of all this, and is on the other side now.
    cluster.partition(['a', 'b', 'c'], ['d', 'e'])
    cluster.restart('c')
    cluster.join('c', 'a')
    cluster.run(seconds(30))
    cluster.heal()
    cluster.join('c', 'd')
    cluster.run(minutes(3))
    expectEverybody(cluster, [])
  },
)

story(
  'who was evicted by a life that is over itself, with all it knew, takes its own place',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 566 })
    cluster.share('a', 'kv', 'x', '1')
    cluster.share('b', 'kv', 'y', '1')
    cluster.run(minutes(2))
    sayOver(cluster, { from: 'b', to: 'a' })
    cluster.run(minutes(3))
    expectEverybody(cluster, ['x=1', 'y=1'])
    for (const id of cluster.living()) {
      expect(cluster.stats(id).streams, id).toBe(2)
    }
  },
)
