// Every second member is slow at once (P4): the healthy half fails nobody of itself.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('when half the cluster is slow the healthy half stays whole', ({ start }) => {
  const cluster = start({ members: 10, seed: 73 })
  const slow = ['b', 'd', 'f', 'h', 'j']
  for (const id of slow) cluster.slow(id, 300)
  cluster.run(minutes(2))
  const healthy = ['a', 'c', 'e', 'g', 'i']
  const failures = cluster.journal.select({ to: 'dead' })
  expect(failures.filter(({ subject }) => healthy.includes(subject)).length).toBeLessThanOrEqual(5)
  for (const id of slow) cluster.slow(id, 0)
  cluster.settle()
})
