// Clocks that are wrong: what is stamped far in the future waits, everywhere, and goes on by
// itself; whoever is so far ahead of his own clock may not write.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

story('writes of a member whose clock runs five minutes ahead wait for their time', ({ start }) => {
  const cluster = start({ members: 4, seed: 521 })
  cluster.share('a', 'kv', 'x', 'before')
  cluster.run(seconds(1))
  cluster.jumpWall(['a'], minutes(5))
  cluster.share('a', 'kv', 'x', 'future')
  cluster.set('a', 'k', 'own')
  cluster.run(seconds(30))
  for (const id of ['b', 'c', 'd']) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=before'])
    // Keys of one's own have no clock.
    expect(cluster.held(id, 'a')).toEqual(['k=own'])
    expect(cluster.notices(id, 'clock-skew')[0]?.node).toBe('a')
  }
  cluster.run(minutes(6))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=future'])
})

story(
  'nobody writes registers while his own clock is a minute behind what he read',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 522 })
    cluster.share('a', 'kv', 'x', '1')
    cluster.run(seconds(1))
    cluster.jumpWall(['b'], -minutes(3))
    const write = cluster.share('b', 'kv', 'x', '2')
    cluster.run(seconds(1))
    expect(write.outcome?.kind).toBe('clock-ahead')
    cluster.run(minutes(3))
    const later = cluster.share('b', 'kv', 'x', '3')
    cluster.run(seconds(1))
    expect(later.outcome?.kind).toBe('ok')
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=3'])
  },
)

story(
  'what waited for its time is taken at that time, however seldom stores are compared',
  ({ start }) => {
    const cluster = start({ members: 4, seed: 523, options: { stateSyncIntervalMs: 20_000 } })
    cluster.share('a', 'kv', 'x', 'before')
    cluster.run(seconds(60))
    cluster.jumpWall(['a'], seconds(90))
    cluster.share('a', 'kv', 'x', 'future')
    cluster.run(seconds(29))
    for (const id of ['b', 'c', 'd']) expect(cluster.shared(id, 'kv')).toEqual(['x=before'])
    cluster.run(seconds(2))
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=future'])
  },
)

story('who sets its clock right takes at once what was far ahead of the old one', ({ start }) => {
  const cluster = start({ members: 3, seed: 524 })
  cluster.jumpWall(['b'], -minutes(10))
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(seconds(5))
  expect(cluster.shared('b', 'kv')).toEqual([])
  cluster.jumpWall(['b'], 0)
  cluster.run(seconds(1))
  expect(cluster.shared('b', 'kv')).toEqual(['x=1'])
})

story('catching up does not count a member that holds what has to wait here', ({ start }) => {
  const cluster = start({ members: 3, seed: 525 })
  cluster.jumpWall(['a', 'b'], minutes(5))
  cluster.share('a', 'kv', 'x', 'future')
  cluster.run(seconds(5))
  expect(cluster.shared('b', 'kv')).toEqual(['x=future'])
  const sync = { kind: 'state-sync', peers: 1, timeoutMs: seconds(3) } as const
  const atC = cluster.command('c', sync)
  const atB = cluster.command('b', sync)
  cluster.run(seconds(4))
  expect(cluster.shared('c', 'kv')).toEqual([])
  expect(atC.outcome).toMatchObject({ kind: 'synced', synced: 0 })
  expect(atB.outcome).toMatchObject({ kind: 'synced', synced: 1 })
})

const unheardBy = (cluster: Cluster, id: string): number =>
  cluster.population.seat(id).process.machine.state.stats().unheardBy

/** Members a, b … and one more whose clock is three years ahead. */
function withVisitor(cluster: Cluster): void {
  cluster.start('future')
  cluster.jumpWall(['future'], 3 * 365 * 24 * minutes(60))
  cluster.join('future', 'a')
  cluster.run(seconds(2))
}

