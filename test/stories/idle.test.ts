// Without news there is no gossip tick: an idle member wakes for its probes and its rare
// exchanges only. memberlist wakes five times a second more.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('an idle member sleeps between its probes', ({ start }) => {
  const cluster = start({ members: 5, seed: 46 })
  cluster.run(minutes(1))
  const before = cluster.population.seat('a').process.ticks
  cluster.run(minutes(1))
  expect(cluster.population.seat('a').process.ticks - before).toBeLessThan(150)
})
