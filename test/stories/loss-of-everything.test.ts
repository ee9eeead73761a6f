// Segments are lost as well (N2), so a TCP ping that misses its first SYN comes too late. Real
// Serf had 20 false failures in this minute; 10 are allowed.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story(
  'losing 30 % of everything for a minute fails few, and the view is whole soon after',
  ({ start }) => {
    const cluster = start({ members: 9, seed: 25 })
    cluster.lose(0.3, 0.3)
    cluster.run(minutes(1))
    const failures = cluster.journal.select({ to: 'dead' })
    expect(failures.length).toBeLessThanOrEqual(10)
    cluster.heal()
    expect(cluster.settle()).toBeLessThan(seconds(8))
  },
)
