// One member that does nothing beyond memberlist in a cluster of default ones: it joins, hears,
// fails and leaves like the rest.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a strict member lives in a default cluster', ({ start }) => {
  const cluster = start({ members: 5, seed: 42 })
  cluster.start('s', { strict: true })
  cluster.join('s', 'c')
  cluster.settle()
  cluster.broadcast('a', 'to-strict')
  cluster.broadcast('s', 'from-strict')
  cluster.crash('e')
  cluster.run(seconds(25))
  cluster.expectAgreement({ dead: ['e'], alive: ['a', 'b', 'c', 'd', 's'] })
  for (const id of ['a', 's'])
    expect([...cluster.heard(id)].sort()).toEqual(['from-strict', 'to-strict'])
})
