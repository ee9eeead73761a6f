// Accusations and praise at the ends of the range (B3): memberlist loses a member for good to one
// such packet. The forged praise is a lie by design, so S10 is not asked.

import { expect } from 'vitest'
import { forgedAlive, forgedDead, forgedSuspect } from './forge.ts'
import { minutes, seconds, story } from './story.ts'

story('forged incarnations at the extremes evict nobody', ({ start }) => {
  const cluster = start({ members: 5, seed: 37, exempt: ['S10'] })
  const ceiling = 4_294_967_294
  for (const target of ['a', 'c']) {
    for (const incarnation of [ceiling + 1, ceiling, ceiling - 1]) {
      cluster.inject(target, forgedDead('c', 'b', incarnation))
      cluster.inject(target, forgedSuspect('c', 'b', incarnation))
    }
    cluster.run(seconds(10))
    cluster.inject(target, forgedAlive('d', cluster.address('d'), { incarnation: ceiling }))
    cluster.run(seconds(10))
  }
  cluster.run(minutes(1))
  for (const id of cluster.living()) {
    expect(cluster.view(id)).toEqual({ a: 'alive', b: 'alive', c: 'alive', d: 'alive', e: 'alive' })
  }
})
