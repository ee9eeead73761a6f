// The process ends right after its goodbye was sent, without waiting for it to spread (P13).

import { minutes, story } from './story.ts'

story('a member that leaves and crashes at once is left, not failed', ({ start }) => {
  const cluster = start({ members: 7, seed: 8 })
  cluster.leave('b')
  cluster.run(50)
  cluster.crash('b')
  cluster.run(minutes(1))
  cluster.expectAgreement({ left: ['b'], dead: [] })
})
