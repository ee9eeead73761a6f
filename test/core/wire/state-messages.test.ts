// The messages of replicated state: their bytes, once and for all; that what goes in comes out;
// and that whatever else comes in is refused without a word.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ByteReader, borrowWriter } from '../../../src/core/base/bytes.ts'
import { readVarint, writeVarint } from '../../../src/core/base/varint.ts'
import type { Acknowledgement } from '../../../src/core/wire/acknowledgement.ts'
import { crc32 } from '../../../src/core/wire/crc32.ts'
import {
  decodeStateMessage,
  encodeBeats,
  encodeChunk,
  encodeItem,
  encodePull,
  encodeRoll,
  encodeRollQuestion,
  encodeRumor,
  encodeSync,
  SYNC_HEAD_BYTES,
  type SyncItem,
  segmentItem,
} from '../../../src/core/wire/state-messages.ts'
import {
  encodeSegment,
  type Segment,
  type StateEntry,
  type StreamRecord,
} from '../../../src/core/wire/state-parts.ts'
import { bytesOf, hexOf } from '../../golden/golden.ts'

const value = Uint8Array.of(1, 2)
const segment: Segment = {
  name: 'a',
  generation: 300,
  channel: 0,
  gcFloor: 2,
  whole: false,
  above: 5,
  upTo: 9,
  islands: [{ above: 12, upTo: 14 }],
  entries: [
    { key: 'k', version: 8, kind: 'set', value, ttlMs: 128 },
    { key: 'gone', version: 9, kind: 'deleted', value: new Uint8Array(), ttlMs: undefined },
  ],
}
const SEGMENT = '0161ac020000020504010302020304016b80010201020101' + '04676f6e65'
const record: StreamRecord = {
  place: { high: 1, low: 0xffffffff },
  generation: 300,
  base: 9,
  gcFloor: 2,
  fringe: 7,
  isFull: true,
}
const RECORD = '00000001ffffffffac0209070300000007'
const acknowledged = {
  to: 0xcafe0001,
  generation: 300,
  base: 4,
  shared: { generation: 2, base: 5 },
  written: { generation: 1, base: 6 },
  over: { generation: 300, base: 3 },
  ahead: undefined,
  sharedAhead: { generation: 300, base: 4, ms: 2 ** 47 },
}
const AHEAD = 'ac020480808080808020'
const range = { depth: 1, prefix: 0xa0000000 }

/** All but the checksum, which must be right. */
function plain(message: Uint8Array): string {
  const body = message.subarray(0, -4)
  expect(hexOf(message.subarray(-4))).toBe(crc32(body).toString(16).padStart(8, '0'))
  return hexOf(body)
}

/** Any bytes with the right checksum behind them. */
function summed(bytes: Uint8Array): Uint8Array {
  const sum = crc32(bytes)
  return Uint8Array.of(...bytes, sum >>> 24, sum >>> 16, sum >>> 8, sum)
}

