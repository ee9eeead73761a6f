// Writers: one life of one member each, in the one order in which slots name them, and lists with
// a row for each: how they are read and merged.

import type { ByteReader, ByteWriter } from '../../base/bytes.ts'
import { readText, writeText } from '../../base/sized.ts'
import { readVarint, writeVarint } from '../../base/varint.ts'
import { ACTOR_NAME_BYTES_MAX, type Actor } from './lattice.ts'

/** The order of writers: by name (UTF-16 units), then by life. */
export function compareActors(one: Actor, other: Actor): number {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1
  return one.generation - other.generation
}

export function writeActor(writer: ByteWriter, { name, generation }: Actor): void {
  writeText(writer, name)
  writeVarint(writer, generation)
}

export function readActor(reader: ByteReader): Actor {
  return { name: readText(reader, ACTOR_NAME_BYTES_MAX), generation: readVarint(reader) }
}

/** Reads rows in the order of their writers, each writer once. */
export function readRows<T extends Actor>(
  reader: ByteReader,
  readRow: (reader: ByteReader) => T,
): readonly T[] {
  const count = readVarint(reader)
  // A row takes more bytes than one: what cannot be there is not waited for.
  if (count > reader.left) reader.fail('form')
  const rows: T[] = []
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const row = readRow(reader)
    const last = rows.at(-1)
    if (last !== undefined && compareActors(last, row) >= 0) reader.fail('form')
    rows.push(row)
  }
  return rows
}

/** All rows of both; `pick` joins two of one writer. */
export function mergeRows<T extends Actor>(
  one: readonly T[],
  other: readonly T[],
  pick: (one: T, other: T) => T,
): readonly T[] {
  const rows: T[] = []
  let left = 0
  let right = 0
  for (;;) {
    const mine = one[left]
    const theirs = other[right]
    if (mine === undefined || theirs === undefined) break
    const order = compareActors(mine, theirs)
    if (order <= 0) left++
    if (order >= 0) right++
    rows.push(order < 0 ? mine : order > 0 ? theirs : pick(mine, theirs))
  }
  return [...rows, ...one.slice(left), ...other.slice(right)]
}
