// What a file says after a crash, however it was cut or garbled: a beginning of what was
// written, or a refusal, never anything else; and whose file may be read at all.

import { describe, expect, test } from 'vitest'
import { concat } from '../../../src/core/base/bytes.ts'
import { Book } from '../../../src/core/disk/book.ts'
import { encodeFrame, FRAME_HEAD_BYTES } from '../../../src/core/disk/frames.ts'
import { type DiskRecord, encodeRecord, type KeptRecord } from '../../../src/core/disk/records.ts'
import { recover } from '../../../src/core/disk/recovery.ts'
import { crc32c } from '../../../src/core/wire/crc32.ts'

const US = { label: 'shop', name: 'web-1' }
const HEAD: DiskRecord = { record: 'head', format: 1, ...US, generation: 7, ceilingMs: 5000 }
const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0))

const entry = (key: string, version: number, value: string): KeptRecord => ({
  ...{ record: 'entry', channel: 0, generation: 7, key, version, kind: 'set' },
  value: bytes(value),
  endsMs: undefined,
})

/** A little of everything. */
const HISTORY: readonly KeptRecord[] = [
  entry('role', 2, 'search'),
  { ...entry('slot', 1, 'x'), channel: 1, endsMs: 9000 } as KeptRecord,
  entry('role', 3, 'index'),
  { record: 'clock', ceilingMs: 15_000 },
  { ...entry('load', 4, ''), kind: 'deleted' } as KeptRecord,
  { record: 'reach', channel: 1, generation: 7, base: 4, gcFloor: 1 },
  { record: 'done', channel: 0, generation: 3 },
  { record: 'life', generation: 9 },
  { record: 'company', members: 5 },
]

/** The picture after each number of records. */
const pictures = HISTORY.map((_, count) => pictureOf(HISTORY.slice(0, count)))
pictures.push(pictureOf(HISTORY))

function pictureOf(records: readonly KeptRecord[]) {
  const book = new Book(US, { generation: 7, ceilingMs: 5000 })
  for (const record of records) book.apply(record)
  return show(book)
}

function show({ generation, ceilingMs, streams }: Book): string {
  const lines = streams.map(({ channel, base, gcFloor, entries, ...life }) => [
    ...[channel, life.generation, base, gcFloor],
    entries.map(({ key, version, kind, value, endsMs }) => [key, version, kind, ...value, endsMs]),
  ])
  return JSON.stringify([generation, ceilingMs, lines])
}

function fileOf(records: readonly DiskRecord[]): Uint8Array {
  return concat(...records.map(encodeRecord))
}

const FILE = fileOf([HEAD, ...HISTORY])
const headBytes = encodeRecord(HEAD).length

test('the checksum is that of Castagnoli', () => {
  // The check value of the catalogue of parametrised CRCs.
  expect(crc32c(bytes('123456789'))).toBe(0xe3069283)
})

describe('a sound file', () => {
  test('says what was written, in order', () => {
    const found = recover(FILE, US)
    if (found.kind !== 'sound') throw new Error(found.kind)
    expect([found.records, found.lostBytes]).toEqual([10, 0])
    expect(show(found.book)).toBe(pictures.at(-1))
    const [own, shared] = found.book.streams.map(({ entries }) => entries)
    expect(own?.map(({ key, version, kind }) => [key, version, kind])).toEqual([
      ['role', 3, 'set'],
      ['load', 4, 'deleted'],
    ])
    expect(shared?.map(({ key, endsMs }) => [key, endsMs])).toEqual([['slot', 9000]])
  })

  test('written anew says the same to the next life', () => {
    const book = soundBook(FILE)
    const again = soundBook(book.file(0))
    expect(again.generation).toBe(9)
    expect(again.ceilingMs).toBe(15_000)
    const alive = ({ streams }: Book) =>
      streams.map(({ entries, ...id }) => ({ ...id, set: entries.filter((e) => e.kind === 'set') }))
    expect(alive(again)).toEqual(alive(book))
  })

  test('forgets graves of own keys when it is written anew, and ended slots not before the floor', () => {
    const book = soundBook(FILE)
    const [own, shared] = soundBook(book.file(9001)).streams
    expect(own?.entries.map(({ key }) => key)).toEqual(['role'])
    expect(shared?.entries).toEqual([])
    const later = { ...entry('late', 5, 'y'), channel: 1, endsMs: 8000 } as KeptRecord
    book.apply(later)
    const [, kept] = soundBook(book.file(9001)).streams
    expect(kept?.entries.map(({ key, kind }) => [key, kind])).toEqual([['late', 'expired']])
  })
})

