// A killed process: its host refuses the stream, which cuts the probe short, and whoever hears of
// the suspicion looks for itself, so that two agree before the shortest suspicion is over.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a killed process is failed by all soon', ({ start }) => {
  const failedAfter = (seed: number) => {
    const cluster = start({ members: 9, seed })
    const before = cluster.nowMs
    cluster.crash('i', 'refuses')
    const isKnown = () => cluster.living().every((id) => cluster.view(id).i === 'dead')
    cluster.runUntil(isKnown, seconds(30))
    return cluster.nowMs - before
  }
  const times = [1, 2, 3, 4, 5, 6, 7, 8].map(failedAfter).sort((a, b) => a - b)
  expect(times[3]).toBeLessThan(seconds(6))
  expect(times.at(-1)).toBeLessThan(seconds(9))
})
