// Leases: keys of shared maps that are read while the member that set them lives, as each reader
// sees it. The entries themselves spread and converge like all others.

import { expect } from 'vitest'
import { encodeMessage } from '../../../src/core/wire/index.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

const lease = (cluster: Cluster, id: string, key: string, endsMs?: number) =>
  cluster.put(id, 'kv', key, {
    ...{ lattice: 'register', kind: 'set', value: Uint8Array.of(49), endsMs, lease: true },
  })

/** What a member's host was told of shared keys, one after the other. */
function told(cluster: Cluster, id: string): readonly string[] {
  const changes = cluster.notices(id, 'shared').flatMap((notice) => notice.changes)
  return changes.map(({ kind, key }) => `${kind} ${key}`)
}

/** The members that read `expected` in the map. */
function readers(cluster: Cluster, expected: readonly string[]): readonly string[] {
  return cluster.living().filter((id) => String(cluster.shared(id, 'kv')) === String(expected))
}

function slot(cluster: Cluster, id: string, key: string) {
  const { machine } = cluster.population.seat(id).process
  return machine.state.slots({ lattice: 'register', map: 'kv', key })
}

story('a lease is hidden a while after its member has failed', ({ start }) => {
  const cluster = start({ members: 5, seed: 601, options: { stateDeadVisibleMs: 3000 } })
  lease(cluster, 'a', 'leader')
  cluster.share('a', 'kv', 'name', 'a')
  cluster.run(seconds(1))
  expect(readers(cluster, ['leader=1', 'name=a'])).toHaveLength(5)
  cluster.crash('a', 'silent')
  const failed = () => cluster.notices('c', 'member').some(({ change }) => change === 'failed')
  expect(cluster.runUntil(failed, minutes(1))).toBeDefined()
  cluster.run(2800)
  expect(cluster.shared('c', 'kv')).toEqual(['leader=1', 'name=a'])
  cluster.run(seconds(1))
  expect(readers(cluster, ['name=a'])).toEqual(['b', 'c', 'd', 'e'])
  for (const id of cluster.living()) {
    expect(told(cluster, id)).toEqual(['set leader', 'set name', 'expire leader'])
    expect(slot(cluster, id, 'leader').map(({ hidden }) => hidden)).toEqual(['failed'])
  }
})

story('leases are counted: held, hidden, and read again', ({ start }) => {
  const figures = (id: string) => {
    const { leases, leasesHidden } = cluster.stats(id)
    const totals = ['hidden', 'shown'].map((what) =>
      cluster.counter(id, `state_leases_${what}_total`),
    )
    return [leases, leasesHidden, ...totals]
  }
  const cluster = start({ members: 4, seed: 612 })
  for (const key of ['x', 'y']) lease(cluster, 'a', key)
  lease(cluster, 'b', 'z')
  cluster.run(seconds(1))
  for (const id of cluster.living()) expect(figures(id)).toEqual([3, 0, 0, 0])
  cluster.partition(['a'], ['b', 'c', 'd'])
  cluster.run(minutes(1))
  expect(figures('a')).toEqual([3, 1, 1, 0])
  expect(figures('c')).toEqual([3, 2, 2, 0])
  expect(cluster.counter('c', 'state_lease_questions_total')).toBe(0)
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(3))
  expect(figures('a')).toEqual([3, 0, 1, 1])
  expect(figures('c')).toEqual([3, 0, 2, 2])
  expect(cluster.counter('c', 'state_lease_questions_total')).toBeGreaterThan(0)
  for (const key of ['x', 'y']) cluster.unshare('b', 'kv', key)
  cluster.run(seconds(1))
  expect(figures('c').slice(0, 2)).toEqual([1, 0])
})

