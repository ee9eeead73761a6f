// A name that said goodbye moves to another address as soon as its old address does not answer
// one ping (ruling 23).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a left name passes to a new address once the old one is silent', ({ start }) => {
  const cluster = start({ members: 4, seed: 14 })
  cluster.leave('c')
  cluster.run(seconds(3))
  cluster.crash('c')
  cluster.restart('c', { advertise: cluster.population.freshAddress() })
  cluster.join('c', 'a')
  expect(cluster.settle()).toBeLessThan(seconds(10))
})
