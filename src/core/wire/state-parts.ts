// What the messages of replicated state are made of: segments (a range of versions of one
// stream, complete, with the entries that are left of it), records (how far a stream is
// held), places (where a stream lies in the space that comparisons cut into ranges).

import { type ByteReader, type ByteWriter, borrowWriter, EMPTY } from '../base/bytes.ts'
import { readBytes, readText, writeBytes, writeText } from '../base/sized.ts'
import { readVarint, writeVarint } from '../base/varint.ts'
import { NAME_BYTES_MAX } from './limits.ts'
import {
  CHUNK_ENTRIES_MAX,
  entryBytesMax,
  ISLANDS_MAX,
  KEY_BYTES_MAX,
  STREAMS_HELD_MAX,
  VERSIONS_SPANNED_MAX,
} from './state-limits.ts'

// ---- types ------------------------------------------------------------------------------

/** 64 bits that stand for the owner's name. */
export interface Place {
  readonly high: number
  readonly low: number
}

/** The versions above one and up to another. */
export interface VersionRange {
  readonly above: number
  readonly upTo: number
}

export type EntryKind = 'set' | 'deleted' | 'expired'

/** One key as its owner last left it. */
export interface StateEntry {
  readonly key: string
  readonly version: number
  readonly kind: EntryKind
  /** Empty unless set. */
  readonly value: Uint8Array
  /** Milliseconds it has still to live; undefined: for ever. */
  readonly ttlMs: number | undefined
}

/**
 * All that is left of a range of versions of one stream: who holds everything up to `above`
 * holds everything up to `upTo` once it has taken the entries.
 */
export interface Segment extends VersionRange {
  readonly name: string
  readonly generation: number
  /** 0: keys of the owner's own; 1: what it adds to shared maps. */
  readonly channel: number
  /** Deleted keys up to here are remembered by nobody any more. */
  readonly gcFloor: number
  /** Everything the stream has up to `upTo`: what is not in it is gone. `above` is 0. */
  readonly whole: boolean
  /** Ranges above `upTo` that are complete as well. */
  readonly islands: readonly VersionRange[]
  /** Versions rise. */
  readonly entries: readonly StateEntry[]
}

/** How far a stream is held. */
export interface StreamRecord {
  readonly place: Place
  readonly generation: number
  readonly base: number
  readonly gcFloor: number
  /** Stands for what is held above `base`; 0 if nothing. */
  readonly fringe: number
  /** There is no room for more of it for now. */
  readonly isFull: boolean
}

// ---- segments ---------------------------------------------------------------------------

const KIND_NUMBER = { set: 0, deleted: 1, expired: 2 } as const
const KINDS: readonly EntryKind[] = ['set', 'deleted', 'expired']
const HAS_TTL = 4

/** One segment, fit to be put behind others. */
export function encodeSegment(segment: Segment): Uint8Array {
  const writer = borrowWriter()
  const { above, upTo, islands, entries } = segment
  writeName(writer, segment.name)
  writeVarint(writer, segment.generation)
  writeVarint(writer, segment.channel)
  writer.u8(segment.whole ? 1 : 0)
  writeVarint(writer, segment.gcFloor)
  writeVarint(writer, above)
  writeVarint(writer, upTo - above)
  writeVarint(writer, islands.length)
  let last = upTo
  for (const island of islands) {
    writeVarint(writer, island.above - last)
    writeVarint(writer, island.upTo - island.above)
    last = island.upTo
  }
  writeVarint(writer, entries.length)
  last = above
  for (const entry of entries) {
    writeEntry(writer, entry, last)
    last = entry.version
  }
  return writer.take()
}

/** About the most bytes an entry takes beside its key and value. */
export const ENTRY_OVERHEAD_BYTES = 20
/** About the most bytes a segment takes beside its name, islands and entries. */
export const SEGMENT_OVERHEAD_BYTES = 40

function writeEntry(writer: ByteWriter, entry: StateEntry, lastVersion: number): void {
  const { key, version, kind, value, ttlMs } = entry
  writeVarint(writer, version - lastVersion)
  writer.u8(KIND_NUMBER[kind] + (ttlMs === undefined ? 0 : HAS_TTL))
  writeText(writer, key)
  if (ttlMs !== undefined) writeVarint(writer, Math.ceil(ttlMs))
  if (kind !== 'set') return
  writeBytes(writer, value)
}

