// Restarted before anybody noticed, at the same incarnation with other tags: the old description
// must not win.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a member restarted at once with other tags is held with the new ones', ({ start }) => {
  const cluster = start({ members: 5, seed: 11 })
  cluster.setTags('b', { version: 'old' })
  cluster.run(seconds(2))
  cluster.restart('b', { tags: new Map([['version', 'new']]) })
  cluster.join('b', 'a')
  cluster.settle()
  for (const id of cluster.living()) expect(cluster.tags(id, 'b')).toEqual({ version: 'new' })
})
