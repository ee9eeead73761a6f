// A quarter of the datagrams is lost (L7): the copies left for the ticks, or a push/pull, bring
// the event to all.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a user event reaches all under 25 % loss', ({ start }) => {
  const cluster = start({ members: 16, seed: 56 })
  cluster.lose(0.25)
  for (let i = 0; i < 5; i++) {
    cluster.broadcast('a', `event-${i}`)
    cluster.run(seconds(2))
  }
  cluster.run(seconds(35))
  for (const id of cluster.living()) expect(cluster.heard(id)).toHaveLength(5)
})