describe('bytes', () => {
  test('of a rumor', () => {
    const rumor = encodeRumor([encodeSegment(segment)], [record])
    expect(plain(rumor)).toBe(`e7110001${SEGMENT}01${RECORD}`)
    const told = { kind: 'rumor', segments: [segment], haves: [record] }
    expect(decodeStateMessage(rumor)).toEqual({ ...told, toAll: false })
    const toAll = encodeRumor([encodeSegment(segment)], [record], true)
    expect(plain(toAll)).toBe(`e7110101${SEGMENT}01${RECORD}`)
    expect(decodeStateMessage(toAll)).toEqual({ ...told, toAll: true })
  })

  test('of beats, as many as fit', () => {
    const beats = [
      { name: 'a', beat: 300 },
      { name: 'b', beat: 7 },
    ]
    expect(plain(encodeBeats(beats, 100))).toBe('e7130161ac02016207')
    expect(decodeStateMessage(encodeBeats(beats, 100))).toEqual({ kind: 'beats', beats })
    const one = { kind: 'beats', beats: beats.slice(0, 1) }
    expect(decodeStateMessage(encodeBeats(beats, 20))).toEqual(one)
  })

  test('of a roll call, as many names as fit', () => {
    expect(plain(encodeRollQuestion())).toBe('e71401')
    const question = { kind: 'roll', asks: true, isCut: false, missing: [] }
    expect(decodeStateMessage(encodeRollQuestion())).toEqual(question)
    const missing = ['a', 'é']
    const all = { kind: 'roll', asks: false, isCut: false, missing }
    expect(plain(encodeRoll(missing, 100))).toBe('e71400016102c3a9')
    expect(decodeStateMessage(encodeRoll(missing, 14))).toEqual(all)
    const some = { ...all, isCut: true, missing: ['a'] }
    expect(decodeStateMessage(encodeRoll(missing, 13))).toEqual(some)
  })

  test('of a comparison', () => {
    const parts = Array.from({ length: 16 }, (_, at) =>
      at === 3 ? { count: 2, high: 0xabcdef01, low: 0x1234 } : undefined,
    )
    const items: readonly Exclude<SyncItem, { kind: 'segment' }>[] = [
      { kind: 'fingerprints', range: { depth: 0, prefix: 0 }, parts },
      { kind: 'records', range, records: [record] },
      { kind: 'ask', range },
      { kind: 'want', records: [record] },
    ]
    const head = { hops: 2, salt: 0xdeadbeef, acknowledged, equalMask: 0x4000, pullMask: 0x8001 }
    const encoded = [...items.map(encodeItem), segmentItem(encodeSegment(segment))]
    const sync = encodeSync(head, encoded)
    expect(plain(sync)).toBe(
      `e71202deadbeef40008001cafe0001ac02040205010605ac0203${AHEAD}${'0100000802abcdef011234'}${`0201a000000001${RECORD}`}` +
        `${'0301a0000000'}${`0401${RECORD}`}05${SEGMENT}`,
    )
    const all = [...items, { kind: 'segment', segment }]
    expect(decodeStateMessage(sync)).toEqual({ kind: 'sync', ...head, items: all })
  })

  test('of a pull and of a piece', () => {
    const { place } = record
    const resume = { place, generation: 300, gcFloor: 2, above: 5, after: 8 }
    const pull = { name: 'b', mask: 0xffff, records: [record], resume }
    expect(plain(encodePull(pull))).toBe(`e7160162ffff01${RECORD}0100000001ffffffffac02020508`)
    expect(decodeStateMessage(encodePull(pull))).toEqual({ kind: 'pull', ...pull })
    const head = { acknowledged, more: true, isCut: false, goesOn: true }
    const chunk = encodeChunk(head, [encodeSegment(segment)])
    expect(plain(chunk)).toBe(`e71705cafe0001ac02040205010605ac0203${AHEAD}01${SEGMENT}`)
    expect(decodeStateMessage(chunk)).toEqual({ kind: 'chunk', ...head, segments: [segment] })
  })

  test('of each word that an acknowledgement may have or lack', () => {
    const over = { generation: 5, base: 6 }
    const ahead = { generation: 7, base: 8, ms: 0 }
    const most = { generation: Number.MAX_SAFE_INTEGER, base: Number.MAX_SAFE_INTEGER }
    const sharedAhead = { ...most, ms: Number.MAX_SAFE_INTEGER }
    const of = (words: Partial<Acknowledgement>) => {
      const nothing = { over: undefined, ahead: undefined, sharedAhead: undefined }
      const head = { more: false, isCut: false, goesOn: false }
      return { ...head, acknowledged: { ...acknowledged, ...nothing, ...words } }
    }
    const bytes = (words: Partial<Acknowledgement>) => plain(encodeChunk(of(words), []))
    const START = 'e71700cafe0001ac0204020501060'
    // Whoever has nothing of the kind to say pays nothing for it.
    expect(bytes({})).toBe(`${START}000`)
    expect(bytes({ over })).toBe(`${START}1050600`)
    expect(bytes({ ahead })).toBe(`${START}207080000`)
    for (const words of [{}, { over }, { ahead }, { over, sharedAhead }, { ahead, sharedAhead }]) {
      const chunk = { kind: 'chunk', ...of(words), segments: [] }
      expect(decodeStateMessage(encodeChunk(of(words), []))).toEqual(chunk)
    }
    const longest = { ...most, shared: most, written: most, over: most, ahead: sharedAhead }
    const head = { hops: 0, salt: 0, equalMask: 0, pullMask: 0, ...of({ ...longest, sharedAhead }) }
    expect(encodeSync(head, [])).toHaveLength(SYNC_HEAD_BYTES)
  })

  test('of numbers', () => {
    for (const number of [0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const writer = borrowWriter()
      writeVarint(writer, number)
      expect(readVarint(new ByteReader(writer.take()))).toBe(number)
    }
    const tooLong = new ByteReader(bytesOf('ffffffffffffffff01'))
    expect([readVarint(tooLong), tooLong.failure]).toEqual([0, 'form'])
  })
})

describe('what is refused', () => {
  const rumor = (changes: Partial<Segment>) =>
    decodeStateMessage(encodeRumor([encodeSegment({ ...segment, ...changes })], []))
  const entry = (changes: Partial<StateEntry>): StateEntry => ({
    key: 'k',
    version: 8,
    kind: 'set',
    value,
    ttlMs: undefined,
    ...changes,
  })

  test.each([
    ['more forgotten than the range begins with', { gcFloor: 6 }],
    ['a whole that does not begin at 0', { whole: true }],
    [
      'more than 64 islands',
      { islands: Array.from({ length: 65 }, (_, i) => ({ above: 10 + 2 * i, upTo: 11 + 2 * i })) },
    ],
    ['a span above 2³²', { upTo: 5 + 2 ** 32 + 1, islands: [] }],
    [
      'a version beyond 2⁵³−1',
      { above: Number.MAX_SAFE_INTEGER, upTo: Number.MAX_SAFE_INTEGER + 1, islands: [] },
    ],
    ['a key of 257 bytes', { entries: [entry({ key: 'k'.repeat(257) })] }],
    ['an empty key', { entries: [entry({ key: '' })] }],
    ['a value of 64 KiB and one', { entries: [entry({ value: new Uint8Array(65_537) })] }],
    ['a version twice', { entries: [entry({}), entry({ key: 'j' })] }],
    ['an owner without a name', { name: '' }],
    [
      'more than 1 000 entries',
      {
        above: 0,
        gcFloor: 0,
        entries: Array.from({ length: 1001 }, (_, i) => entry({ version: i + 1 })),
      },
    ],
  ])('%s', (_what, changes) => {
    expect(rumor(changes)).toBe('msgpack')
  })

  test('is not what fits exactly', () => {
    expect(
      rumor({ entries: [entry({ key: 'k'.repeat(256), value: new Uint8Array(65_536) })] }),
    ).toMatchObject({ kind: 'rumor' })
  })

  test('a byte more or less, another type, a broken sum', () => {
    const bytes = encodeRumor([encodeSegment(segment)], [])
    const body = bytes.subarray(0, -4)
    expect(decodeStateMessage(summed(Uint8Array.of(...body, 0)))).toBe('msgpack')
    expect(decodeStateMessage(summed(body.subarray(0, -1)))).toBe('msgpack')
    expect(decodeStateMessage(bytes.subarray(0, -1))).toBe('crc')
    expect(decodeStateMessage(bytesOf('e71f'))).toBe('type')
    expect(decodeStateMessage(bytesOf('0111'))).toBe('type')
    expect(decodeStateMessage(bytesOf('e71700'))).toBe('truncated')
    for (let at = 2; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      expect(decodeStateMessage(damaged)).toBe('crc')
    }
  })

  test('an acknowledgement that says what nobody says yet, or ends before its words', () => {
    const head = { acknowledged, more: false, isCut: false, goesOn: false }
    const body = encodeChunk(head, []).subarray(0, -4)
    // E7, type, flags, whose it is, then 300, 4, 2, 5, 1, 6.
    const at = 2 + 1 + 4 + 7
    expect(body[at]).toBe(5)
    for (const flags of [8, 0x85, 0xff]) {
      const other = Uint8Array.from(body)
      other[at] = flags
      expect(decodeStateMessage(summed(other))).toBe('msgpack')
    }
    for (let end = at; end < body.length; end++) {
      expect(decodeStateMessage(summed(body.subarray(0, end)))).toBe('msgpack')
    }
  })

  test('a count that would take memory which the bytes do not have', () => {
    expect(decodeStateMessage(summed(bytesOf('e711ffffffff0f')))).toBe('msgpack')
    expect(decodeStateMessage(summed(bytesOf('e71100ffffffff0f')))).toBe('msgpack')
  })

  test('any other bytes: nothing throws', () => {
    const any = fc.tuple(fc.integer({ min: 0x10, max: 0x18 }), fc.uint8Array({ maxLength: 200 }))
    fc.assert(
      fc.property(any, ([type, rest]) => {
        decodeStateMessage(summed(Uint8Array.of(0xe7, type, ...rest)))
      }),
      { numRuns: 5000, seed: 42 },
    )
  })
})
