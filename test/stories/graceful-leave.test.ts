// A goodbye is not a failure: all see it as left, within a second (L5).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a member that leaves is left everywhere within a second', ({ start }) => {
  const cluster = start({ members: 9, seed: 6 })
  const leave = cluster.leave('c')
  cluster.run(seconds(1))
  cluster.expectAgreement({ left: ['c'], dead: [], suspect: [] })
  cluster.run(seconds(5))
  expect(leave.outcome).toEqual({ kind: 'ok' })
})
