// Who has another key, or none, gets no answer and learns nothing (B14).

import { expect } from 'vitest'
import { minutes, seconds, story } from './story.ts'

const key = (byte: number) => new Uint8Array(16).fill(byte)

story('another key and no key at all stay outside', ({ start }) => {
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

story('a key on one side only is named on both sides', ({ start }) => {
  const cluster = start({ members: ['locked'], seed: 52, options: { keyring: [key(1)] } })
  cluster.start('plain', { keyring: [] })
  cluster.start('other', { keyring: [key(2)] })
  const lines = (id: string) => cluster.notices(id, 'log').map(({ message }) => message)
  const asking = cluster.join('plain', 'locked')
  cluster.run(seconds(5))
  expect(lines('locked')).toContainEqual(
    expect.stringContaining('the other side seems to have no key'),
  )
  expect(asking.outcome).toMatchObject({
    failures: [
      { reason: 'silent', detail: expect.stringContaining('it has a key and we have none') },
    ],
  })
  const asked = cluster.join('locked', 'plain', 'other')
  cluster.run(seconds(5))
  expect(lines('plain')).toContainEqual(expect.stringContaining('encrypted, and we have no key'))
  expect(lines('other')).toContainEqual(expect.stringContaining('to have another key'))
  const detail = expect.stringContaining('its key is another one or it has none')
  expect(asked.outcome).toMatchObject({ failures: [{ detail }, { detail }] })
})
