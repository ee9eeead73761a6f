// Where a stream lies in the space that comparisons cut into ranges: 64 bits of hash over the
// owner's name, in two halves, because the core counts without big numbers. Also what
// comparisons make of a stream: sums of salted mixes, so that order does not matter and two
// stores that differ look alike only by rare chance, and not twice.

import type { Place } from '../wire/state-parts.ts'

/** The place of an owner's stream: the same on every node and in every release. */
export function placeOf(name: string): Place {
  return { high: hashOf(name, 0x811c9dc5), low: hashOf(name, 0x9747b28c) }
}

function hashOf(text: string, seed: number): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash) >>> 0
}

/** The last step of MurmurHash3: every bit of the input turns half of the output's. */
export function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

/** Which comes first in the space: negative, zero or positive. */
export function comparePlaces(one: Place, other: Place): number {
  return one.high === other.high ? one.low - other.low : one.high - other.high
}
