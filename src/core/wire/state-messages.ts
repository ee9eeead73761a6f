// The messages of replicated state: E7, a byte of version and type, then varints and bytes.
// They travel as memberlist user messages between members that announce the tag `hs`: rumors
// and comparisons in datagrams, pulls over streams. docs/state.md has the bytes and says what
// each is for.

import { ByteReader, type ByteWriter, borrowWriter } from '../base/bytes.ts'
import { utf8Length } from '../base/text.ts'
import { readVarint, writeVarint } from '../base/varint.ts'
import {
  ACKNOWLEDGEMENT_BYTES_MAX,
  type Acknowledgement,
  readAcknowledgement,
  writeAcknowledgement,
} from './acknowledgement.ts'
import { crc32 } from './crc32.ts'
import type { DropReason } from './limits.ts'
import { OWN_TAG } from './own-messages.ts'
import { CHUNK_MESSAGE_BYTES_MAX, STREAMS_HELD_MAX } from './state-limits.ts'
import {
  type Place,
  readName,
  readPlace,
  readRecords,
  readSegment,
  type Segment,
  type StreamRecord,
  writeName,
  writePlace,
  writeRecords,
} from './state-parts.ts'

/** Version 1 of these messages in the upper half; hearsay's other own messages have none. */
const TYPE = { rumor: 0x11, sync: 0x12, beats: 0x13, roll: 0x14, pull: 0x16, chunk: 0x17 } as const

// ---- types ------------------------------------------------------------------------------

/** What has just happened: complete segments, and streams whose news is too large for one. */
export interface StateRumor {
  readonly kind: 'rumor'
  /** Whoever wrote this tells everybody: passing it on can wait. */
  readonly toAll: boolean
  readonly segments: readonly Segment[]
  readonly haves: readonly StreamRecord[]
}

/** A part of the space of places: all that begin with these `depth` hexadecimal digits. */
export interface PlaceRange {
  readonly depth: number
  /** The digits at the top of 32 bits, zeros below. */
  readonly prefix: number
}

/** What one sixteenth of a range comes to. */
export interface Fingerprint {
  readonly count: number
  readonly high: number
  /** 16 bits. */
  readonly low: number
}

export type SyncItem =
  /** The sixteen parts of a range, salted with the message's salt; undefined: nothing there. */
  | {
      readonly kind: 'fingerprints'
      readonly range: PlaceRange
      readonly parts: readonly (Fingerprint | undefined)[]
    }
  /** All streams of a range: what is not named is unknown to the sender. */
  | {
      readonly kind: 'records'
      readonly range: PlaceRange
      readonly records: readonly StreamRecord[]
    }
  /** Please send the records of this range. */
  | { readonly kind: 'ask'; readonly range: PlaceRange }
  /** Please send what lies beyond these. */
  | { readonly kind: 'want'; readonly records: readonly StreamRecord[] }
  | { readonly kind: 'segment'; readonly segment: Segment }

/** One turn of a comparison. */
export interface StateSync {
  readonly kind: 'sync'
  /** Turns before this one; the first is answered in any case. */
  readonly hops: number
  readonly salt: number
  readonly acknowledged: Acknowledgement
  /** Sixteenths of the space in which both hold the same, of those that the opening showed. */
  readonly equalMask: number
  /** Sixteenths of the space in which more waits than datagrams carry: to be pulled. */
  readonly pullMask: number
  readonly items: readonly SyncItem[]
}

/** Where a stream that takes several pieces goes on. */
export interface Resume {
  readonly place: Place
  readonly generation: number
  readonly gcFloor: number
  readonly above: number
  /** Everything up to this version has come. */
  readonly after: number
}

/** Asks over a stream for what the asker lacks in some sixteenths of the space. */
export interface StatePull {
  readonly kind: 'pull'
  readonly name: string
  readonly mask: number
  readonly records: readonly StreamRecord[]
  readonly resume: Resume | undefined
}

