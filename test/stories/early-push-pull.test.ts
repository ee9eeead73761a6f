// The news of a join misses one member, whose datagrams are lost just then. memberlist mends that
// after 15 s on average; here its neighbour compares notes as soon as the news has come to rest.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a lost join message is repaired within five seconds', ({ start }) => {
  const isRepaired = (seed: number) => {
    const cluster = start({ members: 5, seed })
    cluster.block('udp', ['e'])
    cluster.start('f')
    cluster.join('f', 'a')
    cluster.run(400)
    expect(cluster.view('e')).not.toHaveProperty('f')
    cluster.heal()
    cluster.run(seconds(4.6))
    return 'f' in cluster.view('e')
  }
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter(isRepaired)).toHaveLength(10)
})
