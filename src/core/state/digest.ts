// What two stores compare: records (how far a stream is held) and, for many streams, salted
// sums of records over ranges of the space of places (range-based reconciliation, Meyer 2022).
// Equal ranges cost seven bytes, however many streams lie in them.

import type { Fingerprint, PlaceRange } from '../wire/state-messages.ts'
import type { Place, StreamRecord } from '../wire/state-parts.ts'
import { mix } from './place.ts'
import type { Store, Stream } from './store.ts'

/** All of the space. */
export const WHOLE_SPACE: PlaceRange = { depth: 0, prefix: 0 }
const TWO_32 = 4_294_967_296

/** One of the sixteen parts of a range. */
export function partOf({ depth, prefix }: PlaceRange, index: number): PlaceRange {
  return { depth: depth + 1, prefix: (prefix + index * 2 ** (28 - 4 * depth)) % TWO_32 }
}

/** Which sixteenth of the whole space a place lies in. */
export function sixteenthOf({ high }: Place): number {
  return high >>> 28
}

/** The bit of a place's sixteenth in a mask of sixteenths. */
export function sixteenthBit(place: Place): number {
  return 1 << sixteenthOf(place)
}

/** How far we hold a stream, for others. */
export function recordOf(stream: Stream, nowMs: number): StreamRecord {
  const { place, generation, replica, fullUntilMs } = stream
  const { base, gcFloor, fringe } = replica
  return { place, generation, base, gcFloor, fringe, isFull: fullUntilMs > nowMs }
}

/** Nothing of what lies at a place is held. */
export function noRecord(place: Place, isFull: boolean): StreamRecord {
  return { place, generation: 0, base: 0, gcFloor: 0, fringe: 0, isFull }
}

/** All we hold of a range, and up to `countMax` in all what we do not want to be sent. */
export function recordsIn(
  store: Store,
  range: PlaceRange,
  nowMs: number,
  countMax: number,
): readonly StreamRecord[] {
  const held = streamsIn(store, range).map((stream) => recordOf(stream, nowMs))
  const refused = store
    .unwanted(nowMs)
    .filter((place) => isIn(place, range) && store.at(place) === undefined)
    .slice(0, Math.max(0, countMax - held.length))
  return [...held, ...refused.map((place) => noRecord(place, true))]
}

/** Whether a place lies in a range. */
export function isIn({ high }: Place, { depth, prefix }: PlaceRange): boolean {
  return depth === 0 || (high >= prefix && high < prefix + 2 ** (32 - 4 * depth))
}

/** The streams of a range, in the order of their places. */
export function streamsIn({ streams }: Store, { depth, prefix }: PlaceRange): readonly Stream[] {
  if (depth === 0) return streams
  const from = firstAt(streams, prefix)
  const to = firstAt(streams, prefix + 2 ** (32 - 4 * depth))
  return streams.slice(from, to)
}

function firstAt(streams: readonly Stream[], high: number): number {
  let low = 0
  let end = streams.length
  while (low < end) {
    const middle = (low + end) >> 1
    if ((streams[middle]?.place.high ?? 0) < high) low = middle + 1
    else end = middle
  }
  return low
}

/** Fingerprints of the sixteen parts of a range; undefined where there is nothing. */
export function fingerprintsOf(
  store: Store,
  range: PlaceRange,
  salt: number,
): readonly (Fingerprint | undefined)[] {
  const sums: ({ count: number; high: number; low: number } | undefined)[] = Array.from(
    { length: 16 },
    () => undefined,
  )
  const shift = 28 - 4 * range.depth
  for (const stream of streamsIn(store, range)) {
    const index = (stream.place.high >>> shift) & 15
    const sum = sums[index] ?? { count: 0, high: 0, low: 0 }
    sums[index] = sum
    sum.count++
    const hash = hashOf(stream, salt)
    sum.high = (sum.high + hash) >>> 0
    sum.low = (sum.low + mix(hash ^ salt)) & 0xffff
  }
  return sums
}

function hashOf({ place, generation, replica }: Stream, salt: number): number {
  const { base, gcFloor, fringe } = replica
  let hash = mix(place.high ^ salt)
  hash = mix(hash + place.low)
  hash = mix(hash + generation + Math.floor(generation / TWO_32) * 31)
  hash = mix(hash + base + Math.floor(base / TWO_32) * 31)
  hash = mix(hash + gcFloor)
  return mix(hash + fringe)
}

export function sameFingerprint(
  one: Fingerprint | undefined,
  other: Fingerprint | undefined,
): boolean {
  return one?.count === other?.count && one?.high === other?.high && one?.low === other?.low
}

/** How far somebody holds a stream: not at all, if it is of another life. */
export function baseOf({ generation }: Stream, record: StreamRecord): number {
  return record.generation === generation ? record.base : 0
}

/** Who holds more of a stream. */
export interface Comparison {
  readonly weLack: boolean
  readonly theyLack: boolean
}

const NOTHING: Comparison = { weLack: false, theyLack: false }

/** Compares how far we hold a stream with how far somebody else does. */
export function compare(ours: Stream, theirs: StreamRecord): Comparison {
  if (ours.generation !== theirs.generation) {
    const weLack = theirs.generation > ours.generation
    return { weLack, theyLack: !weLack }
  }
  const { base, gcFloor, fringe } = ours.replica
  if (base === theirs.base && gcFloor === theirs.gcFloor && fringe === theirs.fringe) return NOTHING
  if (base !== theirs.base) return { weLack: theirs.base > base, theyLack: base > theirs.base }
  // What is held above a base differs in ways that a sum cannot tell: both show what they have.
  return {
    weLack: theirs.gcFloor > gcFloor || isFringed(theirs.fringe, fringe),
    theyLack: gcFloor > theirs.gcFloor || isFringed(fringe, theirs.fringe),
  }
}

function isFringed(one: number, other: number): boolean {
  return one !== 0 && one !== other
}
