// The greatest, or the least, of all numbers that were offered. Eight bytes of IEEE 754, finite;
// zero has no sign.

import { assert } from '../../base/assert.ts'
import { EMPTY } from '../../base/bytes.ts'
import type { Lattice } from './lattice.ts'

const NUMBER_BYTES = 8

/** The greatest number offered. */
export const max = extreme('max', (one, other) => one >= other)
/** The least number offered. */
export const min = extreme('min', (one, other) => one <= other)

function extreme(kind: 'max' | 'min', isAtLeast: (one: number, other: number) => boolean): Lattice {
  const covers = (one: Uint8Array, other: Uint8Array) => {
    const mine = decodeNumber(one)
    const theirs = decodeNumber(other)
    return theirs === undefined || (mine !== undefined && isAtLeast(mine, theirs))
  }
  return {
    kind,
    isSlot: (bytes) => decodeNumber(bytes) !== undefined,
    merge(one, other) {
      if (covers(one, other)) return decodeNumber(one) === undefined ? EMPTY : one
      return other
    },
    covers,
    isTombstone: () => false,
    read(bytes) {
      const value = decodeNumber(bytes)
      return value === undefined ? undefined : { kind, value }
    },
    stampOf: () => undefined,
    endsAt: () => Number.POSITIVE_INFINITY,
  }
}

/** The state of a finite number. */
export function encodeNumber(value: number): Uint8Array {
  assert(Number.isFinite(value), 'an offered number is finite')
  const bytes = new Uint8Array(NUMBER_BYTES)
  // Adding zero takes the sign off a negative one.
  new DataView(bytes.buffer).setFloat64(0, value + 0)
  return bytes
}

function decodeNumber(bytes: Uint8Array): number | undefined {
  if (bytes.length !== NUMBER_BYTES) return undefined
  const value = new DataView(bytes.buffer, bytes.byteOffset, NUMBER_BYTES).getFloat64(0)
  return Number.isFinite(value) && !Object.is(value, -0) ? value : undefined
}
