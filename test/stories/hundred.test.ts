// A hundred members join one address at the same moment.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a hundred members that join at once agree', ({ start }) => {
  const cluster = start({ members: 100, seed: 63 })
  expect(cluster.nowMs).toBeLessThan(seconds(10))
  expect(Object.keys(cluster.view('m100'))).toHaveLength(100)
})
