// MessagePack as Go's memberlist speaks it: the old specification, where "raw" serves for text
// and bytes alike. Writes the shortest old form; reads every form that either generation of the
// Go codec reads, and nothing grows by a declared length: it is compared with the bytes left.

import { type ByteReader, type ByteWriter, EMPTY } from '../base/bytes.ts'
import { decodeUtf8, decodeUtf8Lossy, utf8Length } from '../base/text.ts'
import { LIST_ENTRIES_MAX } from './limits.ts'

const TWO_32 = 4_294_967_296
const NIL = 0xc0

// ---- reading ------------------------------------------------------------------------

/** Consumes a nil if one comes next. */
export function readNil(reader: ByteReader): boolean {
  if (reader.at >= reader.end || reader.bytes[reader.at] !== NIL) return false
  reader.at++
  return true
}

/** A whole number in 0 … `max` (≤ 2⁵³−1), in any integer form; anything else fails. */
export function readUnsigned(reader: ByteReader, max: number): number {
  const value = readInteger(reader)
  if (value >= 0 && value <= max) return value
  reader.fail('form')
  return 0
}

/** A whole number within ±(2⁵³−1), in any integer form; anything else fails. */
export function readInteger(reader: ByteReader): number {
  const head = reader.u8()
  if (head < 0x80) return head
  if (head >= 0xe0) return head - 256
  switch (head) {
    case 0xcc:
      return reader.u8()
    case 0xcd:
      return reader.u16()
    case 0xce:
      return reader.u32()
    case 0xd0:
      return (reader.u8() << 24) >> 24
    case 0xd1:
      return (reader.u16() << 16) >> 16
    case 0xd2:
      return reader.u32() | 0
    case 0xcf:
    case 0xd3: {
      const high = reader.u32()
      const value = (head === 0xd3 ? high | 0 : high) * TWO_32 + reader.u32()
      if (Number.isSafeInteger(value)) return value
    }
  }
  reader.fail('form')
  return 0
}

/** A whole number of 64 bits, in any integer form; `signed` says which half above 2⁶³ it is. */
export function readInteger64(reader: ByteReader, range: '0…2⁶⁴' | '±2⁶³'): bigint {
  const head = reader.at < reader.end ? (reader.bytes[reader.at] ?? 0) : 0
  if (head !== 0xcf && head !== 0xd3) return inRange(reader, BigInt(readInteger(reader)), range)
  reader.at++
  const bits = BigInt(reader.u32()) * 4_294_967_296n + BigInt(reader.u32())
  return inRange(reader, head === 0xd3 ? BigInt.asIntN(64, bits) : bits, range)
}

function inRange(reader: ByteReader, value: bigint, range: '0…2⁶⁴' | '±2⁶³'): bigint {
  const fits = range === '±2⁶³' ? BigInt.asIntN(64, value) === value : value >= 0n
  if (fits) return value
  reader.fail('form')
  return 0n
}

const float = new DataView(new ArrayBuffer(8))

/** A finite number, as double, float or integer. */
export function readNumber(reader: ByteReader): number {
  const head = reader.at < reader.end ? (reader.bytes[reader.at] ?? 0) : 0
  if (head !== 0xcb && head !== 0xca) return readInteger(reader)
  reader.at++
  float.setUint32(0, reader.u32())
  float.setUint32(4, head === 0xcb ? reader.u32() : 0)
  const value = head === 0xcb ? float.getFloat64(0) : float.getFloat32(0)
  if (Number.isFinite(value)) return value
  reader.fail('form')
  return 0
}

/** True or false, also as the integers 1 and 0. */
export function readBool(reader: ByteReader): boolean {
  const head = reader.u8()
  if (head === 0xc3 || head === 1) return true
  if (head !== 0xc2 && head !== 0) reader.fail('form')
  return false
}

/** The length of text or bytes, or −1 with the head byte not consumed if it is neither. */
export function readRawLength(reader: ByteReader): number {
  const head = reader.at < reader.end ? (reader.bytes[reader.at] ?? 0) : reader.u8()
  if (head >= 0xa0 && head < 0xc0) {
    reader.at++
    return head - 0xa0
  }
  switch (head) {
    case 0xd9:
    case 0xc4:
      reader.at++
      return reader.u8()
    case 0xda:
    case 0xc5:
      reader.at++
      return reader.u16()
    case 0xdb:
    case 0xc6:
      reader.at++
      return reader.u32()
    default:
      return -1
  }
}

