// Nothing that a sends reaches b, but the way back is open (N7): relays keep both alive.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('a one-way cut fails nobody', ({ start }) => {
  const cluster = start({ members: 5, seed: 18 })
  cluster.cutOneWay(['a'], ['b'])
  cluster.run(minutes(2))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd', 'e'] })
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
