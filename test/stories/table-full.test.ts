// A table of five rows in a cluster of eight: strangers beyond it are counted and refused, the
// rows held stay good.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('a full table refuses strangers and keeps its members', ({ start }) => {
  const cluster = start({ members: 4, seed: 58, doubted: false })
  cluster.start('small', { membersMax: 5 })
  cluster.join('small', 'a')
  cluster.settle()
  for (const id of ['e', 'f', 'g']) {
    cluster.start(id)
    cluster.join(id, 'a')
  }
  cluster.run(minutes(1))
  expect(Object.keys(cluster.view('small')).sort()).toEqual(['a', 'b', 'c', 'd', 'small'])
  expect(cluster.counter('small', 'rx_drop_table_full_total')).toBeGreaterThan(0)
  cluster.expectAgreement({ suspect: [], dead: [] })
})