/** Bytes, in any raw or binary form or as an array of integers; a copy of its own. */
export function readBytes(reader: ByteReader): Uint8Array {
  const length = readRawLength(reader)
  if (length >= 0) return reader.take(length)
  const count = readArrayHeader(reader)
  if (count < 0) reader.fail('form')
  if (count <= 0 || !reader.has(count)) return EMPTY
  const bytes = new Uint8Array(count)
  for (let i = 0; i < count; i++) bytes[i] = readUnsigned(reader, 255)
  return bytes
}

/** The same, but `last` itself where the bytes are equal to it: they need no copy then. */
export function readBytesLike(reader: ByteReader, last: Uint8Array): Uint8Array {
  const start = reader.at
  const length = readRawLength(reader)
  if (length === last.length && reader.has(length) && matches(reader, last)) {
    reader.at += length
    return last
  }
  reader.at = start
  return readBytes(reader)
}

function matches({ bytes, at }: ByteReader, last: Uint8Array): boolean {
  for (let i = 0; i < last.length; i++) if (bytes[at + i] !== last[i]) return false
  return true
}

/** Text in any raw or binary form; bytes that are not UTF-8 fail as `text`. */
export function readText(reader: ByteReader): string {
  const length = rawLengthWithin(reader)
  const from = reader.at
  reader.at += length
  const text = decodeUtf8(reader.bytes, from, reader.at)
  if (text !== undefined) return text
  reader.fail('text')
  return ''
}

/** Text for people only, with U+FFFD for what is not UTF-8. */
export function readTextLossy(reader: ByteReader): string {
  const length = rawLengthWithin(reader)
  const from = reader.at
  reader.at += length
  return decodeUtf8Lossy(reader.bytes, from, reader.at)
}

function rawLengthWithin(reader: ByteReader): number {
  const length = readRawLength(reader)
  if (length < 0) reader.fail('form')
  return length > 0 && reader.has(length) ? length : 0
}

/** The number of entries of a map, or −1 with nothing consumed if it is none. */
export function readMapHeader(reader: ByteReader): number {
  return readHeader(reader, { fix: 0x80, wide: 0xde, bytesEach: 2 })
}

/** The number of elements of an array, or −1 with nothing consumed if it is none. */
export function readArrayHeader(reader: ByteReader): number {
  return readHeader(reader, { fix: 0x90, wide: 0xdc, bytesEach: 1 })
}

interface HeaderForm {
  readonly fix: number
  readonly wide: number
  /** The fewest bytes an entry can take. */
  readonly bytesEach: number
}

function readHeader(reader: ByteReader, form: HeaderForm): number {
  const head = reader.at < reader.end ? (reader.bytes[reader.at] ?? 0) : reader.u8()
  let count = -1
  if (head >= form.fix && head < form.fix + 16) {
    reader.at++
    count = head - form.fix
  } else if (head === form.wide || head === form.wide + 1) {
    reader.at++
    count = head === form.wide ? reader.u16() : reader.u32()
  }
  if (count > LIST_ENTRIES_MAX) reader.fail('form')
  else if (count > 0) reader.has(count * form.bytesEach)
  return reader.failure === undefined ? count : 0
}

/**
 * Passes over one value of any kind. Without recursion: it counts the values still to come,
 * and each needs a byte, so neither depth nor declared lengths can cost more than the input.
 */
export function skipValue(reader: ByteReader): void {
  let pending = 1
  while (pending > 0 && reader.failure === undefined) {
    pending += skipHead(reader) - 1
    reader.has(pending)
  }
}

/** Passes over one head and its own bytes; gives the number of values nested in it. */
function skipHead(reader: ByteReader): number {
  const head = reader.u8()
  if (head < 0x80 || head >= 0xe0) return 0
  if (head < 0x90) return (head - 0x80) * 2
  if (head < 0xa0) return head - 0x90
  if (head < 0xc0) reader.skip(head - 0xa0)
  else if (head >= 0xdc) return skipWideContainer(reader, head)
  else skipScalar(reader, head)
  return 0
}