/** Reads one segment; the reader fails on what no owner can have written. */
export function readSegment(reader: ByteReader): Segment {
  const name = readName(reader)
  const generation = readVarint(reader)
  const channel = readVarint(reader)
  const whole = reader.u8() === 1
  const gcFloor = readVarint(reader)
  const above = readVarint(reader)
  const upTo = above + readSpan(reader)
  const islands = readIslands(reader, upTo)
  const entries = readEntries(reader, above, entryBytesMax(channel))
  const isLawful = whole ? above === 0 && gcFloor <= upTo : gcFloor <= above
  if (!isLawful || !Number.isSafeInteger(upTo)) reader.fail('form')
  return { name, generation, channel, whole, gcFloor, above, upTo, islands, entries }
}

function readSpan(reader: ByteReader): number {
  const span = readVarint(reader)
  if (span > VERSIONS_SPANNED_MAX) reader.fail('form')
  return span
}

function readIslands(reader: ByteReader, from: number): readonly VersionRange[] {
  const count = readVarint(reader)
  if (count > ISLANDS_MAX) reader.fail('form')
  const islands: VersionRange[] = []
  let last = from
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const above = last + readVarint(reader)
    const upTo = above + readSpan(reader)
    if (!Number.isSafeInteger(upTo)) reader.fail('form')
    islands.push({ above, upTo })
    last = upTo
  }
  return islands
}

function readEntries(
  reader: ByteReader,
  from: number,
  valueBytesMax: number,
): readonly StateEntry[] {
  const count = readVarint(reader)
  if (count > CHUNK_ENTRIES_MAX) reader.fail('form')
  const entries: StateEntry[] = []
  let last = from
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const entry = readEntry(reader, last, valueBytesMax)
    entries.push(entry)
    last = entry.version
  }
  return entries
}

function readEntry(reader: ByteReader, lastVersion: number, valueBytesMax: number): StateEntry {
  const step = readVarint(reader)
  const version = lastVersion + step
  if (step === 0 || !Number.isSafeInteger(version)) reader.fail('form')
  const flags = reader.u8()
  const kind = KINDS[flags & 3]
  if (kind === undefined || flags > 7) reader.fail('form')
  const key = readText(reader, KEY_BYTES_MAX)
  const ttlMs = (flags & HAS_TTL) === 0 ? undefined : readVarint(reader)
  const value = kind === 'set' ? readBytes(reader, valueBytesMax) : EMPTY
  return { key, version, kind: kind ?? 'deleted', value, ttlMs }
}

// ---- records ----------------------------------------------------------------------------

const HAS_FRINGE = 1
const IS_FULL = 2

/** A list of records, its length first. */
export function writeRecords(writer: ByteWriter, records: readonly StreamRecord[]): void {
  writeVarint(writer, records.length)
  for (const { place, generation, base, gcFloor, fringe, isFull } of records) {
    writePlace(writer, place)
    writeVarint(writer, generation)
    writeVarint(writer, base)
    writeVarint(writer, base - gcFloor)
    writer.u8((fringe === 0 ? 0 : HAS_FRINGE) + (isFull ? IS_FULL : 0))
    if (fringe !== 0) writer.u32(fringe)
  }
}

/** About the most bytes one record takes. */
export const RECORD_BYTES = 28

/** Reads what `writeRecords` wrote. */
export function readRecords(reader: ByteReader): readonly StreamRecord[] {
  const count = readVarint(reader)
  if (count > STREAMS_HELD_MAX) reader.fail('form')
  const records: StreamRecord[] = []
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const place = readPlace(reader)
    const generation = readVarint(reader)
    const base = readVarint(reader)
    const gcFloor = base - readVarint(reader)
    const flags = reader.u8()
    const fringe = (flags & HAS_FRINGE) === 0 ? 0 : reader.u32()
    if (gcFloor < 0 || flags > 3) reader.fail('form')
    records.push({ place, generation, base, gcFloor, fringe, isFull: (flags & IS_FULL) !== 0 })
  }
  return records
}

// ---- small things -----------------------------------------------------------------------

export function writePlace(writer: ByteWriter, { high, low }: Place): void {
  writer.u32(high)
  writer.u32(low)
}

export function readPlace(reader: ByteReader): Place {
  return { high: reader.u32(), low: reader.u32() }
}

/** The name of a member. */
export function writeName(writer: ByteWriter, name: string): void {
  writeText(writer, name)
}

export function readName(reader: ByteReader): string {
  return readText(reader, NAME_BYTES_MAX)
}