/** The answer: whole segments, then perhaps a part of one. */
export interface StateChunk {
  readonly kind: 'chunk'
  readonly acknowledged: Acknowledgement
  /** There is more to be pulled. */
  readonly more: boolean
  /** The last segment is a part only: the rest follows when asked for. */
  readonly isCut: boolean
  /** The first segment goes on with the part that was asked to be gone on with. */
  readonly goesOn: boolean
  readonly segments: readonly Segment[]
}

/** The highest beats that the sender knows, its own among them. */
export interface StateBeats {
  readonly kind: 'beats'
  readonly beats: readonly { readonly name: string; readonly beat: number }[]
}

/** Who is missing of those who count, by the sender; or the question for it. */
export interface StateRoll {
  readonly kind: 'roll'
  readonly asks: boolean
  /** There are more than one packet holds. */
  readonly isCut: boolean
  readonly missing: readonly string[]
}

export type StateMessage = StateRumor | StateSync | StateBeats | StateRoll | StatePull | StateChunk

// ---- writing ----------------------------------------------------------------------------

function begin(type: number): ByteWriter {
  const writer = borrowWriter()
  writer.u8(OWN_TAG)
  writer.u8(type)
  return writer
}

/**
 * Puts a checksum behind a message: a damaged value would be kept for good under its version,
 * and a plain datagram has sixteen bits of checksum at best.
 */
function finish(writer: ByteWriter): Uint8Array {
  const body = writer.take()
  const whole = new Uint8Array(body.length + CRC_BYTES)
  whole.set(body)
  const sum = crc32(body)
  for (let i = 0; i < CRC_BYTES; i++) whole[body.length + i] = sum >>> (24 - 8 * i)
  return whole
}

const CRC_BYTES = 4

/** A rumor of segments already encoded. */
export function encodeRumor(
  segments: readonly Uint8Array[],
  haves: readonly StreamRecord[],
  toAll = false,
): Uint8Array {
  const writer = begin(TYPE.rumor)
  writer.u8(toAll ? 1 : 0)
  writeVarint(writer, segments.length)
  for (const segment of segments) writer.raw(segment)
  writeRecords(writer, haves)
  return finish(writer)
}

/** As many of these beats, from the first, as `bytesMax` allows. */
export function encodeBeats(beats: StateBeats['beats'], bytesMax: number): Uint8Array {
  const writer = begin(TYPE.beats)
  for (const { name, beat } of beats) {
    if (writer.length + name.length + BEAT_BYTES + CRC_BYTES > bytesMax) break
    writeName(writer, name)
    writeVarint(writer, beat)
  }
  return finish(writer)
}

/** The length of a name, and a number. */
const BEAT_BYTES = 2 + 8

/** The question who is missing. */
export function encodeRollQuestion(): Uint8Array {
  const writer = begin(TYPE.roll)
  writer.u8(ROLL_ASKS)
  return finish(writer)
}

/** As many of these names, from the first, as `bytesMax` allows; it says if some were left out. */
export function encodeRoll(missing: readonly string[], bytesMax: number): Uint8Array {
  let room = bytesMax - ROLL_HEAD_BYTES
  const told = missing.filter((name) => {
    room -= utf8Length(name) + NAME_LENGTH_BYTES
    return room >= 0
  })
  const writer = begin(TYPE.roll)
  writer.u8(told.length < missing.length ? ROLL_IS_CUT : 0)
  for (const name of told) writeName(writer, name)
  return finish(writer)
}

const ROLL_ASKS = 1
const ROLL_IS_CUT = 2
const ROLL_HEAD_BYTES = 3 + CRC_BYTES
const NAME_LENGTH_BYTES = 2

/** The head of a comparison; items follow it. */
export function encodeSync(
  head: Omit<StateSync, 'kind' | 'items'>,
  items: readonly Uint8Array[],
): Uint8Array {
  const writer = begin(TYPE.sync)
  writer.u8(head.hops)
  writer.u32(head.salt)
  writer.u16(head.equalMask)
  writer.u16(head.pullMask)
  writeAcknowledgement(writer, head.acknowledged)
  for (const item of items) writer.raw(item)
  return finish(writer)
}

