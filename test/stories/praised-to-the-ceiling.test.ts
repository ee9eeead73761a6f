// A forger says that a member is at the highest incarnation there is. After a restart it can go
// no higher than that, and must at least say the same.

import { expect } from 'vitest'
import { forgedAlive } from './forge.ts'
import { seconds, story } from './story.ts'

story('a member praised to the ceiling is still itself after a restart', ({ start }) => {
  const cluster = start({ members: 4, seed: 87, exempt: ['S10'] })
  const { meta } = cluster.row('a', 'c') ?? {}
  const praise = forgedAlive('c', cluster.address('c'), { incarnation: 4_294_967_294, meta })
  cluster.inject('a', praise)
  cluster.run(seconds(5))
  cluster.restart('c')
  cluster.join('c', 'b')
  expect(cluster.settle()).toBeLessThan(seconds(60))
  expect(cluster.incarnation('c')).toBe(4_294_967_294)
})
