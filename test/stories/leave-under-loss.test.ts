// With 30 % of the datagrams lost a goodbye still reaches all, at the latest with a push/pull
// (L5).

import { seconds, story } from './story.ts'

story('a leave under 30 % loss is seen as a leave by all', ({ start }) => {
  const cluster = start({ members: 9, seed: 7 })
  cluster.lose(0.3)
  cluster.leave('d')
  cluster.run(seconds(5))
  cluster.crash('d')
  cluster.run(seconds(30))
  cluster.expectAgreement({ left: ['d'], dead: [] })
})