function skipWideContainer(reader: ByteReader, head: number): number {
  const count = head === 0xdc || head === 0xde ? reader.u16() : reader.u32()
  return head >= 0xde ? count * 2 : count
}

function skipScalar(reader: ByteReader, head: number): void {
  if (head === 0xc1) reader.fail('form')
  const lengthBytes = LENGTH_BYTES[head - 0xc0] ?? 0
  const length = lengthBytes === 0 ? 0 : readLength(reader, lengthBytes)
  reader.skip(length + (FIXED_BYTES[head - 0xc0] ?? 0))
}

function readLength(reader: ByteReader, lengthBytes: number): number {
  if (lengthBytes === 1) return reader.u8()
  return lengthBytes === 2 ? reader.u16() : reader.u32()
}

/** For each head from c0 to db: how many bytes hold a length (bin, ext, str). */
const LENGTH_BYTES = [0, 0, 0, 0, 1, 2, 4, 1, 2, 4, ...Array<number>(15).fill(0), 1, 2, 4]
/** And how many follow in any case: numbers, and the type byte and data of extensions. */
const FIXED_BYTES = [
  0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, 0, 0, 0,
]

// ---- writing ------------------------------------------------------------------------

export function writeNil(writer: ByteWriter): void {
  writer.u8(NIL)
}

export function writeBool(writer: ByteWriter, value: boolean): void {
  writer.u8(value ? 0xc3 : 0xc2)
}

/** A whole number in 0 … 2⁵³−1, in the shortest unsigned form. */
export function writeUnsigned(writer: ByteWriter, value: number): void {
  if (value < 0x80) {
    writer.u8(value)
  } else if (value < 0x100) {
    writer.u8(0xcc)
    writer.u8(value)
  } else if (value < 0x10000) {
    writer.u8(0xcd)
    writer.u16(value)
  } else if (value < TWO_32) {
    writer.u8(0xce)
    writer.u32(value)
  } else {
    writer.u8(0xcf)
    writer.u64(value)
  }
}

/** A whole number of 64 bits: unsigned in the shortest form, negative as int64. */
export function writeInteger64(writer: ByteWriter, value: bigint): void {
  if (value >= 0n && value < 4_294_967_296n) {
    writeUnsigned(writer, Number(value))
  } else {
    const bits = BigInt.asUintN(64, value)
    writer.u8(value < 0n ? 0xd3 : 0xcf)
    writer.u32(Number(bits >> 32n))
    writer.u32(Number(bits & 0xffff_ffffn))
  }
}

/** A double; Go writes every float so, even zero. */
export function writeFloat(writer: ByteWriter, value: number): void {
  float.setFloat64(0, value)
  writer.u8(0xcb)
  writer.u32(float.getUint32(0))
  writer.u32(float.getUint32(4))
}

export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writeRawHeader(writer, bytes.length)
  writer.raw(bytes)
}

export function writeText(writer: ByteWriter, text: string): void {
  const sizeBytes = utf8Length(text)
  writeRawHeader(writer, sizeBytes)
  writer.text(text, sizeBytes)
}

/** Raw, never str8 or bin: older Go peers read neither as text. */
function writeRawHeader(writer: ByteWriter, sizeBytes: number): void {
  if (sizeBytes < 32) {
    writer.u8(0xa0 + sizeBytes)
  } else if (sizeBytes < 0x10000) {
    writer.u8(0xda)
    writer.u16(sizeBytes)
  } else {
    writer.u8(0xdb)
    writer.u32(sizeBytes)
  }
}

export function writeMapHeader(writer: ByteWriter, count: number): void {
  writeHeader(writer, count, 0x80)
}

export function writeArrayHeader(writer: ByteWriter, count: number): void {
  writeHeader(writer, count, 0x90)
}

function writeHeader(writer: ByteWriter, count: number, fix: 0x80 | 0x90): void {
  const wide = fix === 0x80 ? 0xde : 0xdc
  if (count < 16) {
    writer.u8(fix + count)
  } else if (count < 0x10000) {
    writer.u8(wide)
    writer.u16(count)
  } else {
    writer.u8(wide + 1)
    writer.u32(count)
  }
}
