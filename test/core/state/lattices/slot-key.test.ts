// Where a shared value lies in its writer's stream.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  LATTICE_KINDS,
  type SlotPlace,
  slotKey,
  slotPlace,
} from '../../../../src/core/state/lattices/index.ts'

test('a slot is found again by its key, whatever the names hold', () => {
  const map = fc.string({ minLength: 1 }).filter((name) => !name.includes('\u0000'))
  const place = fc.record({ lattice: fc.constantFrom(...LATTICE_KINDS), map, key: fc.string() })
  fc.assert(
    fc.property(place, (one) => {
      expect(slotPlace(slotKey(one))).toEqual(one)
    }),
    { seed: 6 },
  )
})

test('each kind of a map is a space of its own', () => {
  const keys = LATTICE_KINDS.map((lattice) => slotKey({ lattice, map: 'm', key: 'k' }))
  expect(new Set(keys).size).toBe(LATTICE_KINDS.length)
  expect(keys[0]).toBe('rm\u0000k')
})

test('a key of another form is no slot', () => {
  const strangers: readonly string[] = [
    '',
    'r',
    'rm',
    'r\u0000k',
    'zm\u0000k',
    '\u0000',
    'Rm\u0000k',
  ]
  const places: readonly (SlotPlace | undefined)[] = strangers.map(slotPlace)
  expect(places.every((one) => one === undefined)).toBe(true)
})
