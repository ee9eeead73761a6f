// What a node keeps on disk of its own, record by record. The first record of a file is the
// head: whose it is, and which life wrote it. Integers are varints, texts and bytes carry
// their length. Times are Unix milliseconds: machine time means nothing to the next life.
//
//   1 head   format, label, name, generation, clock
//   2 entry  channel, generation, version, kind (+4: ends), key, [end], [value]
//   3 reach  channel, generation, base, floor
//   4 done   channel, generation
//   5 clock  no stamp above it has been given
//   6 life   generation
//   7 company members

import { ByteReader, type ByteWriter, borrowWriter, EMPTY } from '../base/bytes.ts'
import { decodeUtf8, utf8Length } from '../base/text.ts'
import { readVarint, writeVarint } from '../base/varint.ts'
import { LABEL_BYTES_MAX, NAME_BYTES_MAX } from '../wire/limits.ts'
import { entryBytesMax, KEY_BYTES_MAX } from '../wire/state-limits.ts'
import type { EntryKind } from '../wire/state-parts.ts'
import { encodeFrame, type Frame } from './frames.ts'

/** Raised when an older release can no longer read what is written. */
export const DISK_FORMAT = 1

/** Whose file it is. */
export interface DiskOwner {
  readonly label: string
  readonly name: string
}

/** One key, or one slot, of a stream of ours as it was last left. */
export interface KeptEntry {
  readonly key: string
  readonly version: number
  readonly kind: EntryKind
  /** Empty unless set. */
  readonly value: Uint8Array
  /** Unix milliseconds at which it ends; undefined if it does not. */
  readonly endsMs: number | undefined
}

/** Which stream of ours: each life has its own of each channel. */
export interface KeptStreamId {
  readonly channel: number
  readonly generation: number
}

/** What the core asks its host to keep, in this order. */
export type KeptRecord =
  | (KeptStreamId & KeptEntry & { readonly record: 'entry' })
  /** How far the stream goes, and up to where its graves are forgotten. */
  | (KeptStreamId & {
      readonly record: 'reach'
      readonly base: number
      readonly gcFloor: number
    })
  /** A stream of a former life that nobody needs any more. */
  | (KeptStreamId & { readonly record: 'done' })
  /** Stamps up to this may be given from now on. */
  | { readonly record: 'clock'; readonly ceilingMs: number }
  /** So many members count, ourselves included. */
  | { readonly record: 'company'; readonly members: number }
  /** A new life of ours: once it is kept the host answers with the command `life`. */
  | { readonly record: 'life'; readonly generation: number }

export type DiskRecord =
  | KeptRecord
  | (DiskOwner & {
      readonly record: 'head'
      readonly format: number
      readonly generation: number
      readonly ceilingMs: number
    })

const TYPES = { head: 1, entry: 2, reach: 3, done: 4, clock: 5, life: 6, company: 7 } as const
const KIND_NUMBER = { set: 0, deleted: 1, expired: 2 } as const
const KINDS: readonly EntryKind[] = ['set', 'deleted', 'expired']
const ENDS = 4
const TIME_MAX = 2 ** 48 - 1

// ---- writing ----------------------------------------------------------------------------

/** One record with its frame around it. */
export function encodeRecord(record: DiskRecord): Uint8Array {
  const writer = borrowWriter()
  writePayload(writer, record)
  return encodeFrame({ type: TYPES[record.record], payload: writer.take() })
}

function writePayload(writer: ByteWriter, record: DiskRecord): void {
  switch (record.record) {
    case 'head':
      writeVarint(writer, record.format)
      writeText(writer, record.label)
      writeText(writer, record.name)
      return writeNumbers(writer, record.generation, record.ceilingMs)
    case 'entry':
      return writeEntry(writer, record)
    case 'reach':
      return writeNumbers(
        writer,
        ...[record.channel, record.generation, record.base, record.gcFloor],
      )
    case 'done':
      return writeNumbers(writer, record.channel, record.generation)
    case 'clock':
      return writeVarint(writer, record.ceilingMs)
    case 'life':
      return writeVarint(writer, record.generation)
    case 'company':
      return writeVarint(writer, record.members)
  }
}

