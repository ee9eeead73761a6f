// The kinds of fields that messages are made of: how each is read and written, and what an absent
// one decodes to. Tables of them become types and codecs in struct.ts.

import { type ByteReader, type ByteWriter, EMPTY } from '../base/bytes.ts'
import {
  readArrayHeader,
  readBool,
  readBytes,
  readBytesLike,
  readInteger,
  readInteger64,
  readMapHeader,
  readNil,
  readNumber,
  readText,
  readTextLossy,
  readUnsigned,
  skipValue,
  writeArrayHeader,
  writeBool,
  writeBytes,
  writeFloat,
  writeInteger64,
  writeMapHeader,
  writeNil,
  writeText,
  writeUnsigned,
} from './msgpack.ts'

/** How one kind of field is read and written. A nil on the wire never reaches `read`. */
export interface Kind<T> {
  /** What an absent field or a nil decodes to. */
  readonly zero: T
  read(reader: ByteReader): T
  write(writer: ByteWriter, value: T): void
  isZero(value: T): boolean
}

function unsigned(max: number): Kind<number> {
  return {
    zero: 0,
    read: (reader) => readUnsigned(reader, max),
    write: writeUnsigned,
    isZero: (value) => value === 0,
  }
}

export const u8 = unsigned(0xff)
export const u16 = unsigned(0xffff)
export const u32 = unsigned(0xffff_ffff)
/** Go's `int` where only 0 and above make sense; a negative one is read, for the caller to refuse. */
export const int: Kind<number> = { ...unsigned(Number.MAX_SAFE_INTEGER), read: readInteger }

function wide(range: '0…2⁶⁴' | '±2⁶³'): Kind<bigint> {
  return {
    zero: 0n,
    read: (reader) => readInteger64(reader, range),
    write: writeInteger64,
    isZero: (value) => value === 0n,
  }
}

export const u64 = wide('0…2⁶⁴')
export const i64 = wide('±2⁶³')

export const f64: Kind<number> = {
  zero: 0,
  read: readNumber,
  write: writeFloat,
  isZero: (value) => value === 0,
}

export const bool: Kind<boolean> = {
  zero: false,
  read: readBool,
  write: writeBool,
  isZero: (value) => !value,
}

/** Text that must be UTF-8: names. */
export const str: Kind<string> = {
  zero: '',
  read: readText,
  write: writeText,
  isZero: (value) => value === '',
}

/** Text for people, read leniently. */
export const prose: Kind<string> = { ...str, read: readTextLossy }

/** Bytes, where empty and nil mean the same; an empty one is written as empty. */
export const bytes: Kind<Uint8Array> = {
  zero: EMPTY,
  read: readBytes,
  write: writeBytes,
  isZero: (value) => value.length === 0,
}

/** Bytes of which Go writes nil where there are none. */
export const bytesOrNil: Kind<Uint8Array> = {
  ...bytes,
  write: (writer, value) => (value.length === 0 ? writeNil(writer) : writeBytes(writer, value)),
}

/**
 * Bytes that most messages repeat, like versions and meta: a value equal to the last one of
 * this field is that one. Decoded bytes are never written to, so they may be shared.
 */
export function recurring(kind: Kind<Uint8Array>): Kind<Uint8Array> {
  let last: Uint8Array = EMPTY
  return {
    ...kind,
    read: (reader) => {
      last = readBytesLike(reader, last)
      return last
    },
  }
}

export interface ListOptions {
  readonly countMax: number
  /** Whether a longer list fails, or is read up to `countMax` and passed over from there. */
  readonly beyond: 'fail' | 'skip'
  /** What an empty list is written as. */
  readonly empty: 'nil' | 'array'
}

/** A list of values of one kind. */
export function list<T>(of: Kind<T>, options: ListOptions): Kind<readonly T[]> {
  return {
    zero: [],
    read: (reader) => readList(reader, of, options),
    write: (writer, values) => {
      if (values.length === 0 && options.empty === 'nil') writeNil(writer)
      else writeArrayHeader(writer, values.length)
      for (const value of values) of.write(writer, value)
    },
    isZero: (values) => values.length === 0,
  }
}

function readList<T>(reader: ByteReader, of: Kind<T>, options: ListOptions): readonly T[] {
  const count = readArrayHeader(reader)
  const isTooLong = count > options.countMax && options.beyond === 'fail'
  if (count < 0 || isTooLong) reader.fail('form')
  const values: T[] = []
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    if (i >= options.countMax) skipValue(reader)
    else values.push(readNil(reader) ? of.zero : of.read(reader))
  }
  return values
}

/**
 * A map from text to values: data, so it becomes a Map, never an object. Its keys are read
 * leniently, because one odd name must not hide all others.
 */
export function mapOf<T>(of: Kind<T>, countMax: number): Kind<ReadonlyMap<string, T>> {
  return {
    zero: new Map(),
    read: (reader) => readMap(reader, of, countMax),
    write: (writer, values) => {
      writeMapHeader(writer, values.size)
      for (const [key, value] of values) {
        writeText(writer, key)
        of.write(writer, value)
      }
    },
    isZero: (values) => values.size === 0,
  }
}

function readMap<T>(reader: ByteReader, of: Kind<T>, countMax: number): ReadonlyMap<string, T> {
  const count = readMapHeader(reader)
  if (count < 0 || count > countMax) reader.fail('form')
  const values = new Map<string, T>()
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const key = readTextLossy(reader)
    const value = readNil(reader) ? of.zero : of.read(reader)
    if (reader.failure === undefined) values.set(key, value)
  }
  return values
}

/** A value that may be nil. */
export function optional<T>(of: Kind<T>): Kind<T | undefined> {
  return {
    zero: undefined,
    read: (reader) => of.read(reader),
    write: (writer, value) => (value === undefined ? writeNil(writer) : of.write(writer, value)),
    isZero: (value) => value === undefined,
  }
}
