// What comes back after a restart, for members that keep their own state on disk: after the
// crash of a process, of a machine that loses what it had not synced, and of a disk.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

/** All that everybody reads. */
const everybody = (cluster: Cluster, of: string) =>
  cluster.living().map((id) => `${id}: ${cluster.held(id, of).join(' ')}`)

story('a killed process has its own keys again, and others read them', ({ start }) => {
  const cluster = start({ members: 3, seed: 601, durability: 'fsync' })
  cluster.set('a', 'role', 'db')
  cluster.set('a', 'gone', 'x')
  cluster.unset('a', 'gone')
  cluster.set('a', 'load', '1', 20_000)
  cluster.run(seconds(2))
  cluster.crash('a')
  cluster.run(seconds(5))
  cluster.restart('a')
  expect(cluster.held('a', 'a')).toEqual(['load=1', 'role=db'])
  cluster.join('a', 'b')
  cluster.run(seconds(5))
  expect(everybody(cluster, 'a')).toEqual([
    'a: load=1 role=db',
    'b: load=1 role=db',
    'c: load=1 role=db',
  ])
  // It had 18 s left when it crashed; 8 have passed in which it was down or came back.
  cluster.run(seconds(9))
  expect(everybody(cluster, 'a')).toEqual(['a: role=db', 'b: role=db', 'c: role=db'])
})

story('a key that ended while its owner was down is no sign of a late process', ({ start }) => {
  const cluster = start({ members: 2, seed: 613, durability: 'fsync' })
  const value = Uint8Array.of(1)
  const endsMs = cluster.wallMs + 2000
  cluster.put('a', 'kv', 'load', { lattice: 'register', kind: 'set', value, endsMs })
  cluster.run(seconds(1))
  cluster.crash('a')
  cluster.run(seconds(12))
  cluster.restart('a')
  cluster.join('a', 'b')
  cluster.run(seconds(5))
  expect(cluster.shared('a', 'kv')).toEqual([])
  expect(cluster.counter('a', 'late_ticks_total')).toBe(0)
})

story('a whole cluster that loses its power has all that was acknowledged', ({ start }) => {
  const cluster = start({ members: 4, seed: 602, durability: 'fsync' })
  const wanted: string[] = []
  for (const id of ['a', 'b', 'c', 'd']) {
    cluster.set(id, 'k', id)
    cluster.share(id, 'kv', `from-${id}`, id)
    wanted.push(`from-${id}=${id}`)
  }
  cluster.run(seconds(1))
  const late = cluster.set('a', 'late', '1')
  for (const id of ['a', 'b', 'c', 'd']) cluster.crash(id, 'silent')
  expect(late.outcome).toBeUndefined()
  cluster.run(minutes(1))
  for (const id of ['a', 'b', 'c', 'd']) cluster.restart(id, { disk: 'lost' })
  for (const id of ['b', 'c', 'd']) cluster.join(id, 'a')
  cluster.run(seconds(20))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(wanted)
    expect(cluster.held(id, 'a')).toEqual(['k=a'])
    expect(cluster.held(id, 'd')).toEqual(['k=d'])
  }
})

story('what is only said to be safe within a second may go with the power', ({ start }) => {
  const cluster = start({ members: 2, seed: 603, durability: 'async' })
  cluster.set('a', 'old', '1')
  cluster.run(seconds(3))
  const fresh = cluster.set('a', 'fresh', '1')
  cluster.run(50)
  expect(fresh.outcome?.kind).toBe('ok')
  cluster.crash('a')
  cluster.restart('a', { disk: 'lost' })
  expect(cluster.held('a', 'a')).toEqual(['old=1'])
})

story('a member with a new disk keeps what it added to shared maps', ({ start }) => {
  const cluster = start({ members: 3, seed: 604, durability: 'fsync' })
  cluster.set('a', 'role', 'db')
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(seconds(2))
  cluster.crash('a')
  cluster.restart('a', { disk: 'wiped' })
  cluster.join('a', 'b')
  cluster.run(seconds(5))
  for (const id of cluster.living()) {
    // Its own keys were on that disk, and are the owner's alone to keep.
    expect(cluster.held(id, 'a')).toEqual([])
    expect(cluster.shared(id, 'kv')).toEqual(['x=1'])
  }
})

story(
  'a clock set back by an hour neither reuses a life nor loses to the one before',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 605, durability: 'fsync' })
    cluster.share('a', 'kv', 'x', 'before')
    cluster.set('a', 'k', 'before')
    cluster.run(seconds(2))
    cluster.crash('a')
    cluster.restart('a', { wallAheadMs: -30_000 })
    cluster.join('a', 'b')
    cluster.run(seconds(2))
    const write = cluster.share('a', 'kv', 'x', 'after')
    cluster.set('a', 'k', 'after')
    cluster.run(seconds(5))
    expect(write.outcome?.kind).toBe('ok')
    for (const id of cluster.living()) {
      expect(cluster.shared(id, 'kv')).toEqual(['x=after'])
      expect(cluster.held(id, 'a')).toEqual(['k=after'])
    }
  },
)

story(
  'who has kept its clock alone writes above its former life before it meets anybody',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 619, durability: 'none' })
    cluster.jumpWall(['a'], 30_000)
    cluster.share('a', 'kv', 'x', 'before')
    cluster.run(seconds(2))
    cluster.crash('a')
    cluster.restart('a', { wallAheadMs: 0 })
    cluster.share('a', 'kv', 'x', 'after')
    cluster.run(100)
    cluster.join('a', 'b')
    cluster.run(seconds(5))
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=after'])
  },
)

