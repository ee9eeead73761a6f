// Every fifth datagram is damaged (N13). Nothing crashes, and once the link is good the members
// agree. Damaged names may be admitted where no checksum travels, so S10 does not hold here.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('damaged packets crash nobody, and their traces vanish', ({ start }) => {
  const cluster = start({ members: 6, seed: 28, exempt: ['S10'] })
  cluster.disturb({ corrupt: 0.2 })
  for (let round = 0; round < 12; round++) {
    cluster.setTags('b', { round: String(round) })
    cluster.broadcast('c', `event-${round}`)
    cluster.run(seconds(5))
  }
  expect(cluster.network.tally.bitsFlipped).toBeGreaterThan(100)
  cluster.heal()
  cluster.settle()
})
