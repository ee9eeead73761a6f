// Twenty seconds (P2): it is failed meanwhile, comes back by itself, and blames nobody for what
// it slept through.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a pause of twenty seconds ends in a quick return and no accusation', ({ start }) => {
  const cluster = start({ members: 9, seed: 32 })
  cluster.pause('e')
  cluster.run(seconds(20))
  cluster.expectAgreement({ dead: ['e'] }, ['a', 'b', 'c'])
  const resumedMs = cluster.nowMs
  cluster.resume('e')
  expect(cluster.settle()).toBeLessThan(seconds(3))
  cluster.run(seconds(30))
  const accused = cluster.journal.select({ observer: 'e', sinceMs: resumedMs })
  expect(accused.filter(({ to }) => to === 'suspect' || to === 'dead')).toEqual([])
})