/** Bytes of the longest head of a comparison, with the checksum at its end. */
export const SYNC_HEAD_BYTES = 2 + 1 + 4 + 2 + 2 + ACKNOWLEDGEMENT_BYTES_MAX + CRC_BYTES

const ITEM = { fingerprints: 1, records: 2, ask: 3, want: 4, segment: 5 } as const

/** One item, fit to be put behind others. */
export function encodeItem(item: Exclude<SyncItem, { kind: 'segment' }>): Uint8Array {
  const writer = borrowWriter()
  writer.u8(ITEM[item.kind])
  if (item.kind !== 'want') writeRange(writer, item.range)
  if (item.kind === 'fingerprints') writeFingerprints(writer, item.parts)
  if (item.kind === 'records' || item.kind === 'want') writeRecords(writer, item.records)
  return writer.take()
}

/** An encoded segment as an item. */
export function segmentItem(segment: Uint8Array): Uint8Array {
  const writer = borrowWriter()
  writer.u8(ITEM.segment)
  writer.raw(segment)
  return writer.take()
}

function writeRange(writer: ByteWriter, { depth, prefix }: PlaceRange): void {
  writer.u8(depth)
  if (depth > 0) writer.u32(prefix)
}

function writeFingerprints(writer: ByteWriter, parts: readonly (Fingerprint | undefined)[]): void {
  let present = 0
  parts.forEach((part, index) => {
    if (part !== undefined) present |= 1 << index
  })
  writer.u16(present)
  for (const part of parts) {
    if (part === undefined) continue
    writeVarint(writer, part.count)
    writer.u32(part.high)
    writer.u16(part.low)
  }
}

/** Asks for what lies beyond `records`. */
export function encodePull({ name, mask, records, resume }: Omit<StatePull, 'kind'>): Uint8Array {
  const writer = begin(TYPE.pull)
  writeName(writer, name)
  writer.u16(mask)
  writeRecords(writer, records)
  writer.u8(resume === undefined ? 0 : 1)
  if (resume !== undefined) {
    writePlace(writer, resume.place)
    writeVarint(writer, resume.generation)
    writeVarint(writer, resume.gcFloor)
    writeVarint(writer, resume.above)
    writeVarint(writer, resume.after)
  }
  return finish(writer)
}

/** A piece of what was asked for. */
export function encodeChunk(
  { acknowledged, more, isCut, goesOn }: Omit<StateChunk, 'kind' | 'segments'>,
  segments: readonly Uint8Array[],
): Uint8Array {
  const writer = begin(TYPE.chunk)
  writer.u8((more ? 1 : 0) + (isCut ? 2 : 0) + (goesOn ? 4 : 0))
  writeAcknowledgement(writer, acknowledged)
  writeVarint(writer, segments.length)
  for (const segment of segments) writer.raw(segment)
  return finish(writer)
}

// ---- reading ----------------------------------------------------------------------------

/** Whether bytes are one of these messages, by their first two. */
export function isStateMessage(payload: Uint8Array): boolean {
  return payload[0] === OWN_TAG && (payload[1] ?? 0) >= 0x10
}

/** Reads one message, E7 first. Never throws; what it gives does not refer to `payload`. */
export function decodeStateMessage(payload: Uint8Array): StateMessage | DropReason {
  const read = READ[payload[1] ?? 0]
  if (payload[0] !== OWN_TAG || read === undefined) return 'type'
  if (payload.length > MESSAGE_BYTES_MAX) return 'size'
  const end = payload.length - CRC_BYTES
  if (end < 2) return 'truncated'
  const sum = new ByteReader(payload, end).u32()
  if (crc32(payload.subarray(0, end)) !== sum) return 'crc'
  const reader = new ByteReader(payload, 2, end)
  const message = read(reader)
  if (reader.failure !== undefined || reader.left > 0) return 'msgpack'
  return message
}

/** A piece, or the records of the largest store. */
const MESSAGE_BYTES_MAX = Math.max(CHUNK_MESSAGE_BYTES_MAX, STREAMS_HELD_MAX * 32)

