// Every member in turn leaves, restarts and joins: nobody is ever seen as failed.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a rolling restart with goodbyes fails nobody', ({ start }) => {
  const cluster = start({ members: 6, seed: 75 })
  for (const id of cluster.living()) {
    cluster.leave(id)
    cluster.run(seconds(3))
    cluster.crash(id)
    cluster.restart(id)
    cluster.join(id, id === 'a' ? 'b' : 'a')
    cluster.settle()
  }
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
