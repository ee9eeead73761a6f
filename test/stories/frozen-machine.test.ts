// A virtual machine is suspended: unlike a paused process it misses every packet sent meanwhile.
// A ping was often under way when it froze; nobody is to blame for the answer it lost.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a machine frozen again and again accuses nobody for what it missed', ({ start }) => {
  const cluster = start({ members: 6, seed: 76 })
  cluster.disturb({ delayMinMs: 190 })
  for (let round = 0; round < 15; round++) {
    cluster.partition(['e'])
    cluster.pause('e')
    cluster.run(2700 + round * 71)
    cluster.network.heal('cuts only')
    cluster.resume('e')
    cluster.run(seconds(4))
  }
  expect(cluster.transitions({ observer: 'e', to: 'suspect' })).toEqual([])
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
