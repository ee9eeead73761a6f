// A firewall drops one member’s UDP (N9): pings over TCP keep it alive, push/pull brings it the
// news.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('a member whose UDP is blocked is kept alive over TCP', ({ start }) => {
  const cluster = start({ members: 5, seed: 17 })
  cluster.block('udp', ['c'])
  cluster.run(minutes(2))
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
  expect(cluster.counter('a', 'probes_saved_by_stream_total')).toBeGreaterThan(0)
})
