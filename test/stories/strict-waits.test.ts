// Under strict news goes out at the gossip tick only; by default at once.

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story(
  'a strict member keeps news until its gossip tick, a default one tells at once',
  ({ start }) => {
    const toldAt = (strict: boolean) => {
      const cluster = start({ members: 12, seed: 45, options: { strict } })
      cluster.run(minutes(1))
      cluster.broadcast('a', 'news')
      cluster.run(5)
      return cluster.living().filter((id) => cluster.heard(id).length > 0).length
    }
    expect(toldAt(true)).toBeLessThanOrEqual(4)
    expect(toldAt(false)).toBe(12)
  },
)
