// Datagrams are blocked, so the accused can learn of the accusation from a push/pull only, and
// answers the same way.

import { expect } from 'vitest'
import { forgedSuspect } from './forge.ts'
import { seconds, story } from './story.ts'

story('a suspicion is refuted through push/pulls alone', ({ start }) => {
  const cluster = start({ members: 3, seed: 36, options: { pushPullIntervalMs: 1000 } })
  cluster.block('udp')
  cluster.inject('a', forgedSuspect('c', 'b'))
  cluster.run(seconds(20))
  cluster.expectAgreement({ alive: ['a', 'b', 'c'], suspect: [], dead: [] })
  expect(cluster.incarnation('c')).toBeGreaterThan(1)
})
