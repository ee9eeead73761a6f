// Caps on the messages of replicated state, each at the limit, one over it, and far over it:
// what a message says of lengths, counts and versions is held against what is there and what
// may be, before anything is set aside for it.

import { describe, expect, test } from 'vitest'
import { borrowWriter } from '../../../src/core/base/bytes.ts'
import { writeVarint } from '../../../src/core/base/varint.ts'
import { crc32 } from '../../../src/core/wire/crc32.ts'
import {
  CHUNK_ENTRIES_MAX,
  ISLANDS_MAX,
  STREAMS_HELD_MAX,
  VERSIONS_SPANNED_MAX,
} from '../../../src/core/wire/state-limits.ts'
import {
  decodeStateMessage,
  encodePull,
  encodeRumor,
} from '../../../src/core/wire/state-messages.ts'
import { encodeSegment, type Segment, type StateEntry } from '../../../src/core/wire/state-parts.ts'

const SEGMENT: Segment = {
  ...{ name: 'a', generation: 1, channel: 0, gcFloor: 0, whole: false },
  ...{ above: 0, upTo: 9, islands: [], entries: [] },
}

/** What becomes of a rumor with one segment: its kind, or why it is refused. */
function fate(changes: Partial<Segment>): string {
  const read = decodeStateMessage(encodeRumor([encodeSegment({ ...SEGMENT, ...changes })], []))
  return typeof read === 'string' ? read : read.kind
}

function summed(bytes: Uint8Array): Uint8Array {
  const sum = crc32(bytes)
  const tail = [sum >>> 24, sum >>> 16, sum >>> 8, sum]
  const whole = new Uint8Array(bytes.length + tail.length)
  whole.set(bytes)
  whole.set(tail, bytes.length)
  return whole
}

const ONE: StateEntry = {
  key: 'k',
  version: 1,
  kind: 'set',
  value: new Uint8Array(0),
  ttlMs: undefined,
}

const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ ...ONE, key: `k${at}`, version: at + 1 }))

const islands = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ above: 10 + 2 * at, upTo: 11 + 2 * at }))

/** At the limit, one over, far over. */
const CAPS: readonly (readonly [
  what: string,
  of: (value: number) => Partial<Segment>,
  max: number,
  far: number,
])[] = [
  ['entries of a segment', (count) => ({ entries: entries(count) }), CHUNK_ENTRIES_MAX, 50_000],
  ['islands of a segment', (count) => ({ islands: islands(count) }), ISLANDS_MAX, 50_000],
  ['versions a segment spans', (span) => ({ upTo: span }), VERSIONS_SPANNED_MAX, 2 ** 52],
  [
    'versions an island spans',
    (span) => ({ islands: [{ above: 9, upTo: 9 + span }] }),
    VERSIONS_SPANNED_MAX,
    2 ** 52,
  ],
  ['versions', (upTo) => ({ above: upTo - 1, upTo }), Number.MAX_SAFE_INTEGER, 2 ** 53 + 2 ** 20],
  ['bytes of a key', (count) => ({ entries: [{ ...ONE, key: 'k'.repeat(count) }] }), 256, 100_000],
  [
    'bytes of a value',
    (count) => ({ entries: [{ ...ONE, value: new Uint8Array(count) }] }),
    65_536,
    300_000,
  ],
  [
    'bytes of a slot',
    (count) => ({ channel: 1, entries: [{ ...ONE, value: new Uint8Array(count) }] }),
    66_048,
    300_000,
  ],
  ['bytes of a name', (count) => ({ name: 'n'.repeat(count) }), 255, 100_000],
]

describe.each(CAPS)('%s', (_what, of, max, far) => {
  test('are taken at the limit', () => {
    expect(fate(of(max))).toBe('rumor')
  })

  test('are refused one over it, and far over it', () => {
    expect(fate(of(max + 1))).toBe('msgpack')
    expect(['msgpack', 'size']).toContain(fate(of(far)))
  })
})

describe('records', () => {
  const pull = (count: number) => {
    const record = { generation: 0, base: 0, gcFloor: 0, fringe: 0, isFull: false }
    const records = Array.from({ length: count }, (_, at) => ({
      ...record,
      place: { high: at, low: at },
    }))
    const read = decodeStateMessage(encodePull({ name: 'b', mask: 1, records, resume: undefined }))
    return typeof read === 'string' ? read : read.kind
  }

  test('of the largest store fit into one question', () => {
    expect(pull(STREAMS_HELD_MAX)).toBe('pull')
  })

  test('of more than that are refused', () => {
    expect(pull(STREAMS_HELD_MAX + 1)).toBe('msgpack')
    expect(pull(10 * STREAMS_HELD_MAX)).toBe('size')
  })
})

describe('a message', () => {
  const junk = (bytes: number) => {
    const body = new Uint8Array(bytes - 4)
    body.set([0xe7, 0x11])
    return decodeStateMessage(summed(body))
  }

  test('is not looked into beyond the largest lawful one', () => {
    const max = STREAMS_HELD_MAX * 32
    // Read up to its end, and found to make no sense.
    expect(junk(max)).toBe('msgpack')
    expect(junk(max + 1)).toBe('size')
    expect(junk(16 * max)).toBe('size')
  })
})

describe('a length that is declared', () => {
  /** A rumor of one segment with one entry, up to the key, and then `tail`. */
  const rumor = (tail: readonly number[]) => {
    const writer = borrowWriter()
    for (const byte of [0xe7, 0x11, 0, 1]) writer.u8(byte)
    writer.u8(1)
    writer.u8(0x61)
    // Generation, channel, flags, floor, above, span, islands; then one entry of version 1.
    for (const byte of [1, 0, 0, 0, 0, 9, 0, 1, 1, 0]) writer.u8(byte)
    for (const number of tail) writeVarint(writer, number)
    return decodeStateMessage(summed(writer.take()))
  }

  test('is taken where the bytes are there', () => {
    // A key of one byte, a value of two, and no records.
    expect(rumor([1, 0x6b, 2, 7, 7, 0])).toMatchObject({ kind: 'rumor' })
  })

  test.each([
    ['one byte more than there is', 4],
    ['the largest lawful value', 65_536],
    ['a gibibyte', 2 ** 30],
    ['the largest number', Number.MAX_SAFE_INTEGER],
  ])('of %s is refused', (_what, length) => {
    expect(rumor([1, 0x6b, length, 7, 7, 0])).toBe('msgpack')
    expect(rumor([length, 0x6b])).toBe('msgpack')
  })
})
