// Who is not read for a while: at 20 faults in a minute, not at 19, and no worse at a thousand.

import { expect, test } from 'vitest'
import { Faults } from '../../../src/core/state/faults.ts'

const MINUTE = 60_000

/** So many faults at once; whether one of them began a minute of silence. */
function noteMany(faults: Faults, count: number, nowMs: number): boolean {
  const results = Array.from({ length: count }, () => faults.note('b', nowMs))
  return results.includes(true)
}

test('nineteen faults in a minute are borne, as often as they come', () => {
  const faults = new Faults()
  for (let at = 0; at < 5; at++) {
    expect(noteMany(faults, 19, at * MINUTE)).toBe(false)
    expect(faults.isIgnored('b', at * MINUTE)).toBe(false)
  }
})

test('the twentieth begins a minute in which its member is not read, and no other', () => {
  const faults = new Faults()
  noteMany(faults, 19, 0)
  expect(noteMany(faults, 1, MINUTE - 1)).toBe(true)
  expect([faults.isIgnored('b', MINUTE), faults.isIgnored('c', MINUTE)]).toEqual([true, false])
  expect(faults.isIgnored('b', 2 * MINUTE - 2)).toBe(true)
  expect(faults.isIgnored('b', 2 * MINUTE - 1)).toBe(false)
})

test('a thousand at once are no longer a punishment than twenty', () => {
  const faults = new Faults()
  expect(noteMany(faults, 1000, 0)).toBe(true)
  expect([faults.isIgnored('b', MINUTE - 1), faults.isIgnored('b', MINUTE)]).toEqual([true, false])
  faults.note('b', 0)
  faults.forget('b')
  expect(faults.isIgnored('b', 0)).toBe(false)
})
