// What a gone member had added to shared maps and nobody can take over yet: more values of a key
// than fit into one slot, or more than there is room for. It stays readable, is told of, and goes
// its way once it can.

import { expect } from 'vitest'
import type { SlotOp } from '../../../src/core/index.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

/** What the log of a member says of what it could not take over. */
function refusals(cluster: Cluster, id: string): readonly string[] {
  return cluster
    .notices(id, 'log')
    .map(({ message }) => message)
    .filter((message) => message.includes('cannot be taken over yet'))
}

/** Lives of `b`, one after the other, each of which writes before it has heard of the others. */
function liveManyTimes(cluster: Cluster, lives: number, op: (value: Uint8Array) => SlotOp): void {
  for (let life = 0; life < lives; life++) {
    cluster.put('b', 'wide', 'k', op(Uint8Array.of(life)))
    cluster.join('b', 'a')
    cluster.run(seconds(3))
    cluster.crash('b')
    cluster.run(seconds(1))
    cluster.restart('b')
  }
  cluster.join('b', 'a')
  cluster.run(minutes(5))
}

/** What is written from now on by the one who took over is still taken by the others. */
function expectHeard(cluster: Cluster): void {
  cluster.share('b', 'kv', 'after', 'all')
  cluster.run(seconds(5))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['after=all'])
}

story('one who takes over more values than were ever one slot is heard as before', ({ start }) => {
  const cluster = start({ members: 3, seed: 549 })
  liveManyTimes(cluster, 20, (value) => ({ lattice: 'multi', kind: 'set', value }))
  for (const id of cluster.living()) {
    const [item] = cluster.population.seat(id).process.machine.state.map('multi', 'wide', '')
    expect(item?.value).toMatchObject({ values: { length: 20 } })
    expect(cluster.stats(id).streams).toBe(1)
  }
  expectHeard(cluster)
})

story('what fits into nobody’s slot stays where it is, and harms nobody', ({ start }) => {
  const cluster = start({ members: 3, seed: 550 })
  liveManyTimes(cluster, 18, (value) => ({ lattice: 'custom', kind: 'merge', value }))
  expect(cluster.counter('b', 'state_adoptions_failed_total')).toBeGreaterThan(0)
  for (const id of cluster.living()) expect(cluster.stats(id).streams).toBeGreaterThan(1)
  expectHeard(cluster)
  expect(cluster.stats('b').adoptionsStuck).toBeGreaterThan(0)
  expect(refusals(cluster, 'b')[0]).toContain('call custom with its name and merge')
})

story('what fitted into no slot is taken over once its merge is known', ({ start }) => {
  // The checker knows no merges of applications.
  const cluster = start({ members: 3, seed: 553, exempt: ['I5'] })
  liveManyTimes(cluster, 18, (value) => ({ lattice: 'custom', kind: 'merge', value }))
  expect(cluster.stats('b').adoptionsStuck).toBeGreaterThan(0)
  const merge = (one: Uint8Array, other: Uint8Array) =>
    Uint8Array.of(Math.max(one[0] ?? 0, other[0] ?? 0))
  cluster.command('b', { kind: 'state-define', map: 'wide', rules: { merge } })
  cluster.run(seconds(20))
  expect(cluster.stats('b').adoptionsStuck).toBe(0)
  for (const id of cluster.living()) expect(cluster.stats(id).streams).toBe(1)
})

/** Removes a, once it is gone, at b, which has no room for what a wrote. */
function removeWithoutRoom(cluster: Cluster, lose: () => void): void {
  const large = 'x'.repeat(60_000)
  for (let i = 0; i < 4; i++) cluster.share('a', 'kv', `of a ${i}`, large)
  cluster.run(seconds(5))
  lose()
  cluster.run(minutes(1))
  for (let i = 0; i < 138; i++) cluster.share('b', 'kv', `of b ${i}`, large)
  cluster.remove('b', 'a')
  cluster.run(seconds(20))
}

story('what there is no room for is told of, and taken over once there is', ({ start }) => {
  const cluster = start({ members: 2, seed: 551 })
  removeWithoutRoom(cluster, () => cluster.crash('a', 'silent'))
  expect([cluster.stats('b').streams, cluster.stats('b').adoptionsStuck]).toEqual([2, 1])
  expect(cluster.shared('b', 'kv').some((one) => one.startsWith('of a 3'))).toBe(true)
  expect(refusals(cluster, 'b')[0]).toContain('there is no room (stream-bytes); delete or shorten')
  for (let i = 0; i < 10; i++) cluster.unshare('b', 'kv', `of b ${i}`)
  cluster.run(seconds(10))
  expect([cluster.stats('b').streams, cluster.stats('b').adoptionsStuck]).toEqual([1, 0])
  expect(cluster.shared('b', 'kv').filter((one) => one.startsWith('of a'))).toHaveLength(4)
  expect(cluster.notices('b', 'evicted')).toMatchObject([{ node: 'a', reason: 'removed' }])
})

story('what there is no room for is no trouble any more once its author is back', ({ start }) => {
  const cluster = start({ members: 2, seed: 554 })
  removeWithoutRoom(cluster, () => cluster.partition(['a'], ['b']))
  expect(cluster.stats('b').adoptionsStuck).toBe(1)
  cluster.heal()
  cluster.join('b', 'a')
  cluster.run(minutes(2))
  expect(cluster.notices('b', 'evicted')).toEqual([])
  expect(cluster.stats('b')).toMatchObject({ streams: 2, adoptionsStuck: 0 })
})
