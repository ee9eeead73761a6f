// Authors that do not come back, and some that do: what they added to shared maps is taken over
// by others, once, and nothing of it is lost or comes back from the dead.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

const EVICTED_SOON = { stateEvictAfterMs: minutes(5) }

const count = (cluster: Cluster, id: string, by: number) =>
  cluster.put(id, 'hits', '', { lattice: 'counter', kind: 'add', by })

story(
  'who restarts takes over what its former life wrote, and counts nothing twice',
  ({ start }) => {
    const cluster = start({ members: 4, seed: 541 })
    cluster.share('a', 'kv', 'x', '1')
    count(cluster, 'a', 5)
    cluster.run(seconds(1))
    cluster.crash('a')
    cluster.run(seconds(1))
    cluster.restart('a')
    cluster.join('a', 'b')
    cluster.settle()
    count(cluster, 'a', 2)
    cluster.run(minutes(3))
    for (const id of cluster.living()) {
      expect(cluster.shared(id, 'kv')).toEqual(['x=1'])
      expect(cluster.shared(id, 'hits', 'counter')).toEqual(['=7'])
      // The former life is over: there is one stream left.
      expect(cluster.stats(id).streams).toBe(1)
    }
  },
)

story('what a dead member wrote is taken over after its time, and stays', ({ start }) => {
  const cluster = start({ members: 5, seed: 542, options: EVICTED_SOON })
  cluster.share('a', 'kv', 'x', 'of a')
  count(cluster, 'a', 3)
  count(cluster, 'b', 4)
  cluster.run(seconds(2))
  cluster.crash('a', 'silent')
  cluster.run(minutes(4))
  expect(cluster.stats('c').streams).toBe(2)
  cluster.run(minutes(6))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=of a'])
    expect(cluster.shared(id, 'hits', 'counter')).toEqual(['=7'])
    expect(cluster.notices(id, 'evicted').map(({ node }) => node)).toEqual(['a'])
  }
  const lives = cluster.living().flatMap((id) => cluster.notices(id, 'evicted'))
  expect(new Set(lives.map(({ reason }) => reason))).toEqual(new Set(['failed']))
  // All name the one that a hash chose.
  expect(new Set(lives.map(({ by }) => by)).size).toBe(1)
  expect(new Set(lives.map(({ generation }) => generation)).size).toBe(1)
})

story('who says goodbye hands over at once', ({ start }) => {
  const cluster = start({ members: 5, seed: 543 })
  cluster.share('a', 'kv', 'x', 'of a')
  const goodbye = cluster.leave('a')
  cluster.run(seconds(3))
  expect(goodbye.outcome?.kind).toBe('ok')
  cluster.crash('a')
  cluster.run(minutes(1))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=of a'])
    expect(cluster.notices(id, 'evicted')).toMatchObject([{ node: 'a', reason: 'left' }])
  }
})

story('a goodbye waits until what was just written is safe with three others', ({ start }) => {
  const cluster = start({ members: 6, seed: 544 })
  cluster.lose(0.6)
  cluster.share('a', 'kv', 'last', 'words')
  const goodbye = cluster.leave('a', seconds(20))
  cluster.runUntil(() => goodbye.outcome !== undefined, seconds(30))
  const holders = ['b', 'c', 'd', 'e', 'f'].filter((id) => cluster.shared(id, 'kv').length > 0)
  expect(holders.length).toBeGreaterThanOrEqual(3)
})

story('an operator may have a dead member taken over at once', ({ start }) => {
  const cluster = start({ members: 4, seed: 545 })
  cluster.share('a', 'kv', 'x', 'of a')
  cluster.run(seconds(1))
  cluster.crash('a', 'silent')
  cluster.run(seconds(20))
  cluster.remove('b', 'a')
  cluster.run(seconds(10))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=of a'])
    const reason = id === 'b' ? 'removed' : 'told'
    expect(cluster.notices(id, 'evicted')).toMatchObject([{ node: 'a', reason, by: 'b' }])
  }
})

story('who returns after its eviction keeps what nobody had heard of, and no more', ({ start }) => {
  const cluster = start({ members: 5, seed: 546, options: EVICTED_SOON })
  cluster.share('a', 'kv', 'K0', 'old')
  cluster.run(seconds(2))
  cluster.partition(['a'], ['b', 'c', 'd', 'e'])
  cluster.share('a', 'kv', 'K1', 'unheard')
  cluster.unshare('b', 'kv', 'K0')
  cluster.run(minutes(12))
  expect(cluster.shared('a', 'kv')).toEqual(['K0=old', 'K1=unheard'])
  for (const id of ['b', 'c', 'd', 'e']) expect(cluster.shared(id, 'kv')).toEqual([])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(20))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['K1=unheard'])
  expect(cluster.notices('a', 'resync')).toHaveLength(1)
  cluster.run(minutes(10))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['K1=unheard'])
})

