// With Serf’s version numbers and tags: the same joins, events, crashes and leaves.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('members with the serf application agree like all others', ({ start }) => {
  const cluster = start({ members: 6, seed: 78, options: { application: 'serf' } })
  cluster.setTags('b', { role: 'db' })
  cluster.broadcast('a', 'deploy')
  cluster.leave('f')
  cluster.crash('e')
  cluster.run(seconds(25))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd'], dead: ['e'], left: ['f'] }, [
    'a',
    'b',
    'c',
    'd',
  ])
  for (const id of ['b', 'c', 'd']) expect(cluster.heard(id)).toEqual(['deploy'])
  for (const id of ['a', 'c', 'd']) expect(cluster.tags(id, 'b')).toEqual({ role: 'db' })
})
