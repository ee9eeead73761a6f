// 512 bytes of meta is what memberlist allows; more is refused and changes nothing.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('tags beyond 512 bytes are refused and the old ones stay', ({ start }) => {
  const cluster = start({ members: 3, seed: 54 })
  cluster.setTags('b', { role: 'db' })
  const refused = cluster.setTags('b', { role: 'x'.repeat(600) })
  cluster.run(seconds(3))
  expect(refused.outcome).toMatchObject({ kind: 'too-large', maxBytes: 512 })
  for (const id of cluster.living()) expect(cluster.tags(id, 'b')).toEqual({ role: 'db' })
})
