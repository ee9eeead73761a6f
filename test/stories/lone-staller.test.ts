// A member whose messages all wait for half a minute, while its timers run, accuses others
// again and again. When it is heard at last it sends its whole table too: what others read
// there is no testimony of theirs, and must not come back to it as a confirmation.

import { expect } from 'vitest'
import { idsOf, seconds, story } from './story.ts'

const TIMES = 2

story('a member that stalls alone brings nobody down when it is heard again', ({ start }) => {
  const cluster = start({ members: 40, seed: 5 })
  cluster.run(seconds(10))
  for (let time = 0; time < TIMES; time++) {
    cluster.stall('m9')
    cluster.run(seconds(33))
    cluster.unstall('m9')
    cluster.run(seconds(30))
  }
  expect(cluster.transitions({ observer: 'm9', to: 'suspect' }).length).toBeGreaterThan(TIMES)
  const dead = cluster.journal.select({ to: 'dead' }).filter(({ subject }) => subject !== 'm9')
  expect(dead.map(({ observer, subject }) => `${observer}: ${subject}`)).toEqual([])
  cluster.expectAgreement({ alive: idsOf(40) })
})
