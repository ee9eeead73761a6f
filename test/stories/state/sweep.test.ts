// What is deleted in shared maps is remembered until nothing older can come back, and no longer;
// what several have written shrinks to one slot a key.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

/** Slots held anywhere of a shared map, and graves of streams. */
function remains(cluster: Cluster): number {
  return cluster.living().reduce((sum, id) => {
    const { sharedKeys, graves } = cluster.stats(id)
    return sum + sharedKeys + graves
  }, 0)
}

story('what all deleted is forgotten by all', ({ start }) => {
  const cluster = start({ members: 5, seed: 561 })
  for (const id of cluster.living()) {
    for (let i = 0; i < 10; i++) cluster.share(id, 'kv', `key-${i}`, id)
    cluster.put(id, 'tags', id, { lattice: 'element', kind: 'add' })
  }
  cluster.run(seconds(5))
  for (let i = 0; i < 10; i++) cluster.unshare('a', 'kv', `key-${i}`)
  for (const id of cluster.living())
    cluster.put('b', 'tags', id, { lattice: 'element', kind: 'remove' })
  cluster.run(seconds(1))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual([])
  expect(remains(cluster)).toBeGreaterThan(50)
  cluster.run(minutes(10))
  expect(remains(cluster)).toBe(0)
})

story(
  'a key that many wrote comes down to one slot, and reads the same all the while',
  ({ start }) => {
    const cluster = start({ members: 6, seed: 562 })
    for (const id of cluster.living()) {
      cluster.share(id, 'kv', 'hot', id)
      cluster.put(id, 'hits', '', { lattice: 'counter', kind: 'add', by: 1 })
      cluster.run(seconds(1))
    }
    const slots = () => {
      const item = cluster.population.seat('c').process.machine.state.slot('register', 'kv', 'hot')
      return item?.slots
    }
    expect(slots()).toBe(6)
    for (let i = 0; i < 60; i++) {
      cluster.run(seconds(10))
      for (const id of cluster.living()) {
        expect(cluster.shared(id, 'kv')).toEqual(['hot=f'])
        expect(cluster.shared(id, 'hits', 'counter')).toEqual(['=6'])
      }
    }
    expect(slots()).toBe(1)
  },
)

story('a dead member holds up the forgetting, until it is evicted', ({ start }) => {
  const cluster = start({ members: 5, seed: 563, options: { stateEvictAfterMs: minutes(30) } })
  cluster.share('b', 'kv', 'x', '1')
  cluster.share('e', 'kv', 'y', '1')
  cluster.run(seconds(2))
  cluster.crash('e', 'silent')
  cluster.run(seconds(30))
  cluster.unshare('b', 'kv', 'x')
  cluster.run(minutes(25))
  expect(cluster.stats('a').sharedKeys).toBe(2)
  const sweep = cluster.population.seat('b').process.machine.state.sweep()
  expect(sweep?.waitingFor).toEqual(['e'])
  cluster.run(minutes(20))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['y=1'])
    expect(cluster.stats(id).sharedKeys).toBe(1)
  }
})

story('who was cut off while a key was deleted does not bring it back', ({ start }) => {
  const cluster = start({ members: 5, seed: 564 })
  cluster.share('a', 'kv', 'x', 'old')
  cluster.share('e', 'kv', 'x', 'older')
  cluster.run(seconds(2))
  cluster.partition(['a', 'b', 'c', 'd'], ['e'])
  cluster.unshare('b', 'kv', 'x')
  cluster.run(minutes(20))
  expect(cluster.shared('e', 'kv')).not.toEqual([])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(10))
  for (let i = 0; i < 60; i++) {
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual([])
    cluster.run(seconds(10))
  }
  expect(remains(cluster)).toBe(0)
})

story('deleted keys are forgotten while others are written all the time', ({ start }) => {
  const cluster = start({ members: 8, seed: 565 })
  for (let i = 0; i < 20; i++) cluster.share('a', 'kv', `gone-${i}`, 'x')
  cluster.run(seconds(2))
  for (let i = 0; i < 20; i++) cluster.unshare('b', 'kv', `gone-${i}`)
  for (let i = 0; i < 600; i++) {
    const id = cluster.living()[i % 8] ?? 'a'
    cluster.share(id, 'busy', id, `${i}`)
    cluster.run(seconds(1))
  }
  expect(cluster.stats('c').sharedKeys).toBe(8)
})

story(
  'what was adopted from whom nobody looked at any more is not brought back by it',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 571 })
    const later = minutes(30)
    cluster.run(seconds(2))
    // c alone holds what b wrote last, which has to wait at a: its clock is behind.
    cluster.cut('a', ['b', 'c'])
    cluster.share('b', 'kv', 'k', 'old')
    cluster.jumpWall(['b', 'c'], later)
    cluster.share('b', 'kv', 'ahead', '1')
    cluster.run(seconds(1))
    cluster.crash('b')
    cluster.heal()
    cluster.cut('b', ['c'])
    cluster.restart('b', { wallAheadMs: later })
    cluster.join('b', 'a')
    cluster.run(seconds(2))
    cluster.put('b', 'up', 'b', { lattice: 'flag', kind: 'raise' })
    cluster.share('a', 'kv', 'k', 'new')
    cluster.unshare('a', 'kv', 'k')
    cluster.run(minutes(2))
    expect(cluster.shared('c', 'kv')).toEqual(['ahead=1'])
    const { state } = cluster.population.seat('a').process.machine
    expect(state.sweep()).toEqual({ phase: 2, waitingFor: ['c'] })
    // Only now b adopts it, after it was looked at, and c drops it before it is looked at.
    cluster.heal()
    cluster.run(minutes(2))
    expect(cluster.shared('c', 'kv')).toEqual(['ahead=1'])
    cluster.jumpWall(['a'], later)
    cluster.run(minutes(10))
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['ahead=1'])
    expect(cluster.stats('a').tombstones).toBe(0)
  },
)

story('a clean-up that hears of an adoption looks at everybody anew', ({ start }) => {
  const cluster = start({ members: 3, seed: 572 })
  cluster.share('b', 'kv', 'x', '1')
  cluster.run(minutes(2))
  cluster.crash('b')
  cluster.restart('b')
  cluster.join('b', 'a')
  cluster.run(seconds(2))
  cluster.share('a', 'kv', 'k', 'new')
  cluster.unshare('a', 'kv', 'k')
  const { state } = cluster.population.seat('a').process.machine
  expect(cluster.runUntil(() => state.sweep()?.phase === 2, seconds(40))).toBeDefined()
  cluster.cut('a', ['c'])
  cluster.run(seconds(10))
  expect(state.sweep()).toEqual({ phase: 2, waitingFor: ['c'] })
  // A minute after its start b takes over what its former life had added.
  cluster.run(minutes(2))
  expect(cluster.notices('a', 'evicted')).toHaveLength(1)
  expect(state.sweep()).toEqual({ phase: 1, waitingFor: ['c'] })
  cluster.heal()
  cluster.run(minutes(3))
  expect(cluster.stats('a').tombstones).toBe(0)
})
