// Half strict, half default: both judge a crash, a leave and a return alike.

import { seconds, story } from './story.ts'

story('strict and default members agree on a crash, a leave and a return', ({ start }) => {
  const cluster = start({ members: 3, seed: 43 })
  for (const id of ['x', 'y', 'z']) {
    cluster.start(id, { strict: true })
    cluster.join(id, 'a')
  }
  cluster.settle()
  cluster.crash('b')
  cluster.leave('y')
  cluster.run(seconds(3))
  cluster.crash('y')
  cluster.run(seconds(22))
  cluster.expectAgreement({ alive: ['a', 'c', 'x', 'z'], dead: ['b'], left: ['y'] })
  cluster.restart('b')
  cluster.join('b', 'x')
  cluster.settle()
})
