// 600 ms there and back on the LAN profile (N11): above the probe timeout, below the probe
// interval.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('a round trip of 600 ms fails nobody', ({ start }) => {
  const cluster = start({ members: 7, seed: 34 })
  cluster.disturb({ delayMinMs: 290, delayMeanMs: 10 })
  cluster.run(minutes(2))
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
  expect(cluster.settle()).toBeLessThan(seconds(10))
})
