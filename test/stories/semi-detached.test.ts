// A member that reaches only one of five accuses the other four (N8); its accusations lose to
// refutations, and its own health tells it that the fault is its own.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a member that reaches only one other fails nobody else', ({ start }) => {
  const cluster = start({ members: 6, seed: 19 })
  cluster.cut('f', ['b', 'c', 'd', 'e'])
  let worst = 0
  for (let second = 0; second < 120; second++) {
    cluster.run(seconds(1))
    worst = Math.max(worst, cluster.population.seat('f').process.machine.health)
  }
  const victims = cluster.journal.select({ to: 'dead' }).filter(({ subject }) => subject !== 'f')
  expect(victims.filter(({ observer }) => observer !== 'f')).toEqual([])
  expect(worst).toBeGreaterThanOrEqual(3)
  cluster.heal()
  cluster.settle()
})

// Its few copies would go to those it cannot reach: heard by nobody, the accusation could not be
// answered, and the verdict came as a surprise to all, the accused included.
story('an accusation goes first to whoever was heard last', ({ start }) => {
  const cluster = start({ members: 9, seed: 8 })
  cluster.cut('i', ['b', 'c', 'd', 'e', 'f', 'g', 'h'])
  cluster.run(seconds(60))
  const verdicts = cluster.journal.select({ to: 'dead' }).filter(({ subject }) => subject !== 'i')
  expect(verdicts.filter(({ observer }) => observer !== 'i')).toEqual([])
})