story('a lease ends with the goodbye of its member, and its traces go', ({ start }) => {
  const cluster = start({ members: 5, seed: 602 })
  cluster.share('b', 'kv', 'leader', 'b')
  cluster.run(seconds(1))
  lease(cluster, 'a', 'leader')
  cluster.run(seconds(1))
  const goodbye = cluster.leave('a')
  cluster.runUntil(() => goodbye.outcome !== undefined, seconds(10))
  cluster.run(200)
  cluster.crash('a')
  expect(readers(cluster, [])).toEqual(['b', 'c', 'd', 'e'])
  for (const id of cluster.living()) expect(told(cluster, id)).toContain('expire leader')
  // What b had set before does not come back, neither while the rest is tidied up nor after it.
  cluster.run(minutes(6))
  for (const id of cluster.living()) {
    expect(told(cluster, id)).toEqual(['set leader', 'set leader', 'expire leader'])
    expect(slot(cluster, id, 'leader')).toEqual([])
  }
})

story('a lease of a former life is not read again, with a disk or without', ({ start }) => {
  for (const durability of [undefined, 'fsync'] as const) {
    const disk = durability && { durability }
    const cluster = start({ members: 4, seed: 603, ...disk })
    lease(cluster, 'a', 'leader')
    cluster.share('a', 'kv', 'name', 'a')
    cluster.run(seconds(1))
    cluster.crash('a', 'silent')
    cluster.run(seconds(40))
    expect(readers(cluster, ['name=a'])).toEqual(['b', 'c', 'd'])
    cluster.restart('a')
    cluster.join('a', 'b')
    cluster.settle()
    cluster.run(minutes(2))
    expect(readers(cluster, ['name=a'])).toEqual(['a', 'b', 'c', 'd'])
    for (const id of ['b', 'c', 'd']) {
      expect(told(cluster, id).filter((one) => one.endsWith('leader'))).toEqual([
        'set leader',
        'expire leader',
      ])
    }
    expect(told(cluster, 'a')).not.toContain('set leader')
    lease(cluster, 'a', 'leader')
    cluster.run(seconds(1))
    expect(readers(cluster, ['leader=1', 'name=a'])).toHaveLength(4)
  }
})

story('a member that restarts before anybody missed it has no leases left', ({ start }) => {
  const cluster = start({ members: 4, seed: 604 })
  lease(cluster, 'a', 'leader')
  cluster.run(seconds(1))
  cluster.crash('a')
  cluster.restart('a')
  cluster.join('a', 'b')
  cluster.run(seconds(5))
  expect(readers(cluster, [])).toHaveLength(4)
  expect(cluster.notices('c', 'member').map(({ change }) => change)).not.toContain('failed')
})

