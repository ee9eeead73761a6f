// Wall clocks leap a day forth and back (P6, S18): every decision stays the same to the
// millisecond.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('jumps of the wall clock change no decision about members', ({ start }) => {
  const told = (jumps: readonly number[]) => {
    const cluster = start({ members: 6, seed: 62 })
    cluster.crash('f')
    for (const aheadMs of jumps) {
      cluster.jumpWall(['a', 'b', 'c'], aheadMs)
      cluster.setTags('b', { aheadMs: String(jumps.indexOf(aheadMs)) })
      cluster.run(seconds(20))
    }
    return cluster.journal.hash
  }
  const day = 86_400_000
  expect(told([day, -day, 1000])).toBe(told([0, 0, 0].map((ms, i) => ms + i * 1e-9)))
})
