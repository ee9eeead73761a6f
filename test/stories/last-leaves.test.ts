// One after the other leaves; the last has nobody to tell and need not wait.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('the last member leaves at once', ({ start }) => {
  const cluster = start({ members: 2, seed: 9 })
  const first = cluster.leave('a')
  cluster.run(seconds(6))
  cluster.crash('a')
  const last = cluster.leave('b')
  cluster.run(1)
  expect([first.outcome?.kind, last.outcome?.kind]).toEqual(['ok', 'ok'])
})
