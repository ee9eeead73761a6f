// The first to declare a member dead tells the rest: between first and last passes less than a
// second.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('all learn of a failure within a second of the first', ({ start }) => {
  const cluster = start({ members: 16, seed: 5 })
  cluster.crash('h')
  cluster.run(minutes(1))
  const times = cluster.journal.select({ subject: 'h', to: 'dead' }).map(({ atMs }) => atMs)
  expect(times).toHaveLength(15)
  expect(Math.max(...times) - Math.min(...times)).toBeLessThan(seconds(1))
})
