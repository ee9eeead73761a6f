// Four and five members apart for a minute, then reconnected (N4): nobody joins by hand, the
// healer does.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('a split of four and five settles, and merges without a join by hand', ({ start }) => {
  const cluster = start({ members: 9, seed: 20 })
  const [left, right] = [
    ['a', 'b', 'c', 'd'],
    ['e', 'f', 'g', 'h', 'i'],
  ]
  cluster.partition(left, right)
  cluster.run(minutes(1))
  cluster.expectAgreement({ alive: left, suspect: [] }, left)
  cluster.expectAgreement({ alive: right, suspect: [] }, right)
  cluster.heal()
  expect(cluster.settle()).toBeLessThan(seconds(35))
})
