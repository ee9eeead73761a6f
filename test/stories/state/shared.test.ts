// Maps that everybody writes: the last writer wins, counters add up, what was added stays,
// whoever wrote where.

import { expect } from 'vitest'
import { minutes, seconds, story } from '../story.ts'

story('a shared key is read everywhere within a tenth of a second', ({ start }) => {
  const cluster = start({ members: 20, seed: 501 })
  cluster.share('a', 'kv', 'colour', 'red')
  cluster.run(100)
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['colour=red'])
  cluster.share('b', 'kv', 'colour', 'blue')
  cluster.run(100)
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['colour=blue'])
  cluster.unshare('c', 'kv', 'colour')
  cluster.run(100)
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual([])
})

story('what both sides of a partition write is joined when it heals', ({ start }) => {
  const cluster = start({ members: 5, seed: 502 })
  cluster.partition(['a', 'b', 'c'], ['d', 'e'])
  cluster.share('a', 'kv', 'x', 'left')
  cluster.share('b', 'kv', 'y', 'left')
  cluster.run(seconds(2))
  cluster.share('d', 'kv', 'x', 'right')
  cluster.share('e', 'kv', 'z', 'right')
  for (const id of ['a', 'b', 'd'])
    cluster.put(id, 'hits', '', { lattice: 'counter', kind: 'add', by: 3 })
  cluster.put('e', 'hits', '', { lattice: 'counter', kind: 'add', by: -2 })
  cluster.run(seconds(20))
  expect(cluster.shared('c', 'kv')).toEqual(['x=left', 'y=left'])
  expect(cluster.shared('c', 'hits', 'counter')).toEqual(['=6'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(10))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=right', 'y=left', 'z=right'])
    expect(cluster.shared(id, 'hits', 'counter')).toEqual(['=7'])
  }
})

story('an element that is added while another removes it stays', ({ start }) => {
  const cluster = start({ members: 4, seed: 503 })
  const tag = (id: string, kind: 'add' | 'remove') =>
    cluster.put(id, 'tags', 'blue', { lattice: 'element', kind })
  tag('a', 'add')
  cluster.run(seconds(1))
  cluster.partition(['a', 'b'], ['c', 'd'])
  tag('a', 'remove')
  tag('c', 'add')
  cluster.run(seconds(1))
  expect(cluster.shared('b', 'tags', 'element')).toEqual([])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(10))
  for (const id of cluster.living())
    expect(cluster.shared(id, 'tags', 'element')).toEqual(['blue='])
  tag('d', 'remove')
  cluster.run(seconds(1))
  for (const id of cluster.living()) expect(cluster.shared(id, 'tags', 'element')).toEqual([])
})

story('a shared key ends for all at its time, and a later one lives', ({ start }) => {
  const cluster = start({ members: 3, seed: 504 })
  const value = Uint8Array.of(49)
  const endsMs = cluster.wallMs + 5000
  cluster.put('a', 'kv', 'lease', { lattice: 'register', kind: 'set', value, endsMs })
  cluster.share('a', 'kv', 'name', 'a')
  cluster.run(seconds(4))
  expect(cluster.shared('c', 'kv')).toEqual(['lease=1', 'name=a'])
  cluster.run(seconds(2))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['name=a'])
  const ended = cluster.notices('c', 'shared').flatMap(({ changes }) => changes)
  expect(ended.map(({ kind, key }) => `${kind} ${key}`)).toContain('expire lease')
})

story('what was written outlives the restart of its writer, and counts on', ({ start }) => {
  const cluster = start({ members: 4, seed: 505 })
  cluster.share('a', 'kv', 'x', '1')
  cluster.put('a', 'hits', '', { lattice: 'counter', kind: 'add', by: 5 })
  cluster.run(seconds(1))
  cluster.crash('a')
  cluster.run(seconds(1))
  cluster.restart('a')
  cluster.join('a', 'b')
  cluster.put('a', 'hits', '', { lattice: 'counter', kind: 'add', by: 2 })
  cluster.settle()
  cluster.run(seconds(5))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=1'])
    expect(cluster.shared(id, 'hits', 'counter')).toEqual(['=7'])
  }
  cluster.run(minutes(2))
  for (const id of ['a', 'b', 'c', 'd']) {
    const told = { node: 'a', reason: 'restarted', by: 'a' }
    expect(cluster.notices(id, 'evicted')).toMatchObject([told])
  }
})
