// A member stored without versions makes every push/pull of a Go cluster fail (B4): such a
// message is dropped.

import { ipv4 } from '../../src/core/index.ts'
import { forgedAlive } from './forge.ts'
import { seconds, story } from './story.ts'

story('a forged member without versions is never admitted', ({ start }) => {
  const cluster = start({ members: 3, seed: 38 })
  for (const vsn of [[], [1], [1, 5, 2], [0, 0, 0, 0, 0, 0], [5, 1, 2, 0, 0, 0]]) {
    const ghost = forgedAlive('ghost', ipv4(10, 9, 9, 9, 7946), { vsn: Uint8Array.from(vsn) })
    cluster.inject('a', ghost)
  }
  cluster.start('d')
  cluster.join('d', 'a')
  cluster.settle()
  cluster.run(seconds(40))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'd'], suspect: [], dead: [] })
})
