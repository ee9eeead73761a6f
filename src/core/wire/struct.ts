// From a table of fields to a type, a decoder and an encoder. A row says how Go spells the field,
// how we do, and its kind; the rows stand in Go's declaration order. Written in ascending order
// of the keys, as both generations of the Go codec do; read in any order, but fastest in that one.

import type { ByteReader, ByteWriter } from '../base/bytes.ts'
import { encodeUtf8 } from '../base/text.ts'
import type { Kind } from './fields.ts'
import { STRUCT_ENTRIES_MAX } from './limits.ts'
import {
  readArrayHeader,
  readMapHeader,
  readNil,
  readRawLength,
  skipValue,
  writeMapHeader,
} from './msgpack.ts'

/** Go's name, our name, the kind, and whether a zero value is left out when writing. */
export type Row = readonly [key: string, property: string, kind: Kind<unknown>, omit?: 'omitempty']

/** The object type that follows from a table of rows. */
export type FieldsOf<R extends readonly Row[]> = {
  readonly [E in R[number] as E[1]]: E[2] extends Kind<infer V> ? V : never
}

interface PreparedRow {
  readonly property: string
  readonly kind: Kind<unknown>
  readonly omitsZero: boolean
  /** The key with its length in front, as written. */
  readonly header: Uint8Array
}

type Fields = Record<string, unknown>

/** Here, and only here, what a table made becomes the type that `FieldsOf` derives from it. */
function typed<T>(values: Fields): T {
  return values as T
}

function untyped(value: object): Fields {
  return value as Fields
}

/** A Go struct on the wire: a map by field name, and, when read, also an array or nil. */
export class Struct<T extends object> implements Kind<T> {
  readonly zero: T
  readonly #blank: Fields
  /** In the order of declaration: how a struct sent as an array is read. */
  readonly #declared: readonly PreparedRow[]
  /** In ascending order of the keys. */
  readonly #sorted: readonly PreparedRow[]
  readonly #omitsAny: boolean

  constructor(rows: readonly Row[], fixed: object) {
    this.#declared = rows.map(prepare)
    this.#sorted = [...rows].sort((a, b) => (a[0] < b[0] ? -1 : 1)).map(prepare)
    this.#omitsAny = rows.some((row) => row[3] === 'omitempty')
    this.#blank = { ...fixed }
    for (const [, property, kind] of rows) this.#blank[property] = kind.zero
    this.zero = typed(this.#blank)
  }

  /** Reads the struct; the value means nothing if the reader has failed by then. */
  read(reader: ByteReader): T {
    const values = { ...this.#blank }
    const entries = readMapHeader(reader)
    if (entries >= 0) this.#readMap(reader, entries, values)
    else if (!readNil(reader)) this.#readArray(reader, values)
    return typed(values)
  }

  #readMap(reader: ByteReader, entries: number, values: Fields): void {
    if (entries > STRUCT_ENTRIES_MAX) reader.fail('form')
    let expected = 0
    for (let i = 0; i < entries && reader.failure === undefined; i++) {
      const found = this.#readKey(reader, expected)
      const row = this.#sorted[found]
      if (row === undefined) {
        skipValue(reader)
      } else {
        expected = found + 1
        values[row.property] = readNil(reader) ? row.kind.zero : row.kind.read(reader)
      }
    }
  }

  /** Consumes a key; gives its place in `#sorted`, looking at the expected one first, or −1. */
  #readKey(reader: ByteReader, expected: number): number {
    const length = readRawLength(reader)
    if (length < 0) reader.fail('form')
    if (length < 0 || !reader.has(length)) return -1
    const from = reader.at
    reader.at += length
    const rows = this.#sorted
    for (let tried = 0; tried < rows.length; tried++) {
      const place = (expected + tried) % rows.length
      const header = rows[place]?.header
      if (header !== undefined && isKey(header, reader, { from, length })) return place
    }
    return -1
  }

  #readArray(reader: ByteReader, values: Fields): void {
    const count = readArrayHeader(reader)
    if (count < 0) reader.fail('form')
    for (let i = 0; i < count && reader.failure === undefined; i++) {
      const row = this.#declared[i]
      if (row === undefined) skipValue(reader)
      else values[row.property] = readNil(reader) ? row.kind.zero : row.kind.read(reader)
    }
  }

  write(writer: ByteWriter, value: T): void {
    const values = untyped(value)
    writeMapHeader(writer, this.#omitsAny ? this.#count(values) : this.#sorted.length)
    for (const row of this.#sorted) {
      const field = values[row.property]
      if (row.omitsZero && row.kind.isZero(field)) continue
      writer.raw(row.header)
      row.kind.write(writer, field)
    }
  }

  #count(values: Fields): number {
    let count = 0
    for (const row of this.#sorted) {
      if (!row.omitsZero || !row.kind.isZero(values[row.property])) count++
    }
    return count
  }

  isZero(): boolean {
    return false
  }
}

/** A struct whose values carry the properties of `fixed` (such as `kind`) in front. */
export function struct<const F extends object, const R extends readonly Row[]>(
  fixed: F,
  rows: R,
): Struct<Readonly<F> & FieldsOf<R>> {
  return new Struct(rows, fixed)
}

function prepare([key, property, kind, omit]: Row): PreparedRow {
  const name = encodeUtf8(key)
  const header = new Uint8Array(1 + name.length)
  header[0] = 0xa0 + name.length
  header.set(name, 1)
  return { property, kind, omitsZero: omit === 'omitempty', header }
}

function isKey(
  header: Uint8Array,
  reader: ByteReader,
  key: { readonly from: number; readonly length: number },
): boolean {
  if (header.length !== key.length + 1) return false
  for (let i = 0; i < key.length; i++) {
    if (header[i + 1] !== reader.bytes[key.from + i]) return false
  }
  return true
}
