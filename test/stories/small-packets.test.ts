// A path that drops what is larger than 600 bytes (N15), and members told so: S12 watches that
// nothing larger is sent.

import { expect } from 'vitest'
import { idsOf, seconds, story } from './story.ts'

story('members with small packets live on a path with a small MTU', ({ start }) => {
  const cluster = start({ members: 30, seed: 70, options: { packetBytesMax: 600 } })
  cluster.disturb({ packetBytesMax: 600 })
  for (const id of ['m1', 'm2', 'm3']) cluster.setTags(id, { long: 'x'.repeat(300) })
  cluster.run(seconds(30))
  cluster.expectAgreement({ alive: idsOf(30), suspect: [], dead: [] })
  expect(cluster.network.tally.oversize).toBe(0)
})