function writeEntry(writer: ByteWriter, entry: KeptStreamId & KeptEntry): void {
  const { channel, generation, version, kind, key, value, endsMs } = entry
  writeNumbers(writer, channel, generation, version)
  writer.u8(KIND_NUMBER[kind] + (endsMs === undefined ? 0 : ENDS))
  writeText(writer, key)
  if (endsMs !== undefined) writeVarint(writer, endsMs)
  if (kind !== 'set') return
  writeVarint(writer, value.length)
  writer.raw(value)
}

function writeNumbers(writer: ByteWriter, ...numbers: readonly number[]): void {
  for (const number of numbers) writeVarint(writer, number)
}

function writeText(writer: ByteWriter, text: string): void {
  const sizeBytes = utf8Length(text)
  writeVarint(writer, sizeBytes)
  writer.text(text, sizeBytes)
}

// ---- reading ----------------------------------------------------------------------------

/** What a frame says; undefined if it says nothing we know, or says more than it should. */
export function decodeRecord({ type, payload }: Frame): DiskRecord | undefined {
  const reader = new ByteReader(payload)
  const record = READERS[type]?.(reader)
  return reader.failure === undefined && reader.left === 0 ? record : undefined
}

const READERS: Readonly<Record<number, (reader: ByteReader) => DiskRecord>> = {
  [TYPES.head]: (reader) => ({
    record: 'head',
    format: readVarint(reader),
    label: readText(reader, LABEL_BYTES_MAX),
    name: readText(reader, NAME_BYTES_MAX),
    generation: readTime(reader),
    ceilingMs: readTime(reader),
  }),
  [TYPES.entry]: readEntry,
  [TYPES.reach]: readReach,
  [TYPES.done]: (reader) => ({ record: 'done', ...readStreamId(reader) }),
  [TYPES.clock]: (reader) => ({ record: 'clock', ceilingMs: readTime(reader) }),
  [TYPES.life]: (reader) => ({ record: 'life', generation: readTime(reader) }),
  [TYPES.company]: (reader) => ({ record: 'company', members: readVarint(reader) }),
}

function readStreamId(reader: ByteReader): KeptStreamId {
  return { channel: readVarint(reader), generation: readTime(reader) }
}

function readReach(reader: ByteReader): DiskRecord {
  const id = readStreamId(reader)
  const [base, gcFloor] = [readVarint(reader), readVarint(reader)]
  if (gcFloor > base) reader.fail('form')
  return { record: 'reach', ...id, base, gcFloor }
}

/** Unix milliseconds, as generations are; what lies beyond the year 10889 is none. */
function readTime(reader: ByteReader): number {
  const time = readVarint(reader)
  if (time > TIME_MAX) reader.fail('form')
  return time
}

function readEntry(reader: ByteReader): DiskRecord {
  const id = readStreamId(reader)
  const version = readVarint(reader)
  const flags = reader.u8()
  const kind = KINDS[flags & 3]
  if (kind === undefined || flags > 7 || version === 0) reader.fail('form')
  const key = readText(reader, KEY_BYTES_MAX)
  const endsMs = (flags & ENDS) === 0 ? undefined : readVarint(reader)
  const value = kind === 'set' ? readBytes(reader, entryBytesMax(id.channel)) : EMPTY
  return { record: 'entry', ...id, version, kind: kind ?? 'deleted', key, endsMs, value }
}

function readText(reader: ByteReader, bytesMax: number): string {
  const bytes = readBytes(reader, bytesMax)
  const text = decodeUtf8(bytes)
  if (text === undefined) reader.fail('text')
  return text ?? ''
}

function readBytes(reader: ByteReader, bytesMax: number): Uint8Array {
  const length = readVarint(reader)
  if (length > bytesMax) reader.fail('form')
  return reader.take(length)
}
