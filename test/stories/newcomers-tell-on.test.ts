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

story(
  'a member without hearsay that missed a newcomer is told by who stands before it',
  ({ start }) => {
    // Seed 115 of 300 in which one was missed: it waited half a minute for its own push/pull.
    const cluster = start({ members: [], seed: 115, joined: false })
    const all = ['g1', 'g2', 'z1', 'z2', 'z3', 'g3']
    for (const id of all) {
      cluster.start(id, id.startsWith('g') ? { strict: true, meta: new Uint8Array(0) } : {})
    }
    cluster.join('g2', 'g1')
    cluster.run(200)
    for (const id of ['z1', 'z2', 'z3']) {
      cluster.join(id, 'g1')
      cluster.run(id === 'z1' ? 15 : 12)
    }
    cluster.join('g3', 'z1')
    cluster.run(seconds(4))
    cluster.expectAgreement({ alive: all })
  },
)
