// What is set aside is a store at most, however often it is.

import { expect, test } from 'vitest'
import { Aside } from '../../../src/core/state/aside.ts'
import type { Segment } from '../../../src/core/wire/state-parts.ts'

const MIB = 1_048_576
const LIMITS = { streamsMax: 3, bytesMax: 64 * MIB }

/** A stream of `name` up to a version, of so many bytes. */
function segment(name: string, upTo: number, sizeBytes = 10): Segment {
  const value = new Uint8Array(sizeBytes)
  const entry = { key: 'k', version: upTo, kind: 'set', value, ttlMs: undefined } as const
  const range = { gcFloor: 0, whole: true, above: 0, upTo, islands: [] }
  return { name, generation: 1, channel: 1, ...range, entries: [entry] }
}

const heldOf = (aside: Aside) => aside.segments.map(({ name, upTo }) => [name, upTo])

test('each stream is there once, as far as it was ever held', () => {
  const aside = new Aside(LIMITS)
  aside.add(segment('a', 5), 1)
  aside.add(segment('b', 5), 2)
  aside.add(segment('a', 4), 3)
  aside.add(segment('b', 6), 4)
  expect(heldOf(aside)).toEqual([
    ['a', 5],
    ['b', 6],
  ])
  expect(aside.sinceMs).toBe(4)
})

test('what goes beyond the bytes of a store is not set aside, and what is there may grow up to it', () => {
  const aside = new Aside(LIMITS)
  aside.add(segment('a', 1, 40 * MIB), 0)
  aside.add(segment('b', 1, 40 * MIB), 0)
  aside.add(segment('a', 2, 63 * MIB), 0)
  expect(heldOf(aside)).toEqual([['a', 2]])
  aside.add(segment('c', 1, MIB), 0)
  aside.add(segment('d', 1, MIB / 2), 0)
  expect(heldOf(aside)).toEqual([
    ['a', 2],
    ['d', 1],
  ])
})

test('streams beyond the limit are not set aside', () => {
  const aside = new Aside(LIMITS)
  for (const name of ['a', 'b', 'c', 'd']) aside.add(segment(name, 1), 0)
  expect(heldOf(aside).map(([name]) => name)).toEqual(['a', 'b', 'c'])
})
