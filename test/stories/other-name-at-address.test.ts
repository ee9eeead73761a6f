// Another process takes the address of one that crashed (P12): it answers no ping for the old
// name, which fails in time (L1).

import { seconds, story } from './story.ts'

story('a new name at an old address does not keep the old name alive', ({ start }) => {
  const cluster = start({ members: 5, seed: 66 })
  const advertise = cluster.address('c')
  cluster.crash('c')
  cluster.start('n', { advertise })
  cluster.join('n', 'a')
  cluster.run(seconds(43))
  cluster.expectAgreement({ alive: ['a', 'b', 'd', 'e', 'n'], dead: ['c'] })
})
