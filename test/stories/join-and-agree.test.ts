// The smallest cluster there is: everybody joins one address and learns of all the others.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('three members that join one another agree', ({ start }) => {
  const cluster = start({ members: 3, seed: 1 })
  cluster.expectAgreement({ alive: ['a', 'b', 'c'], suspect: [], dead: [], left: [] })
  expect(cluster.nowMs).toBeLessThan(seconds(1))
})
