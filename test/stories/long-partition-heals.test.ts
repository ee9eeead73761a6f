// After ten minutes each side has forgotten the other in its member table; the departed are still
// remembered, and dialled.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('a split of ten minutes merges as well', ({ start }) => {
  const cluster = start({ members: 6, seed: 21 })
  cluster.partition(['a', 'b'], ['c', 'd', 'e', 'f'])
  cluster.run(minutes(10))
  cluster.expectAgreement({ alive: ['a', 'b'] }, ['a', 'b'])
  cluster.heal()
  expect(cluster.settle()).toBeLessThan(seconds(35))
})