describe('a file cut or garbled anywhere', () => {
  test('gives a beginning of what was written, or is refused, wherever it was cut', () => {
    for (let size = 0; size < FILE.length; size++) expectBeginning(FILE.slice(0, size))
  })

  test('gives a beginning of what was written, or is refused, whichever byte was garbled', () => {
    for (let at = 0; at < FILE.length; at++) {
      for (const flip of [1, 0x80, 0xff]) {
        const garbled = Uint8Array.from(FILE)
        garbled[at] = (garbled[at] ?? 0) ^ flip
        expectBeginning(garbled)
      }
    }
  })

  test('ends where zeros stand that a file system left behind', () => {
    const found = recover(concat(FILE, new Uint8Array(4096)), US)
    expect(found).toMatchObject({ kind: 'sound', records: 10, lostBytes: 4096 })
  })

  test('reads nothing behind the first bad record', () => {
    const [first = EMPTY, second = EMPTY, third = EMPTY] = HISTORY.map(encodeRecord)
    second[second.length - 1] = 0x55
    const found = recover(concat(encodeRecord(HEAD), first, second, third), US)
    expect(found).toMatchObject({ records: 2, lostBytes: second.length + third.length })
  })

  test('begins the next life above what is named behind the damage', () => {
    const life: KeptRecord = { record: 'life', generation: 9 }
    const written = { ...entry('k', 1, 'v'), generation: 11 } as KeptRecord
    const clock: KeptRecord = { record: 'clock', ceilingMs: 15_000 }
    const file = fileOf([HEAD, entry('role', 2, 'search'), life, written, clock])
    const from = headBytes + encodeRecord(entry('role', 2, 'search')).length
    // One bit of what the life says: an hour back, the wall clock would give the number again.
    for (const bit of [1, 2, 4, 128]) {
      const flipped = Uint8Array.from(file)
      flipped[from + FRAME_HEAD_BYTES] = (flipped[from + FRAME_HEAD_BYTES] ?? 0) ^ bit
      const found = recover(flipped, US)
      if (found.kind !== 'sound') throw new Error(found.kind)
      expect([found.records, found.lostBytes]).toEqual([2, file.length - from])
      expect(found.book.beginLife(3)).toMatchObject({ generation: 12, ceilingMs: 15_000 })
      expect(found.book.streams).toHaveLength(1)
    }
  })

  test('ends at a record that no release of this format writes', () => {
    for (const payload of [EMPTY, bytes('junk!'), new Uint8Array(70_000)]) {
      for (const type of [0, 2, 3, 8, 255]) {
        const found = recover(concat(FILE, encodeFrame({ type, payload })), US)
        expect(found).toMatchObject({ kind: 'sound', records: 10 })
      }
    }
  })
})

const EMPTY = new Uint8Array(0)

function expectBeginning(file: Uint8Array): void {
  const found = recover(file, US)
  const isHeadWhole = file.length >= headBytes
  if (found.kind !== 'sound') {
    expect(found.kind).toBe('damaged')
    if (isHeadWhole) expect(recover(file.slice(0, headBytes), US).kind).toBe('damaged')
    return
  }
  // Of what is not read, times and lives may count: the next life is above them.
  const [generation, ceilingMs, streams] = JSON.parse(show(found.book))
  const [generationThen, ceilingThen, streamsThen] = JSON.parse(pictures[found.records - 1] ?? '')
  expect(streams).toEqual(streamsThen)
  expect(generation === generationThen || generation === 9).toBe(true)
  expect(ceilingMs === ceilingThen || ceilingMs === 15_000).toBe(true)
}

function soundBook(file: Uint8Array): Book {
  const found = recover(file, US)
  if (found.kind !== 'sound') throw new Error(found.kind)
  return found.book
}

describe('whose file it is', () => {
  test('another name or label is told, not taken', () => {
    expect(recover(FILE, { ...US, name: 'web-2' })).toEqual({ kind: 'foreign', found: US })
    expect(recover(FILE, { ...US, label: '' })).toEqual({ kind: 'foreign', found: US })
  })

  test('a later format is told, not guessed at', () => {
    const later = fileOf([{ ...HEAD, format: 2 } as DiskRecord])
    expect(recover(later, US)).toEqual({ kind: 'newer', format: 2 })
  })
})

describe('a life that begins', () => {
  test('is above all before it, though the wall clock has been set back', () => {
    const book = soundBook(FILE)
    expect(book.beginLife(3).generation).toBe(10)
    expect(soundBook(book.file(3)).beginLife(3).generation).toBe(11)
    expect(book.beginLife(50_000).generation).toBe(50_000)
  })

  test('is above a stream whose beginning was lost', () => {
    const book = new Book(US, { generation: 7, ceilingMs: 0 })
    book.apply({ ...entry('a', 1, ''), generation: 12 } as KeptRecord)
    expect(book.beginLife(3).generation).toBe(13)
  })

  test('finds the clock no lower than any stamp before it, and is not carried away by restarts', () => {
    const book = new Book(US, { generation: 1, ceilingMs: 0 })
    let last = 0
    for (let life = 0; life < 30; life++) {
      const { ceilingMs } = book.beginLife(100_000)
      expect(ceilingMs).toBeGreaterThanOrEqual(last)
      last = ceilingMs
    }
    // Thirty restarts at one moment: a second each at most, ten ahead at the start.
    expect(last).toBeLessThanOrEqual(100_000 + 10_000 + 30_000)
  })
})
