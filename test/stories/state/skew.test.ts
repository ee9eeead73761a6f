// Clocks that are wrong: what is stamped far in the future waits, everywhere, and goes on by
// itself; whoever is so far ahead of his own clock may not write.

import { expect } from 'vitest'
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
