// A new life begins at incarnation 1 and learns from a push/pull that it is held dead at 1: it
// has to refute with 2.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a failed member that restarts learns its incarnation and is alive again', ({ start }) => {
  const cluster = start({ members: 5, seed: 10 })
  cluster.crash('b')
  cluster.run(seconds(20))
  cluster.expectAgreement({ dead: ['b'] })
  cluster.restart('b')
  cluster.join('b', 'a')
  expect(cluster.settle()).toBeLessThan(seconds(4))
  expect(cluster.incarnation('b')).toBeGreaterThan(1)
})
