// Everything that was ever sent comes again, minutes later (N14): suspicions, deaths, old tags
// and a goodbye.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('old packets sent again change nothing', ({ start }) => {
  const cluster = start({ members: 6, seed: 30 })
  cluster.network.record()
  cluster.crash('e')
  cluster.setTags('b', { tag: 'old' })
  cluster.broadcast('a', 'once')
  cluster.run(seconds(20))
  cluster.restart('e')
  cluster.join('e', 'a')
  cluster.setTags('b', { tag: 'new' })
  cluster.leave('f')
  cluster.settle()
  cluster.run(minutes(1))
  const before = cluster.journal.count
  cluster.network.replay(4000, minutes(1))
  cluster.run(minutes(2))
  expect(cluster.journal.tail(cluster.journal.count - before)).toEqual([])
  expect(cluster.heard('c')).toEqual(['once'])
})
