// First every member learns to read the new key, then to write it, then forgets the old one:
// restarted one at a time (B15), the view never breaks.

import { expect } from 'vitest'
import { story } from './story.ts'

story('a key is replaced by rolling restarts without a failure', ({ start }) => {
  const [old, fresh] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)]
  const cluster = start({ members: 4, seed: 52, options: { keyring: [old] } })
  for (const keyring of [[old, fresh], [fresh, old], [fresh]]) {
    for (const id of ['a', 'b', 'c', 'd']) {
      cluster.restart(id, { keyring })
      cluster.join(id, id === 'a' ? 'b' : 'a')
      cluster.settle()
    }
  }
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
