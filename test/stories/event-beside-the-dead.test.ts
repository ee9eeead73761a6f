// Who has just failed is still told things, in case it lives. That must not cost the living a
// copy of an event: nothing repairs what an application says.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('an event reaches all where most have just failed', ({ start }) => {
  const cluster = start({ members: 12, seed: 30_721 })
  for (const id of ['d', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l']) cluster.crash(id)
  cluster.run(seconds(20))
  for (let i = 0; i < 20; i++) {
    cluster.broadcast('a', `event-${i}`)
    cluster.run(100)
  }
  cluster.run(seconds(5))
  for (const id of ['b', 'c']) expect(cluster.heard(id)).toHaveLength(20)
})
