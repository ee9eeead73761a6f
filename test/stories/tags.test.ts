// Tags that change faster than they spread: the last ones win everywhere (V4).

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('the last of many tags wins everywhere', ({ start }) => {
  const cluster = start({ members: 9, seed: 53 })
  cluster.lose(0.2)
  for (let round = 0; round < 50; round++) {
    cluster.setTags('c', { round: String(round) })
    cluster.run(100)
  }
  cluster.heal()
  cluster.settle(seconds(65))
  for (const id of cluster.living()) expect(cluster.tags(id, 'c')).toEqual({ round: '49' })
})
