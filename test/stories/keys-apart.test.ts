// Who has another key, or none, gets no answer and learns nothing (B14).

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('another key and no key at all stay outside', ({ start }) => {
  const key = (byte: number) => new Uint8Array(16).fill(byte)
  const cluster = start({ members: ['a', 'b'], seed: 51, options: { keyring: [key(1)] } })
  cluster.start('wrong', { keyring: [key(2)] })
  cluster.start('none', { keyring: [] })
  const joins = [cluster.join('wrong', 'a'), cluster.join('none', 'a'), cluster.join('a', 'none')]
  cluster.run(minutes(1))
  for (const { outcome } of joins) {
    expect(outcome).toMatchObject({ kind: 'joined', reached: [] })
  }
  for (const id of ['a', 'b']) expect(cluster.view(id)).toEqual({ a: 'alive', b: 'alive' })
  for (const id of ['wrong', 'none']) expect(cluster.view(id)).toEqual({ [id]: 'alive' })
})
