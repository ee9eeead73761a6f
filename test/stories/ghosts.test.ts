// A forger invents members (B10): they are probed, failed and forgotten, and the real ones stay.

import { expect } from 'vitest'
import { ipv4 } from '../../src/core/index.ts'
import { forgedAlive } from './forge.ts'
import { minutes, story } from './story.ts'

story('invented members are failed, and the real ones stay', ({ start }) => {
  const cluster = start({ members: 4, seed: 41 })
  for (let i = 0; i < 60; i++) {
    cluster.inject('a', forgedAlive(`ghost-${i}`, ipv4(10, 9, 9, i + 1, 7946)))
  }
  cluster.run(minutes(12))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd'], suspect: [] })
  for (const name of ['b', 'c', 'd']) {
    expect(cluster.transitions({ subject: name, to: 'dead' })).toEqual([])
  }
})
