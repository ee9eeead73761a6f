// The index of shared maps: whatever streams set, change and withdraw, in whatever order, a row
// is the join of the slots that are left, and no row is left without one.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyChange } from '../../../src/core/state/entry.ts'
import { encodeNumber } from '../../../src/core/state/lattices/extremes.ts'
import { Lattices, slotKey } from '../../../src/core/state/lattices/index.ts'
import { Slots } from '../../../src/core/state/slots.ts'

const keyOf = (index: number) => slotKey({ lattice: 'max', map: `m${index % 2}`, key: `k${index}` })

function set(index: number, value: number): KeyChange {
  return { kind: 'set', key: keyOf(index), version: 1, value: encodeNumber(value) }
}

function withdraw(index: number): KeyChange {
  return { kind: 'delete', key: keyOf(index), version: 1, value: new Uint8Array(0) }
}

const happening = fc.record({
  stream: fc.constantFrom('a', 'b', 'c'),
  index: fc.nat(3),
  value: fc.option(fc.nat(9), { nil: undefined }),
})

describe('rows', () => {
  test('are the join of what is left, whatever came and went', () => {
    fc.assert(
      fc.property(fc.array(happening), (happenings) => {
        const lattices = new Lattices()
        const slots = new Slots(lattices)
        const held = new Map<string, number>()
        for (const { stream, index, value } of happenings) {
          slots.follow(stream, [value === undefined ? withdraw(index) : set(index, value)])
          if (value === undefined) held.delete(`${stream} ${index}`)
          else held.set(`${stream} ${index}`, value)
        }
        for (let index = 0; index < 4; index++) {
          const values = ['a', 'b', 'c'].flatMap((stream) => held.get(`${stream} ${index}`) ?? [])
          const row = slots.find(keyOf(index))
          const expected = values.length === 0 ? undefined : encodeNumber(Math.max(...values))
          expect(row?.joined).toEqual(expected)
          expect(row?.bytesByStream.size ?? 0).toBe(values.length)
        }
        expect(slots.size).toBe(new Set([...held.keys()].map((key) => key.slice(2))).size)
      }),
    )
  })

  test('tell what has changed, and only that', () => {
    const slots = new Slots(new Lattices())
    const told = (stream: string, change: KeyChange) =>
      slots.follow(stream, [change]).map(({ before, after }) => [before, after])
    const [one, five] = [encodeNumber(1), encodeNumber(5)]
    expect(told('a', set(0, 1))).toEqual([[undefined, one]])
    expect(told('b', set(0, 1))).toEqual([])
    expect(told('b', set(0, 5))).toEqual([[one, five]])
    expect(told('a', withdraw(0))).toEqual([])
    expect(told('a', withdraw(0))).toEqual([])
    expect(told('b', withdraw(0))).toEqual([[five, undefined]])
  })

  test('of one map are apart from those of others', () => {
    const slots = new Slots(new Lattices())
    slots.follow('a', [set(0, 1), set(1, 1), set(2, 1)])
    const keys = (map: string) => [...slots.of({ lattice: 'max', map })].map(({ key }) => key)
    expect([keys('m0'), keys('m1'), keys('m')]).toEqual([['k0', 'k2'], ['k1'], []])
    expect([...slots.of({ lattice: 'min', map: 'm0' })]).toEqual([])
  })

  test('of values that the application merges are joined anew once it says how', () => {
    const lattices = new Lattices()
    const slots = new Slots(lattices)
    const key = slotKey({ lattice: 'custom', map: 'longest', key: 'k' })
    // One part each, as a slot without rules holds it: a count, a length, the bytes.
    const of = (...bytes: readonly number[]) => Uint8Array.of(1, bytes.length, ...bytes)
    const change = (value: Uint8Array): KeyChange => ({ kind: 'set', key, version: 1, value })
    slots.follow('a', [change(of(7))])
    slots.follow('b', [change(of(8, 8))])
    const read = () => {
      const joined = slots.find(key)?.joined
      return joined && lattices.of('custom', 'longest').read(joined, 0)
    }
    expect(read()).toBeUndefined()
    lattices.define('longest', { merge: (one, other) => (one.length > other.length ? one : other) })
    expect(slots.rejoin({ lattice: 'custom', map: 'longest' })).toHaveLength(1)
    expect(read()).toEqual({ kind: 'custom', value: Uint8Array.of(8, 8) })
  })
})
