// The machine is gone, not only the process: nothing refuses, every dial runs into its timeout.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a machine switched off is failed like a crashed process', ({ start }) => {
  const cluster = start({ members: 9, seed: 72 })
  cluster.crash('e', 'silent')
  const tookMs = cluster.runUntil(() => cluster.believe({ dead: ['e'], suspect: [] }), seconds(43))
  expect(tookMs).toBeLessThan(seconds(20))
})
