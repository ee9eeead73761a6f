// Removing is for the departed: a living member is refused, an unknown one is not found (P14).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('remove forgets a failed member, and refuses a living or unknown one', ({ start }) => {
  const cluster = start({ members: 4, seed: 59 })
  cluster.crash('d')
  cluster.run(seconds(20))
  const outcomes = ['d', 'b', 'nobody'].map((name) => cluster.remove('a', name))
  cluster.run(1)
  expect(outcomes.map(({ outcome }) => outcome?.kind)).toEqual(['ok', 'alive', 'unknown'])
  cluster.run(seconds(1))
  expect(cluster.view('a')).toEqual({ a: 'alive', b: 'alive', c: 'alive' })
})
