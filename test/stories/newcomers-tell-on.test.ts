// Members that speak no hearsay cannot compare notes: what a newcomer learns when it joins them
// it tells on, as they do themselves, or the last ones to come stay strangers to each other.

import { seconds, story } from './story.ts'

story('newcomers make members without hearsay known to each other', ({ start }) => {
  const foreign = ['p', 'q', 'r']
  const cluster = start({ members: ['a', 'b', 'c'], seed: 12, joined: false })
  for (const id of foreign) cluster.start(id, { strict: true, meta: new Uint8Array(0) })
  for (const id of ['q', 'r', 'a', 'b', 'c']) {
    cluster.join(id, 'p')
    cluster.run(5)
  }
  cluster.run(seconds(3))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', ...foreign] })
})
