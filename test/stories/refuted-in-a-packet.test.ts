// A lie told to one member: the accused hears of it by gossip and answers with a higher
// incarnation (L4).

import { expect } from 'vitest'
import { forgedSuspect } from './forge.ts'
import { seconds, story } from './story.ts'

story('a forged suspicion is refuted within two seconds', ({ start }) => {
  const cluster = start({ members: 6, seed: 35 })
  const forger = cluster.stranger()
  forger.send(cluster.address('a'), forgedSuspect('c', 'b'))
  cluster.run(10)
  cluster.run(seconds(2))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd', 'e', 'f'], suspect: [] })
  expect(cluster.incarnation('c')).toBe(2)
})
