// A stop of four seconds, as a collector or a snapshot makes (P2): shorter than any suspicion.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a pause of four seconds fails nobody', ({ start }) => {
  const cluster = start({ members: 9, seed: 31 })
  cluster.pause('e')
  cluster.run(seconds(4))
  cluster.resume('e')
  cluster.run(seconds(30))
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
  cluster.settle(1)
})
