// A node with raw meta bytes announces no hearsay (ruling 13): it is a member like any other and
// is spared what it could not read.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a member with raw meta lives among others, and hears no user events', ({ start }) => {
  const cluster = start({ members: 4, seed: 79 })
  cluster.start('raw', { meta: Uint8Array.of(1, 2, 3) })
  cluster.join('raw', 'a')
  cluster.settle()
  cluster.broadcast('a', 'news')
  cluster.run(seconds(5))
  for (const id of ['b', 'c', 'd']) expect(cluster.heard(id)).toEqual(['news'])
  expect(cluster.heard('raw')).toEqual([])
  expect([...(cluster.row('b', 'raw')?.meta ?? [])]).toEqual([1, 2, 3])
})
