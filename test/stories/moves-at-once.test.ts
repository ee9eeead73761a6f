// A process comes back at another address before anybody missed it: the old address owns the name
// until it is dead and its time is over (P10).

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('a name that moves before it failed waits until its old address is given up', ({ start }) => {
  const cluster = start({ members: 5, seed: 77 })
  cluster.restart('c', { advertise: cluster.population.freshAddress() })
  cluster.join('c', 'a')
  cluster.run(seconds(20))
  expect(cluster.notices('a', 'conflict').length).toBeGreaterThan(0)
  cluster.expectAgreement({ dead: ['c'] }, ['a', 'b', 'd', 'e'])
  expect(cluster.settle(minutes(3))).toBeGreaterThan(seconds(10))
})
