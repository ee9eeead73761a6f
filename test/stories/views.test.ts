// A member asks all the others what they see (ruling 16): they agree, and during a split it
// learns who does not answer.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('views are compared across the cluster', ({ start }) => {
  const cluster = start({ members: 6, seed: 83 })
  cluster.run(seconds(5))
  const agreeing = cluster.command('a', { kind: 'ask-views', timeoutMs: 2000 })
  cluster.run(seconds(3))
  expect(agreeing.outcome).toMatchObject({ kind: 'views', silent: [] })
  const answers = agreeing.outcome?.kind === 'views' ? agreeing.outcome.answers : []
  expect(answers.map(({ name }) => name).sort()).toEqual(['b', 'c', 'd', 'e', 'f'])
  expect(answers.flatMap(({ differs }) => differs)).toEqual([])
  cluster.partition(['f'])
  const split = cluster.command('a', { kind: 'ask-views', timeoutMs: 2000 })
  cluster.run(seconds(3))
  expect(split.outcome).toMatchObject({ kind: 'views', silent: ['f'] })
})