story('a node that begins years ahead is told that nobody takes what it writes', ({ start }) => {
  const cluster = start({ members: 3, seed: 526 })
  cluster.share('a', 'kv', 'x', '1')
  withVisitor(cluster)
  expect(cluster.set('future', 'k', 'lost').outcome?.kind).toBe('ok')
  expect(cluster.share('future', 'kv', 'x', 'lost').outcome?.kind).toBe('ok')
  cluster.run(seconds(20))
  expect(unheardBy(cluster, 'future')).toBe(0)
  expect(cluster.notices('b', 'clock-skew')[0]?.node).toBe('future')
  cluster.run(seconds(30))
  for (const id of ['a', 'b', 'c']) {
    expect(cluster.held(id, 'future')).toEqual([])
    expect(cluster.shared(id, 'kv')).toEqual(['x=1'])
    expect(unheardBy(cluster, id)).toBe(0)
  }
  expect(unheardBy(cluster, 'future')).toBe(3)
  const unheard = { kind: 'unheard', members: 3 }
  expect(cluster.set('future', 'k', 'again').outcome).toMatchObject(unheard)
  expect(cluster.unset('future', 'k').outcome).toMatchObject(unheard)
  expect(cluster.share('future', 'kv', 'x', 'again').outcome).toMatchObject(unheard)
  expect(cluster.notices('future', 'log').some(({ level }) => level === 'error')).toBe(true)
  // To set the clock right is not enough: the life that it began lies in the future.
  cluster.jumpWall(['future'], 0)
  cluster.run(minutes(1))
  expect(cluster.set('future', 'k', 'again').outcome).toMatchObject(unheard)
  cluster.crash('future')
  cluster.restart('future', { wallAheadMs: 0 })
  cluster.join('future', 'a')
  cluster.run(seconds(5))
  expect(cluster.set('future', 'k', 'now').outcome?.kind).toBe('ok')
  cluster.run(minutes(1))
  for (const id of cluster.living()) expect(cluster.held(id, 'future')).toEqual(['k=now'])
  expect(unheardBy(cluster, 'future')).toBe(0)
})

story('a clock minutes ahead stops shared writes until others come near', ({ start }) => {
  const cluster = start({ members: 4, seed: 527 })
  cluster.share('a', 'kv', 'x', 'before')
  cluster.run(seconds(1))
  cluster.jumpWall(['a'], minutes(5))
  expect(cluster.share('a', 'kv', 'x', 'future').outcome?.kind).toBe('ok')
  cluster.run(seconds(50))
  expect(cluster.share('a', 'kv', 'x', 'more').outcome?.kind).toBe('unheard')
  // Keys of one's own have no clock.
  expect(cluster.set('a', 'k', 'own').outcome?.kind).toBe('ok')
  cluster.run(minutes(5))
  expect(unheardBy(cluster, 'a')).toBe(0)
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=future'])
})

story('of two that do not take from each other neither stops to write', ({ start }) => {
  const cluster = start({ members: 1, seed: 528 })
  withVisitor(cluster)
  for (const id of ['a', 'future']) cluster.set(id, 'k', 'first')
  cluster.run(minutes(1))
  expect(unheardBy(cluster, 'future')).toBe(1)
  expect(cluster.set('future', 'k', 'more').outcome?.kind).toBe('ok')
  const acks = { needed: 2, timeoutMs: seconds(5) } as const
  const value = Uint8Array.of(1)
  const asked = cluster.command('future', { kind: 'state-set', key: 'k', value, acks })
  expect(asked.outcome).toMatchObject({ kind: 'unheard', members: 1 })
})

story('who was cut off, or asleep, or is slow to be heard is not told so', ({ start }) => {
  const cluster = start({ members: 5, seed: 529 })
  cluster.set('a', 'k', '1')
  cluster.run(minutes(2))
  cluster.partition(['a'], ['b', 'c', 'd', 'e'])
  cluster.set('a', 'k', '2')
  cluster.share('a', 'kv', 'x', '2')
  cluster.run(minutes(3))
  cluster.heal()
  for (let i = 0; i < 600; i++) {
    cluster.run(100)
    expect(unheardBy(cluster, 'a')).toBe(0)
  }
  cluster.lose(0.5)
  for (let i = 0; i < 120; i++) {
    cluster.set('a', 'k', `${i}`)
    cluster.run(seconds(1))
    expect(unheardBy(cluster, 'a')).toBe(0)
  }
})
