// Everybody is given the same list of seeds, so each finds itself in it.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a seed list may contain ourselves', ({ start }) => {
  const cluster = start({ members: ['a', 'b', 'c'], seed: 49, joined: false })
  for (const id of ['a', 'b', 'c']) cluster.seeds(id, 'a', 'b', 'c')
  expect(cluster.settle()).toBeLessThan(seconds(5))
})