story('a disk that fails stops nobody, and has everything once it works again', ({ start }) => {
  const cluster = start({ members: 2, seed: 606, durability: 'fsync' })
  cluster.failDisk('a', 'fail')
  const write = cluster.set('a', 'k', '1')
  cluster.run(seconds(5))
  expect(write.outcome).toBeUndefined()
  expect(cluster.held('b', 'a')).toEqual(['k=1'])
  cluster.failDisk('a', 'work')
  cluster.run(minutes(1))
  const later = cluster.set('a', 'l', '2')
  cluster.run(seconds(1))
  expect(later.outcome?.kind).toBe('ok')
  cluster.crash('a')
  cluster.restart('a', { disk: 'lost' })
  expect(cluster.held('a', 'a')).toEqual(['k=1', 'l=2'])
})

story(
  'who returns from disk after its eviction brings only what nobody had heard of',
  ({ start }) => {
    const options = { stateEvictAfterMs: minutes(5) }
    const cluster = start({ members: 5, seed: 607, durability: 'fsync', options })
    cluster.share('a', 'kv', 'k0', 'old')
    cluster.run(seconds(2))
    cluster.partition(['a'], ['b', 'c', 'd', 'e'])
    const unheard = cluster.share('a', 'kv', 'k1', 'unheard')
    cluster.run(seconds(1))
    expect(unheard.outcome?.kind).toBe('ok')
    cluster.crash('a')
    cluster.unshare('b', 'kv', 'k0')
    cluster.run(minutes(15))
    expect(cluster.notices('b', 'evicted').map(({ node }) => node)).toEqual(['a'])
    cluster.heal()
    // It does not find the others at once, and may not take that for being all there is.
    cluster.restart('a')
    cluster.run(minutes(3))
    cluster.join('a', 'b')
    cluster.run(minutes(5))
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['k1=unheard'])
  },
)

story('shared slots outlast many restarts on one disk, and old lives end', ({ start }) => {
  const cluster = start({ members: 3, seed: 608, durability: 'fsync' })
  for (let life = 0; life < 4; life++) {
    cluster.share('a', 'kv', `x${life}`, 'set')
    cluster.put('a', 'hits', '', { lattice: 'counter', kind: 'add', by: 1 })
    cluster.run(seconds(1))
    cluster.crash('a')
    cluster.restart('a', { disk: 'lost' })
    cluster.join('a', 'b')
    cluster.run(seconds(5))
  }
  cluster.run(minutes(5))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['x0=set', 'x1=set', 'x2=set', 'x3=set'])
    expect(cluster.shared(id, 'hits', 'counter')).toEqual(['=4'])
  }
  // What its lives before had added is adopted: the next life finds one stream on its disk.
  expect(formerStreams(cluster, 'a')).toBe(1)
})

/** Streams of shared maps that a restart finds on the disk. */
function formerStreams(cluster: Cluster, id: string): number {
  cluster.crash(id)
  cluster.restart(id)
  const { keeper } = cluster.population.seat(id)
  return keeper?.kept.streams.filter(({ channel }) => channel === 1).length ?? 0
}

story(
  'a new disk and a clock set back: the life that claims the name is on disk first',
  ({ start }) => {
    // A disk that is new cannot say which lives there were; the others can.
    const cluster = start({ members: 3, seed: 609, durability: 'fsync', exempt: ['I12'] })
    cluster.set('a', 'old', '1')
    cluster.share('a', 'kv', 'x', '1')
    cluster.run(seconds(2))
    cluster.crash('a')
    cluster.restart('a', { disk: 'wiped', wallAheadMs: -30_000 })
    cluster.set('a', 'new', '1')
    cluster.share('a', 'kv', 'y', '1')
    cluster.join('a', 'b')
    cluster.run(seconds(5))
    expect(everybody(cluster, 'a')).toEqual(['a: new=1', 'b: new=1', 'c: new=1'])
    expect(cluster.counter('a', 'state_generations_total')).toBeGreaterThan(0)
    // The life that it came to is not given again, though its clock is no further.
    cluster.crash('a')
    cluster.restart('a', { disk: 'lost', wallAheadMs: -37_000 })
    cluster.set('a', 'newer', '1')
    cluster.join('a', 'b')
    cluster.run(seconds(5))
    for (const id of cluster.living()) {
      expect(cluster.held(id, 'a')).toEqual(['new=1', 'newer=1'])
      expect(cluster.shared(id, 'kv')).toEqual(['x=1', 'y=1'])
    }
  },
)

story('who restarts on the smaller side does not take it for everybody', ({ start }) => {
  const options = { stateEvictAfterMs: minutes(5) }
  // What b reads of an evicted author just goes: it added nothing, and so is told of no resync.
  const cast = { members: 5, seed: 610, durability: 'fsync', options, exempt: ['I5'] } as const
  const cluster = start(cast)
  cluster.share('a', 'kv', 'x', 'old')
  cluster.run(seconds(5))
  cluster.partition(['a', 'b'], ['c', 'd', 'e'])
  cluster.run(seconds(30))
  cluster.unshare('c', 'kv', 'x')
  cluster.run(minutes(12))
  // The others have evicted a, and nobody remembers the deletion.
  expect(cluster.notices('c', 'evicted').map(({ node }) => node)).toEqual(['a'])
  cluster.restart('a')
  cluster.join('a', 'b')
  cluster.run(minutes(5))
  cluster.heal()
  cluster.run(minutes(10))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual([])
})
