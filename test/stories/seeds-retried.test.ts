// The seed is down when its joiner starts (L6): nobody has to notice.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('seeds that fail at the start are tried until one works', ({ start }) => {
  const cluster = start({ members: ['a', 'b', 'c'], seed: 48, joined: false })
  cluster.crash('a')
  cluster.seeds('b', 'a')
  cluster.seeds('c', 'a')
  cluster.run(minutes(3))
  cluster.restart('a')
  expect(cluster.settle()).toBeLessThan(seconds(35))
})
