// Two clusters whose machines swap addresses (N20, S19): each finds strangers where its members
// were, and admits none.

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

story('labels keep two clusters apart on swapped addresses', ({ start }) => {
  const red = ['a', 'b', 'c']
  const cluster = start({ members: red, seed: 50, options: { label: 'red' } })
  for (const id of ['x', 'y', 'z']) cluster.start(id, { label: 'blue' })
  for (const id of ['y', 'z']) cluster.join(id, 'x')
  cluster.run(seconds(5))
  const [atB, atY] = [cluster.address('b'), cluster.address('y')]
  cluster.crash('b')
  cluster.crash('y')
  cluster.restart('b', { advertise: atY })
  cluster.restart('y', { advertise: atB })
  cluster.run(minutes(3))
  for (const id of ['a', 'c'])
    expect(cluster.view(id)).toEqual({ a: 'alive', b: 'dead', c: 'alive' })
  for (const id of ['x', 'z'])
    expect(cluster.view(id)).toEqual({ x: 'alive', y: 'dead', z: 'alive' })
})
