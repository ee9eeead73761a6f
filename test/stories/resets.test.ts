// Half of all deliveries on streams end in a reset: seeds are tried until one exchange is whole.

import { minutes, story } from './story.ts'

story('connections reset half way only delay a join', ({ start }) => {
  const cluster = start({ members: ['a', 'b', 'c', 'd'], seed: 68, joined: false })
  cluster.disturb({ streamReset: 0.5 })
  for (const id of ['b', 'c', 'd']) cluster.seeds(id, 'a')
  cluster.settle(minutes(2))
})
