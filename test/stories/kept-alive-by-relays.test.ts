// SWIM 4.1: who cannot be reached directly is reached through others.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('a member cut off from half the cluster is kept alive by relays', ({ start }) => {
  const cluster = start({ members: 6, seed: 16 })
  cluster.cut('a', ['b', 'c'])
  cluster.run(minutes(1))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd', 'e', 'f'] })
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
