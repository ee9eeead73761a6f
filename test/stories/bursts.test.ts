// Links that are dead for two seconds of every ten, each at its own times (N3): shorter than any
// suspicion.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('bursts of loss shorter than a suspicion fail nobody', ({ start }) => {
  const cluster = start({ members: 7, seed: 26 })
  cluster.disturb({ burst: { calmMeanMs: 8000, badMeanMs: 2000, loss: 1 } })
  cluster.run(minutes(3))
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
