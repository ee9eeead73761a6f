// Nine members, LAN profile: real clusters of this kind take 4.5 to 7 s; the hard bound Tdet is
// 43 s (L1).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a crashed member is failed everywhere within the detection bound', ({ start }) => {
  const cluster = start({ members: 9, seed: 4 })
  cluster.crash('e')
  const tookMs = cluster.runUntil(() => cluster.believe({ dead: ['e'], suspect: [] }), seconds(43))
  expect(tookMs).toBeLessThan(seconds(20))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd', 'f', 'g', 'h', 'i'], dead: ['e'] })
  expect(cluster.why('a', 'e').join()).toContain('dead')
})
