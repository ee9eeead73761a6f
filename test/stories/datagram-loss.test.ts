// Loss of datagrams alone, at three degrees (N1): relays and TCP pings save every probe.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

for (const loss of [0.1, 0.3, 0.6]) {
  story(`losing ${loss * 100} % of the datagrams for a minute fails nobody`, ({ start }) => {
    const cluster = start({ members: 9, seed: 24 })
    cluster.lose(loss)
    cluster.run(minutes(1))
    expect(cluster.transitions({ to: 'dead' })).toEqual([])
    cluster.heal()
    expect(cluster.settle()).toBeLessThan(seconds(8))
  })
}
