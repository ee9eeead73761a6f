// What may be written: at a limit, one over it, far over it. What is refused changes nothing.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { seconds, story } from '../story.ts'

function outcomes(cluster: Cluster, id: string, keyBytes: number, valueBytes: number) {
  const pending = cluster.set(id, 'k'.repeat(keyBytes), new Uint8Array(valueBytes))
  return pending.outcome?.kind
}

story('keys of 256 bytes and values of 64 KiB are the largest', ({ start }) => {
  const cluster = start({ members: 2, seed: 431 })
  expect(outcomes(cluster, 'a', 256, 1)).toBe('ok')
  expect(outcomes(cluster, 'a', 257, 1)).toBe('too-large')
  expect(outcomes(cluster, 'a', 100_000, 1)).toBe('too-large')
  expect(outcomes(cluster, 'a', 1, 65_536)).toBe('ok')
  expect(outcomes(cluster, 'a', 2, 65_537)).toBe('too-large')
  expect(outcomes(cluster, 'a', 2, 5_000_000)).toBe('too-large')
  cluster.run(seconds(3))
  expect(cluster.held('b', 'a')).toHaveLength(2)
})

story('shared values of 64 KiB are the largest, and everybody takes them', ({ start }) => {
  const cluster = start({ members: 2, seed: 434 })
  const set = (key: string, sizeBytes: number) => {
    const op = { lattice: 'register', kind: 'set', value: new Uint8Array(sizeBytes) } as const
    return cluster.put('a', 'kv', key, op).outcome
  }
  expect(set('x', 65_536)).toEqual({ kind: 'ok' })
  const maxBytes = 65_536
  expect(set('y', 65_537)).toEqual({
    ...{ kind: 'too-large', what: 'value', sizeBytes: 65_537, maxBytes },
  })
  // A letter, the name of the map and a zero stand before the key.
  expect(set('k'.repeat(252), 1)).toEqual({ kind: 'ok' })
  expect(set('k'.repeat(253), 1)).toEqual({
    ...{ kind: 'too-large', what: 'key', sizeBytes: 253, maxBytes: 252 },
  })
  cluster.run(seconds(3))
  const items = cluster.population.seat('b').process.machine.state.map('register', 'kv', '')
  expect(items.map(({ value }) => 'value' in value && value.value)).toMatchObject([
    { length: 1 },
    { length: 65_536 },
  ])
})

story('8 MiB of one member are the most, and changing what is there goes on', ({ start }) => {
  const cluster = start({ members: 2, seed: 432 })
  for (let i = 0; i < 127; i++) cluster.set('a', `key-${1000 + i}`, new Uint8Array(65_536))
  const { bytes } = cluster.stats('a')
  const left = 8 * 1_048_576 - bytes - 'last'.length
  expect(cluster.set('a', 'last', new Uint8Array(left)).outcome?.kind).toBe('ok')
  expect(cluster.set('a', 'last', new Uint8Array(left + 1)).outcome).toEqual({
    kind: 'no-room',
    what: 'stream-bytes',
  })
  expect(cluster.set('a', 'x', '').outcome?.kind).toBe('no-room')
  expect(cluster.set('a', 'key-1000', 'small').outcome?.kind).toBe('ok')
  expect(cluster.set('a', 'x', '').outcome?.kind).toBe('ok')
  cluster.run(seconds(10))
  expect(cluster.held('b', 'a')).toHaveLength(129)
})

story('10 000 keys of one member are the most, deleted ones included', ({ start }) => {
  const cluster = start({ members: 1, seed: 433 })
  for (let i = 0; i < 10_000; i++) cluster.set('a', `key-${i}`, '')
  expect(cluster.set('a', 'more', '').outcome).toEqual({ kind: 'no-room', what: 'stream-keys' })
  cluster.unset('a', 'key-0')
  expect(cluster.set('a', 'more', '').outcome?.kind).toBe('no-room')
  expect(cluster.set('a', 'key-0', 'again').outcome?.kind).toBe('ok')
  // Alone there is nobody who would have to know of it.
  cluster.unset('a', 'key-0')
  cluster.run(seconds(31))
  expect(cluster.set('a', 'more', '').outcome?.kind).toBe('ok')
})
