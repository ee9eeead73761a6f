// With a checksum on every packet between members damage is seen and dropped: it is mere loss.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('with checksums everywhere damage is no more than loss', ({ start }) => {
  const cluster = start({ members: 6, seed: 29, options: { crcEverywhere: true } })
  cluster.disturb({ corrupt: 0.2 })
  for (let round = 0; round < 12; round++) {
    cluster.setTags('b', { round: String(round) })
    cluster.run(seconds(5))
  }
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
  cluster.settle()
})
