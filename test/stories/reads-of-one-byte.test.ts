// TCP may hand over one byte at a time: joins and push/pulls do not care.

import { seconds, story } from './story.ts'

story('streams read byte by byte join members all the same', ({ start }) => {
  const cluster = start({ members: ['a', 'b', 'c'], seed: 67, joined: false })
  cluster.disturb({ reads: 'bytes' })
  cluster.join('b', 'a')
  cluster.join('c', 'a')
  cluster.settle(seconds(5))
})
