// All but one restart within two seconds (P9): the survivor holds them at old incarnations, and
// nobody stays dead.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a restart of all but one ends in agreement', ({ start }) => {
  const cluster = start({ members: 9, seed: 60 })
  cluster.setTags('c', { age: 'old' })
  cluster.run(seconds(2))
  for (const id of ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
    cluster.restart(id)
    cluster.join(id, 'a')
    cluster.run(250)
  }
  expect(cluster.settle()).toBeLessThan(seconds(40))
})