story('leases of the other side are hidden in a partition, and back when it heals', ({ start }) => {
  const cluster = start({ members: 5, seed: 605 })
  lease(cluster, 'a', 'left')
  lease(cluster, 'e', 'right')
  cluster.run(seconds(1))
  cluster.partition(['a', 'b', 'c'], ['d', 'e'])
  cluster.run(minutes(1))
  for (const id of ['a', 'b', 'c']) expect(cluster.shared(id, 'kv')).toEqual(['left=1'])
  for (const id of ['d', 'e']) expect(cluster.shared(id, 'kv')).toEqual(['right=1'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(3))
  expect(readers(cluster, ['left=1', 'right=1'])).toHaveLength(5)
  expect(told(cluster, 'b').filter((one) => one.endsWith('right'))).toEqual([
    'set right',
    'expire right',
    'set right',
  ])
  // Nobody has written anything for all that.
  expect(slot(cluster, 'b', 'right').map(({ version }) => version)).toEqual([2])
})

story('a lease ends at its time, and is renewed by setting it', ({ start }) => {
  const cluster = start({ members: 3, seed: 606 })
  lease(cluster, 'a', 'leader', cluster.wallMs + 5000)
  cluster.run(seconds(4))
  lease(cluster, 'a', 'leader', cluster.wallMs + 5000)
  cluster.run(seconds(4))
  expect(readers(cluster, ['leader=1'])).toHaveLength(3)
  cluster.run(seconds(2))
  expect(readers(cluster, [])).toHaveLength(3)
  cluster.crash('a', 'silent')
  cluster.run(seconds(40))
  expect(told(cluster, 'c').filter((one) => one === 'expire leader')).toHaveLength(1)
})

story('who sets the key of a hidden lease has it, and deleting it is for good', ({ start }) => {
  const cluster = start({ members: 5, seed: 607 })
  lease(cluster, 'e', 'taken')
  lease(cluster, 'e', 'deleted')
  lease(cluster, 'e', 'kept')
  cluster.run(seconds(1))
  cluster.partition(['a', 'b', 'c', 'd'], ['e'])
  cluster.run(minutes(1))
  lease(cluster, 'a', 'taken')
  cluster.unshare('b', 'kv', 'deleted')
  cluster.run(seconds(1))
  expect(cluster.shared('c', 'kv')).toEqual(['taken=1'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(5))
  expect(readers(cluster, ['kept=1', 'taken=1'])).toHaveLength(5)
  cluster.crash('e', 'silent')
  cluster.run(seconds(40))
  expect(readers(cluster, ['taken=1'])).toHaveLength(4)
})

story('who was evicted while it was away has lost its leases when it is back', ({ start }) => {
  const options = { stateEvictAfterMs: minutes(5) }
  const cluster = start({ members: 5, seed: 608, options })
  lease(cluster, 'a', 'known')
  cluster.run(seconds(2))
  cluster.partition(['a'], ['b', 'c', 'd', 'e'])
  lease(cluster, 'a', 'unheard')
  cluster.share('a', 'kv', 'plain', '1')
  cluster.run(minutes(12))
  expect(cluster.shared('a', 'kv')).toEqual(['known=1', 'plain=1', 'unheard=1'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(20))
  expect(readers(cluster, ['plain=1'])).toHaveLength(5)
  cluster.run(minutes(2))
  expect(readers(cluster, ['plain=1'])).toHaveLength(5)
  for (const id of ['b', 'c', 'd', 'e']) expect(told(cluster, id)).not.toContain('set unheard')
  lease(cluster, 'a', 'known')
  cluster.run(seconds(1))
  expect(readers(cluster, ['known=1', 'plain=1'])).toHaveLength(5)
})

story('a newcomer is not shown leases of who was gone before it came', ({ start }) => {
  const cluster = start({ members: 4, seed: 609 })
  lease(cluster, 'a', 'gone')
  lease(cluster, 'b', 'there')
  cluster.run(seconds(1))
  cluster.crash('a', 'silent')
  cluster.run(minutes(2))
  cluster.start('new')
  cluster.join('new', 'c')
  cluster.run(seconds(10))
  expect(cluster.shared('new', 'kv')).toEqual(['there=1'])
  expect(told(cluster, 'new')).toEqual(['set there'])
})

story('an operator who removes a failed member ends its leases', ({ start }) => {
  const cluster = start({ members: 4, seed: 610, options: { stateDeadVisibleMs: minutes(60) } })
  lease(cluster, 'a', 'leader')
  cluster.run(seconds(1))
  cluster.crash('a', 'silent')
  cluster.run(minutes(1))
  expect(readers(cluster, ['leader=1'])).toHaveLength(3)
  cluster.remove('b', 'a')
  cluster.run(seconds(10))
  expect(readers(cluster, [])).toHaveLength(3)
})

story('a forged goodbye hides leases until the member has taken it back', ({ start }) => {
  const cluster = start({ members: 4, seed: 611 })
  lease(cluster, 'd', 'leader')
  cluster.run(seconds(1))
  const forged = encodeMessage({ kind: 'dead', incarnation: 1, node: 'd', from: 'd' })
  cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes: forged })
  expect(cluster.shared('b', 'kv')).toEqual([])
  cluster.run(seconds(5))
  expect(readers(cluster, ['leader=1'])).toHaveLength(4)
  expect(told(cluster, 'b')).toEqual(['set leader', 'expire leader', 'set leader'])
})
