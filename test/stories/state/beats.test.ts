// Beats of state loops: advice about members whose state stands still.

import { expect } from 'vitest'
import { seconds, story } from '../story.ts'

const options = { stateBeat: true }

story('beats reach all, and nobody who beats is surprising', ({ start }) => {
  const cluster = start({ members: 12, seed: 441, options })
  cluster.lose(0.1)
  cluster.set('a', 'role', 'search')
  cluster.run(seconds(60))
  for (const id of cluster.living()) {
    for (const other of cluster.living()) {
      if (other !== id) expect(cluster.row(id, other)?.phi).toBeLessThan(6)
    }
    expect(cluster.row(id, id)?.phi).toBeUndefined()
    expect(cluster.notices(id, 'state-silent')).toEqual([])
  }
})

story('a member that answers pings and beats no more is told of, and stays alive', ({ start }) => {
  const cluster = start({ members: 6, seed: 442, options })
  cluster.set('a', 'role', 'search')
  cluster.run(seconds(30))
  cluster.restart('c', { stateBeat: false })
  cluster.join('c', 'a')
  cluster.run(seconds(60))
  for (const id of ['a', 'b', 'd', 'e', 'f']) {
    const told = cluster.notices(id, 'state-silent')
    expect(told.map(({ node }) => node)).toEqual(['c'])
    expect(told[0]?.silentMs).toBeGreaterThan(seconds(18))
    expect(cluster.row(id, 'c')?.phi).toBeGreaterThan(8)
  }
  cluster.expectAgreement({ alive: cluster.living(), suspect: [] })
})

story('who was stopped itself blames nobody for that time', ({ start }) => {
  const cluster = start({ members: 4, seed: 443, options })
  cluster.set('a', 'role', 'search')
  cluster.run(seconds(20))
  cluster.stall('b')
  cluster.pause('b')
  cluster.run(seconds(4))
  cluster.resume('b')
  cluster.unstall('b')
  cluster.run(seconds(5))
  expect(cluster.notices('b', 'state-silent')).toEqual([])
  for (const id of ['a', 'c', 'd']) expect(cluster.row('b', id)?.phi).toBeLessThan(6)
})

story('without the option nobody beats, and without state neither', ({ start }) => {
  const cluster = start({ members: 3, seed: 444 })
  cluster.set('a', 'role', 'search')
  const bare = start({ members: 3, seed: 445, options })
  for (const one of [cluster, bare]) {
    one.run(seconds(10))
    expect(one.row('a', 'b')?.phi).toBeUndefined()
  }
})
