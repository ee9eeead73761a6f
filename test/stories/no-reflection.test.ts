// A ping that names somebody else’s address for its answer (B9): the victim must not receive a
// byte.

import { expect } from 'vitest'
import { forgedPing } from './forge.ts'
import { story } from './story.ts'

story('a ping with a foreign source address reflects nothing', ({ start }) => {
  const cluster = start({ members: 3, seed: 39 })
  const [forger, victim] = [cluster.stranger(), cluster.stranger()]
  for (let i = 0; i < 20; i++) {
    forger.send(cluster.address('a'), forgedPing('a', victim.address))
    cluster.run(100)
  }
  expect(victim.packets).toEqual([])
  expect(forger.packets).toHaveLength(20)
})
