// One member loses its network for a minute (N5): all hold it failed, it holds all failed, and
// its own healer brings it back.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('an isolated member finds its way back', ({ start }) => {
  const cluster = start({ members: 7, seed: 22 })
  cluster.partition(['d'])
  cluster.run(minutes(1))
  cluster.expectAgreement({ alive: ['d'] }, ['d'])
  cluster.expectAgreement({ dead: ['d'] }, ['a', 'b', 'c', 'e', 'f', 'g'])
  cluster.heal()
  expect(cluster.settle()).toBeLessThan(seconds(35))
})