story('two that removed each other agree again, and lose nothing', ({ start }) => {
  const cluster = start({ members: 2, seed: 550 })
  cluster.share('a', 'kv', 'of a', '1')
  cluster.share('b', 'kv', 'of b', '1')
  cluster.run(seconds(2))
  cluster.partition(['a'], ['b'])
  cluster.run(seconds(20))
  cluster.remove('a', 'b')
  cluster.remove('b', 'a')
  cluster.share('a', 'kv', 'a alone', '2')
  cluster.share('b', 'kv', 'b alone', '2')
  cluster.unshare('b', 'kv', 'of a')
  cluster.run(seconds(10))
  for (const id of ['a', 'b']) expect(cluster.notices(id, 'evicted')).toHaveLength(1)
  cluster.heal()
  cluster.join('a', 'b')
  cluster.settle()
  cluster.run(minutes(3))
  for (const id of ['a', 'b']) {
    expect(cluster.shared(id, 'kv')).toEqual(['a alone=2', 'b alone=2', 'of b=1'])
    expect(cluster.notices(id, 'resync')).toHaveLength(1)
  }
})

story('the smaller side of a split evicts nobody', ({ start }) => {
  const cluster = start({ members: 5, seed: 547, options: EVICTED_SOON })
  for (const id of cluster.living()) cluster.share(id, 'kv', id, 'before')
  cluster.run(seconds(2))
  cluster.partition(['a', 'b'], ['c', 'd', 'e'])
  cluster.share('a', 'kv', 'left', '1')
  cluster.share('c', 'kv', 'right', '1')
  cluster.run(minutes(12))
  expect(cluster.notices('a', 'evicted')).toEqual([])
  expect(
    cluster
      .notices('c', 'evicted')
      .map(({ node }) => node)
      .sort(),
  ).toEqual(['a', 'b'])
  cluster.heal()
  cluster.settle()
  cluster.run(minutes(3))
  const all = ['a', 'b', 'c', 'd', 'e'].map((id) => `${id}=before`)
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual([...all, 'left=1', 'right=1'].sort())
  }
})

story('who returns when nobody remembers its eviction brings nothing back', ({ start }) => {
  // A month in one step is more than the second opinion follows.
  const cluster = start({ members: 5, seed: 548, options: EVICTED_SOON, doubted: false })
  const everybody = [...cluster.living()]
  const aMonthPasses = () => {
    for (const id of everybody) cluster.leap(id, minutes(60 * 24 * 32))
    cluster.run(minutes(10))
  }
  cluster.share('a', 'kv', 'old', '1')
  cluster.run(seconds(2))
  cluster.partition(['a'], ['b', 'c', 'd', 'e'])
  cluster.run(minutes(10))
  cluster.unshare('b', 'kv', 'old')
  cluster.run(minutes(10))
  aMonthPasses()
  expect(cluster.shared('a', 'kv')).toEqual(['old=1'])
  cluster.heal()
  cluster.join('a', 'b')
  cluster.settle()
  for (let i = 0; i < 30; i++) {
    cluster.run(seconds(10))
    for (const id of ['b', 'c', 'd', 'e']) expect(cluster.shared(id, 'kv')).toEqual([])
  }
  expect(cluster.shared('a', 'kv')).toEqual([])
})

story('a large stream is adopted in slices, and whole', ({ start }) => {
  const cluster = start({ members: 4, seed: 549 })
  for (let i = 0; i < 1000; i++) {
    cluster.share('a', 'kv', `key-${i}`, `${i}`)
    if (i % 20 === 0) cluster.run(20)
  }
  cluster.run(seconds(5))
  cluster.crash('a', 'silent')
  cluster.run(seconds(20))
  cluster.remove('b', 'a')
  cluster.run(seconds(20))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toHaveLength(1000)
    expect(cluster.notices(id, 'evicted').map(({ node }) => node)).toEqual(['a'])
    expect(cluster.stats(id).streams).toBe(1)
  }
})

story('an operator removes whom nobody remembers but by what it wrote', ({ start }) => {
  const cluster = start({
    members: 5,
    seed: 552,
    // A day is more than the second opinion follows.
    doubted: false,
    options: { ...EVICTED_SOON, deadReclaimMs: seconds(30) },
  })
  for (const id of ['c', 'd', 'e']) {
    cluster.share(id, 'kv', id, '1')
    cluster.run(seconds(2))
    cluster.crash(id, 'silent')
  }
  for (const id of ['a', 'b']) cluster.leap(id, minutes(60 * 25))
  cluster.run(minutes(10))
  // Three have written and two are left: these do not evict by themselves.
  expect(cluster.notices('a', 'evicted')).toEqual([])
  for (const id of ['c', 'd', 'e']) cluster.remove('a', id)
  cluster.run(minutes(1))
  expect(
    cluster
      .notices('b', 'evicted')
      .map(({ node }) => node)
      .sort(),
  ).toEqual(['c', 'd', 'e'])
  expect(cluster.shared('b', 'kv')).toEqual(['c=1', 'd=1', 'e=1'])
  expect(cluster.remove('a', 'nobody').outcome?.kind).toBe('unknown')
})
