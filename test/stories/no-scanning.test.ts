// An indirect ping to an address that is no member’s (B9) would make every member a port scanner.

import { expect } from 'vitest'
import { forgedIndirectPing } from './forge.ts'
import { seconds, story } from './story.ts'

story('an indirect ping to a stranger is refused', ({ start }) => {
  const cluster = start({ members: 3, seed: 40 })
  const [forger, victim] = [cluster.stranger(), cluster.stranger()]
  for (const node of ['', 'victim', 'b']) {
    const request = forgedIndirectPing(node, victim.address, forger.address)
    forger.send(cluster.address('a'), request)
    cluster.run(seconds(1))
  }
  expect(victim.packets).toEqual([])
  expect(forger.packets).toEqual([])
})
