// Members outside the networks that are allowed are not admitted, however they come to be known.

import { expect } from 'vitest'
import { ipv4 } from '../../src/core/index.ts'
import { minutes, story } from './story.ts'

story('a member outside the allowed networks is not admitted', ({ start }) => {
  const allow = [{ ip: Uint8Array.of(10, 0, 0, 0), prefixBits: 24 }]
  const cluster = start({ members: 3, seed: 80, doubted: false, options: { allow } })
  cluster.start('outside', { advertise: ipv4(192, 168, 0, 1, 7946), allow: [] })
  cluster.join('outside', 'a')
  cluster.run(minutes(1))
  for (const id of ['a', 'b', 'c']) expect(cluster.view(id)).not.toHaveProperty('outside')
})
