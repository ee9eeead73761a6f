// The WAN profile on a slow, lossy network: 200 ms each way and 5 % of everything lost.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('the wan profile stays whole on a slow and lossy network', ({ start }) => {
  const cluster = start({ members: 8, seed: 86, options: { profile: 'wan' } })
  cluster.disturb({ delayMinMs: 200, delayMeanMs: 30 })
  cluster.lose(0.05, 0.05)
  cluster.run(minutes(10))
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
  cluster.crash('h')
  cluster.run(minutes(3))
  cluster.expectAgreement({ dead: ['h'] })
})
