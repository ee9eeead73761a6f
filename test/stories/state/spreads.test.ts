// Keys that a member sets are read by all, at once.

import { expect } from 'vitest'
import { story } from '../story.ts'

story('a key is read everywhere within a tenth of a second', ({ start }) => {
  const cluster = start({ members: 20, seed: 401 })
  cluster.set('a', 'role', 'search')
  cluster.run(100)
  for (const id of cluster.living()) expect(cluster.held(id, 'a')).toEqual(['role=search'])
})

story('rumors alone reach all', ({ start }) => {
  const cluster = start({ members: 20, seed: 402, options: { stateSyncIntervalMs: 0 } })
  cluster.set('a', 'role', 'search')
  cluster.set('b', 'role', 'index')
  cluster.run(1000)
  for (const id of cluster.living()) {
    expect(cluster.held(id, 'a')).toEqual(['role=search'])
    expect(cluster.held(id, 'b')).toEqual(['role=index'])
  }
})
