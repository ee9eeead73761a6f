// The kernel has no room for our datagrams for ten seconds (R6): nobody is failed for it, and it
// is over as soon as there is room.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('sends that fail for a while fail nobody', ({ start }) => {
  const cluster = start({ members: 6, seed: 74 })
  cluster.population.seat('c').process.failSends('no buffer space available')
  cluster.run(seconds(10))
  cluster.population.seat('c').process.failSends(undefined)
  cluster.run(seconds(30))
  const failures = cluster.journal.select({ to: 'dead' })
  expect(failures.filter(({ subject }) => subject !== 'c')).toEqual([])
  cluster.settle()
})
