// Fifty events at once fill several packets: the budget holds the eager copies back, the ticks
// bring the rest.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a burst of fifty events reaches everybody', ({ start }) => {
  const cluster = start({ members: 9, seed: 57 })
  const names = Array.from({ length: 50 }, (_, i) => `event-${i}`)
  for (const name of names) cluster.broadcast('d', name, new Uint8Array(100))
  cluster.run(seconds(10))
  for (const id of cluster.living())
    expect([...cluster.heard(id)].sort()).toEqual([...names].sort())
})
