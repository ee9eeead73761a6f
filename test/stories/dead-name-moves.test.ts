// A machine was replaced: its name belongs to the dead one for deadReclaimMs, then to the new
// address (S3 watches).

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('a failed name passes to a new address after the reclaim time', ({ start }) => {
  const cluster = start({ members: 4, seed: 12 })
  cluster.crash('c')
  cluster.run(seconds(15))
  cluster.expectAgreement({ dead: ['c'] })
  cluster.restart('c', { advertise: cluster.population.freshAddress() })
  cluster.join('c', 'a')
  cluster.run(seconds(5))
  cluster.expectAgreement({ alive: ['a', 'b', 'd'] }, ['a', 'b', 'd'])
  expect(cluster.settle(minutes(3))).toBeGreaterThan(seconds(5))
})
