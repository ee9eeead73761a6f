// Three islands that keep changing for two minutes (N6): no name is lost.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a changing three-way split ends in one cluster', ({ start }) => {
  const cluster = start({ members: 9, seed: 23 })
  for (let round = 0; round < 8; round++) {
    const ids = [...cluster.living()].sort(
      (x, y) => ((x.charCodeAt(0) * 7 + round) % 9) - ((y.charCodeAt(0) * 7 + round) % 9),
    )
    cluster.partition(ids.slice(0, 3), ids.slice(3, 6), ids.slice(6))
    cluster.run(seconds(15))
  }
  cluster.heal()
  expect(cluster.settle()).toBeLessThan(seconds(60))
})