const READ: Readonly<Record<number, (reader: ByteReader) => StateMessage>> = {
  [TYPE.rumor]: (reader) => ({
    kind: 'rumor',
    toAll: (reader.u8() & 1) !== 0,
    segments: readSegments(reader),
    haves: readRecords(reader),
  }),
  [TYPE.sync]: readSync,
  [TYPE.beats]: readBeats,
  [TYPE.roll]: readRoll,
  [TYPE.pull]: readPull,
  [TYPE.chunk]: readChunk,
}

function readSegments(reader: ByteReader): readonly Segment[] {
  const count = readVarint(reader)
  const segments: Segment[] = []
  for (let i = 0; i < count && reader.failure === undefined; i++) segments.push(readSegment(reader))
  return segments
}

function readBeats(reader: ByteReader): StateBeats {
  const beats: { name: string; beat: number }[] = []
  while (reader.left > 0) beats.push({ name: readName(reader), beat: readVarint(reader) })
  return { kind: 'beats', beats }
}

function readRoll(reader: ByteReader): StateRoll {
  const flags = reader.u8()
  const missing: string[] = []
  while (reader.left > 0) missing.push(readName(reader))
  return {
    kind: 'roll',
    asks: (flags & ROLL_ASKS) !== 0,
    isCut: (flags & ROLL_IS_CUT) !== 0,
    missing,
  }
}

function readSync(reader: ByteReader): StateSync {
  const hops = reader.u8()
  const salt = reader.u32()
  const equalMask = reader.u16()
  const pullMask = reader.u16()
  const acknowledged = readAcknowledgement(reader)
  const items: SyncItem[] = []
  while (reader.left > 0) {
    const item = readItem(reader)
    if (item !== undefined) items.push(item)
  }
  return { kind: 'sync', hops, salt, equalMask, pullMask, acknowledged, items }
}

function readItem(reader: ByteReader): SyncItem | undefined {
  switch (reader.u8()) {
    case ITEM.fingerprints:
      return { kind: 'fingerprints', range: readRange(reader), parts: readFingerprints(reader) }
    case ITEM.records:
      return { kind: 'records', range: readRange(reader), records: readRecords(reader) }
    case ITEM.ask:
      return { kind: 'ask', range: readRange(reader) }
    case ITEM.want:
      return { kind: 'want', records: readRecords(reader) }
    case ITEM.segment:
      return { kind: 'segment', segment: readSegment(reader) }
    default:
      reader.fail('form')
      return undefined
  }
}

/** Eight digits are all that ranges go by. */
const DEPTH_MAX = 7

function readRange(reader: ByteReader): PlaceRange {
  const depth = reader.u8()
  if (depth > DEPTH_MAX) reader.fail('form')
  const prefix = depth > 0 ? reader.u32() : 0
  if (prefix % 2 ** (32 - 4 * depth) !== 0) reader.fail('form')
  return { depth, prefix }
}

function readFingerprints(reader: ByteReader): readonly (Fingerprint | undefined)[] {
  const present = reader.u16()
  return Array.from({ length: 16 }, (_, index) =>
    (present & (1 << index)) === 0
      ? undefined
      : { count: readVarint(reader), high: reader.u32(), low: reader.u16() },
  )
}

function readPull(reader: ByteReader): StatePull {
  const name = readName(reader)
  const mask = reader.u16()
  const records = readRecords(reader)
  const resume =
    reader.u8() === 0
      ? undefined
      : {
          place: readPlace(reader),
          generation: readVarint(reader),
          gcFloor: readVarint(reader),
          above: readVarint(reader),
          after: readVarint(reader),
        }
  return { kind: 'pull', name, mask, records, resume }
}

function readChunk(reader: ByteReader): StateChunk {
  const flags = reader.u8()
  const acknowledged = readAcknowledgement(reader)
  const segments = readSegments(reader)
  const [more, isCut, goesOn] = [1, 2, 4].map((flag) => (flags & flag) !== 0)
  return {
    kind: 'chunk',
    acknowledged,
    more: more === true,
    isCut: isCut === true,
    goesOn: goesOn === true,
    segments,
  }
}
