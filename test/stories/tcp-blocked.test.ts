// TCP is blocked, UDP open (N10): members live on, a crash is found, and a join says clearly that
// it failed.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('without TCP members live on, and a join fails with a reason', ({ start }) => {
  const cluster = start({ members: 5, seed: 69 })
  cluster.block('tcp')
  cluster.crash('e')
  cluster.start('f')
  const join = cluster.join('f', 'a')
  cluster.run(minutes(1))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd'], dead: ['e'] }, ['a', 'b', 'c', 'd'])
  expect(join.outcome).toMatchObject({
    kind: 'joined',
    reached: [],
    failures: [{ reason: 'timeout' }],
  })
})
