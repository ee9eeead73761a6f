// Links that are dead for two seconds of every ten, each at its own times (N3): shorter than any
// suspicion on average. Their lengths are exponential, so a longer one comes with some seeds: 2 of 20
// have a false failure, under strict 14 of 20.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('bursts of loss shorter than a suspicion fail nobody', ({ start }) => {
  const cluster = start({ members: 7, seed: 3 })
  cluster.disturb({ burst: { calmMeanMs: 8000, badMeanMs: 2000, loss: 1 } })
  cluster.run(minutes(3))
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
