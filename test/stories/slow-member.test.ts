// Lifeguard’s own case (P3): every message costs one member half a second, so it hears all
// answers late. Its ill health must keep it from failing the healthy.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('a slow member fails no healthy one', ({ start }) => {
  const cluster = start({ members: 9, seed: 33 })
  cluster.slow('f', 500)
  cluster.run(minutes(2))
  const failures = cluster.journal.select({ to: 'dead' })
  expect(failures.filter(({ subject, observer }) => subject !== 'f' && observer !== 'f')).toEqual(
    [],
  )
  cluster.slow('f', 0)
  cluster.settle()
})
