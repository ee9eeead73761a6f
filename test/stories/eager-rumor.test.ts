// Every way takes 50 ms: an eager rumor needs a few of them, a gossip tick alone would be four.
// S12 watches that nobody sends it more often than the limit.

import { expect } from 'vitest'
import { idsOf, minutes, seconds, story } from './story.ts'

story('an eager rumor reaches thirty members within five network hops', ({ start }) => {
  const ids = idsOf(30)
  const cluster = start({ members: ids, seed: 44 })
  cluster.run(minutes(1))
  cluster.disturb({ delayMinMs: 50, delayMeanMs: 0 })
  cluster.broadcast('m1', 'news')
  const all = () => ids.every((id) => cluster.heard(id).length === 1)
  expect(cluster.runUntil(all, seconds(5))).toBeLessThanOrEqual(300)
  cluster.run(seconds(10))
  const copies = ids.map((id) => cluster.counter(id, 'user_copies_sent_total'))
  expect(Math.max(...copies)).toBeLessThanOrEqual(8)
})
