// A member that comes late joins any member, and is known to all as soon as an early one (L6).

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('a late joiner is known to all within a second', ({ start }) => {
  const cluster = start({ members: 8, seed: 2 })
  cluster.run(minutes(1))
  cluster.start('z')
  cluster.join('z', 'e')
  expect(cluster.settle()).toBeLessThan(seconds(1))
})
