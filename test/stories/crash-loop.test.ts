// A process that dies every three seconds and is started again (P8).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a crash loop disturbs nobody else', ({ start }) => {
  const cluster = start({ members: 6, seed: 61 })
  for (let round = 0; round < 12; round++) {
    cluster.crash('f')
    cluster.run(seconds(2))
    cluster.restart('f')
    cluster.join('f', 'a')
    cluster.run(seconds(1))
  }
  expect(cluster.settle()).toBeLessThan(seconds(10))
  const dead = cluster.journal.select({ to: 'dead' }).map(({ subject }) => subject)
  expect(dead.filter((name) => name !== 'f')).toEqual([])
})
