// The table that counters and set elements are made of: for each writer two numbers that only
// rise. Two tables merge by the greater of each number. Joined tables may be larger than a slot.

import { type ByteReader, borrowWriter, equalBytes } from '../../base/bytes.ts'
import { readVarint, writeVarint } from '../../base/varint.ts'
import { compareActors, mergeRows, readActor, readRows, writeActor } from './actors.ts'
import { type Form, mergeBytes, readCanonical, readWhole } from './form.ts'
import { ACTORS_MAX, type Actor, type Lattice, SLOT_BYTES_MAX } from './lattice.ts'

/** The two numbers of a writer: 0 … 2⁵³−1, at least one above 0. */
interface Row extends Actor {
  readonly up: number
  readonly down: number
}

/** Rows in the order of their writers, each writer once. */
export type Table = readonly Row[]

const form: Form<Table> = {
  encode: encodeTable,
  decode: (bytes) => readWhole(bytes, (reader) => readRows(reader, readRow)),
  merge: mergeTables,
}

/** What counters and set elements do alike. */
export const tableLattice = {
  isSlot(bytes: Uint8Array): boolean {
    const table = bytes.length <= SLOT_BYTES_MAX ? readCanonical(form, bytes) : undefined
    return table !== undefined && table.length <= ACTORS_MAX
  },
  merge: (one: Uint8Array, other: Uint8Array) => mergeBytes(form, one, other),
  covers: (one: Uint8Array, other: Uint8Array) => equalBytes(mergeBytes(form, one, other), one),
  stampOf: () => undefined,
  endsAt: () => Number.POSITIVE_INFINITY,
} satisfies Partial<Lattice>

export function encodeTable(table: Table): Uint8Array {
  const writer = borrowWriter()
  writeVarint(writer, table.length)
  for (const row of table) {
    writeActor(writer, row)
    writeVarint(writer, row.up)
    writeVarint(writer, row.down)
  }
  return writer.take()
}

function readRow(reader: ByteReader): Row {
  // Written out: a spread of the writer takes longer than all the rest of a row.
  const { name, generation } = readActor(reader)
  const up = readVarint(reader)
  const down = readVarint(reader)
  if (up === 0 && down === 0) reader.fail('form')
  return { name, generation, up, down }
}

/** The rows of a slot; none if it is missing or no table. */
export function tableOf(bytes: Uint8Array | undefined): Table {
  return (bytes && form.decode(bytes)) ?? []
}

/** The greater of each number of each writer. */
export function mergeTables(one: Table, other: Table): Table {
  return mergeRows(one, other, (mine, theirs) => ({
    name: mine.name,
    generation: mine.generation,
    up: Math.max(mine.up, theirs.up),
    down: Math.max(mine.down, theirs.down),
  }))
}

/** A writer's row; zeros if it has none. */
export function rowOf(table: Table, { name, generation }: Actor): Row {
  const none = { name, generation, up: 0, down: 0 }
  return table.find((row) => compareActors(row, none) === 0) ?? none
}
