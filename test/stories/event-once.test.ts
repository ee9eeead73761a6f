// Duplicates, reordering and three senders at one moment: each event is told once (S14).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a user event is told exactly once to each member', ({ start }) => {
  const cluster = start({ members: 20, seed: 55 })
  cluster.disturb({ duplicate: 0.3, reorder: 0.3 })
  for (const id of ['a', 'b', 'c']) cluster.broadcast(id, `deploy-${id}`)
  cluster.run(seconds(10))
  for (const id of cluster.living()) {
    expect([...cluster.heard(id)].sort()).toEqual(['deploy-a', 'deploy-b', 'deploy-c'])
  }
})
