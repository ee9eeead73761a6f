// A third of the datagrams come twice and all come in a new order (N12): the end is the same as
// without.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('duplicates and reordering change nothing', ({ start }) => {
  const cluster = start({ members: 7, seed: 27 })
  cluster.disturb({ duplicate: 0.3, reorder: 0.5, jitterMs: 200 })
  for (const tag of ['1', '2', '3', '4']) cluster.setTags('b', { tag })
  cluster.leave('g')
  cluster.broadcast('a', 'news')
  cluster.run(seconds(10))
  cluster.crash('f')
  cluster.crash('g')
  cluster.run(minutes(1))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd', 'e'], dead: ['f'], left: ['g'] }, [
    'a',
    'b',
    'c',
    'd',
    'e',
  ])
  for (const id of ['b', 'c', 'd', 'e']) {
    expect(cluster.heard(id)).toEqual(['news'])
    expect(cluster.tags(id, 'b')).toEqual({ tag: '4' })
  }
})
