// What applications bring along for shared values: codecs that give no bytes, and merges of their
// own, which all nodes must know alike.

import { describe, expect, test } from 'vitest'
import { type Codec, type CustomOptions, codecs, type Node } from '../../src/index.ts'
import { simCluster } from '../../src/testing/index.ts'
import { all, apart } from './apart.ts'

test.each([
  ['undefined', () => undefined],
  ['text', () => 'text'],
  ['a list', () => [1, 2]],
  ['a promise', async () => new Uint8Array(1)],
  ['a view of another kind', () => new DataView(new ArrayBuffer(3))],
])(
  'a codec that gives %s instead of bytes rejects the write, and harms no node',
  async (_, give) => {
    await using cluster = await simCluster({ nodes: 1, seed: 58 })
    const { state } = cluster.node('n1')
    // What a program without types can hand over.
    const codec: Codec<unknown> = JSON.parse('{}')
    Object.assign(codec, { encode: give, decode: () => 1 })
    const refused = {
      code: 'HEARSAY_CONFIG',
      message: expect.stringContaining('codec.encode: bytes (a Uint8Array) expected'),
    }
    await expect(state.map('m', { codec }).set('k', 1)).rejects.toMatchObject(refused)
    await expect(state.multi('m', { codec }).set('k', 1)).rejects.toMatchObject(refused)
    const custom = state.custom('m', { codec, merge: (one) => one })
    await expect(custom.merge('k', 1)).rejects.toMatchObject(refused)
    await state.map('m').set('k', 2)
    expect(state.map('m').get('k')).toBe(2)
  },
)

describe('a custom merge', () => {
  test('takes no value that nobody could read', async () => {
    await using cluster = await simCluster({ nodes: 1, seed: 59 })
    const { state } = cluster.node('n1')
    const longer = (one: string, other: string) =>
      one.length > other.length || (one.length === other.length && one > other) ? one : other
    const words = state.custom<string>('w', { merge: longer, validate: (one) => one !== 'none' })
    await expect(words.merge('k', 'none')).rejects.toMatchObject({
      code: 'HEARSAY_CONFIG',
      message: expect.stringContaining('its validate says no'),
    })
    await words.merge('k', 'some')
    expect(words.get('k')).toBe('some')
  })

  test('belongs to its map: another one is refused, the same again is not', async () => {
    await using cluster = await simCluster({ nodes: 1, seed: 57 })
    const { state } = cluster.node('n1')
    const greater = (one: number, other: number) => Math.max(one, other)
    const numbers = state.custom<number>('n', { merge: greater, codec: codecs.json() })
    await numbers.merge('k', 3)
    const lesser = (one: number, other: number) => Math.min(one, other)
    const another = (part: string) => ({
      code: 'HEARSAY_CONFIG',
      message: expect.stringContaining(`custom("n") has another ${part} already`),
    })
    const refusal = (options: CustomOptions<number>) => {
      try {
        state.custom<number>('n', options)
      } catch (error) {
        return error
      }
      return undefined
    }
    expect(refusal({ merge: lesser })).toMatchObject(another('merge'))
    expect(refusal({ merge: greater, validate: () => true })).toMatchObject(another('validate'))
    const codec = { ...codecs.json<number>(), encode: () => new Uint8Array(1) }
    expect(refusal({ merge: greater, codec })).toMatchObject(another('codec'))
    const again = state.custom<number>('n', { merge: greater, samples: [1, 2] })
    await again.merge('k', 2)
    expect([numbers.get('k'), again.get('k')]).toEqual([3, 3])
    await state.custom<number>('other', { merge: lesser }).merge('k', 1)
  })

  const union = (one: readonly string[], other: readonly string[]) =>
    [...new Set([...one, ...other])].sort()

  test('is what all nodes read, and one that never heard of it passes it on', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 51 })
    const names = (node: Node) =>
      node.state.custom<readonly string[]>('names', { merge: union, samples: [['a'], ['b', 'c']] })
    await apart(
      cluster,
      (node) => names(node).merge('k', ['a']),
      (node) => names(node).merge('k', ['b']),
    )
    expect(all(cluster, (node) => names(node).get('k'))).toEqual(Array(3).fill(['a', 'b']))
    expect(names(cluster.node('n2')).entries()).toEqual([{ key: 'k', value: ['a', 'b'] }])
  })

  test('that breaks a law is refused where it is brought, and where it is used', async () => {
    await using cluster = await simCluster({ nodes: 1, seed: 52 })
    const { state } = cluster.node('n1')
    const sum = (one: number, other: number) => one + other
    expect(() => state.custom<number>('sum', { merge: sum, samples: [1, 2] })).toThrow('idempotent')
    const latest = state.custom<number>('latest', { merge: (_one, other) => other })
    await latest.merge('k', 1)
    await expect(latest.merge('k', 2)).rejects.toMatchObject({
      code: 'HEARSAY_CONFIG',
      message: expect.stringContaining('not commutative'),
    })
  })

  test('passes over what its own check calls invalid', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 53 })
    const any = cluster.node('n1').state.custom<unknown>('n', { merge: (one) => one })
    await any.merge('k', 'text')
    await cluster.run(1000)
    const numbers = cluster.node('n2').state.custom<number>('n', {
      merge: Math.max,
      validate: (value) => typeof value === 'number',
    })
    expect(numbers.get('k')).toBeUndefined()
    await numbers.merge('k', 4)
    expect(numbers.get('k')).toBe(4)
  })

  test('tells a watch that a key is gone where it cannot be merged any more', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 54 })
    const small = cluster.node('n1').state.custom<number>('n', {
      merge(one, other) {
        if (Math.max(one, other) > 9) throw new RangeError('too large for me')
        return Math.max(one, other)
      },
    })
    const told: unknown[] = []
    void (async () => {
      for await (const change of small.watch()) told.push(change)
    })()
    await small.merge('k', 1)
    await cluster.run(1000)
    await cluster.node('n2').state.custom<number>('n', { merge: Math.max }).merge('k', 10)
    await cluster.run(1000)
    expect([small.get('k'), small.entries()]).toEqual([undefined, []])
    expect(told).toEqual([
      { kind: 'set', key: 'k', value: 1 },
      { kind: 'delete', key: 'k' },
    ])
  })
})
