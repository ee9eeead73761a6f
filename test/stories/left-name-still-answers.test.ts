// Somebody forged a goodbye: the name may not be stolen while its owner answers.

import { seconds, story } from './story.ts'

story('a left name whose old address still answers is not given away', ({ start }) => {
  const cluster = start({ members: 4, seed: 15 })
  cluster.leave('c')
  cluster.run(seconds(3))
  cluster.start('usurper', { name: 'c' })
  cluster.join('usurper', 'a')
  cluster.run(seconds(20))
  cluster.expectAgreement({ alive: ['a', 'b', 'd'], left: ['c'] }, ['a', 'b', 'd'])
})
