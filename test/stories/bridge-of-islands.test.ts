// Pairs that joined each other know nothing of other pairs, until one member joins two of them
// (fault matrix P15).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a member that joins two islands makes them one cluster', ({ start }) => {
  const cluster = start({ members: ['a', 'b', 'c', 'd'], seed: 3, joined: false })
  cluster.join('b', 'a')
  cluster.join('d', 'c')
  cluster.run(seconds(5))
  cluster.expectAgreement({ alive: ['a', 'b'] }, ['a', 'b'])
  cluster.expectAgreement({ alive: ['c', 'd'] }, ['c', 'd'])
  cluster.start('e')
  cluster.join('e', 'a', 'c')
  expect(cluster.settle()).toBeLessThan(seconds(10))
})
