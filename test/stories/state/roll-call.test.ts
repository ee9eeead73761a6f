// Who has just begun knows few of those who count: what it deletes is not forgotten before it has
// heard from the others who is missing, or knows from its configuration that it is alone.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

/** How many shared keys a member holds slots of, deleted ones included. */
function slotsHeld(cluster: Cluster, id: string): number {
  return cluster.stats(id).sharedKeys
}

function waitingFor(cluster: Cluster, id: string): readonly string[] | undefined {
  return cluster.population.seat(id).process.machine.state.sweep()?.waitingFor
}

function expectDeleted(cluster: Cluster, key: string): void {
  for (let i = 0; i < 20; i++) {
    for (const id of cluster.living()) {
      expect(cluster.shared(id, 'kv').filter((one) => one.startsWith(key))).toEqual([])
    }
    cluster.run(seconds(15))
  }
}

story('who restarts alone forgets nothing before it has met the others', ({ start }) => {
  const cluster = start({ members: 4, seed: 571 })
  cluster.seeds('a', 'b', 'c')
  cluster.partition(['a'], ['b', 'c', 'd'])
  cluster.share('b', 'kv', 'x', 'old')
  cluster.run(seconds(5))
  cluster.restart('a')
  cluster.run(seconds(5))
  cluster.share('a', 'kv', 'x', 'own')
  cluster.unshare('a', 'kv', 'x')
  cluster.run(minutes(6))
  expect(slotsHeld(cluster, 'a')).toBe(1)
  expect(waitingFor(cluster, 'a')).toEqual(['its seeds'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(10))
  expectDeleted(cluster, 'x')
  expect(cluster.living().map((id) => slotsHeld(cluster, id))).toEqual([0, 0, 0, 0])
})

story('who is alone by its configuration forgets what it deleted', ({ start }) => {
  const cluster = start({ members: ['a'], seed: 572 })
  cluster.seeds('a', 'a')
  cluster.share('a', 'kv', 'x', '1')
  cluster.unshare('a', 'kv', 'x')
  cluster.run(minutes(5))
  expect(slotsHeld(cluster, 'a')).toBe(0)
})

for (const who of ['a newcomer', 'who restarts'] as const) {
  story(`${who} waits for those that only others remember`, ({ start }) => {
    const cluster = start({ members: 5, seed: 573 })
    cluster.share('a', 'kv', 'other', '1')
    cluster.run(seconds(2))
    const late = who === 'a newcomer' ? 'late' : 'd'
    if (late !== 'd') cluster.start(late)
    cluster.partition([...new Set(['a', 'b', 'c', 'd', late])], ['e'])
    cluster.share('e', 'kv', 'x', 'unheard')
    cluster.run(minutes(2))
    if (late === 'd') cluster.restart('d')
    cluster.join(late, 'a')
    cluster.run(seconds(5))
    cluster.share(late, 'kv', 'x', 'own')
    cluster.unshare(late, 'kv', 'x')
    cluster.run(minutes(6))
    expect(slotsHeld(cluster, late)).toBe(2)
    expect(waitingFor(cluster, late)).toEqual(['e'])
    cluster.heal()
    cluster.settle()
    cluster.run(seconds(10))
    expectDeleted(cluster, 'x')
    expect(slotsHeld(cluster, late)).toBe(1)
  })
}
