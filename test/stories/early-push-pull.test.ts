// The news of a join misses one member, whose datagrams are lost. memberlist mends that after 15
// s on average; here whoever heard the news compares notes with a neighbour soon after.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a lost join message is repaired within five seconds', ({ start }) => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    const cluster = start({ members: 5, seed })
    cluster.block('udp', ['e'])
    cluster.start('f')
    cluster.join('f', 'a')
    cluster.run(300)
    expect(cluster.view('e')).not.toHaveProperty('f')
    cluster.run(seconds(4.7))
    expect(cluster.view('e')).toMatchObject({ f: 'alive' })
  }
})
