// A value that keeps what was written at once (a multi-value register): a write takes the place
// of all it has seen, and writes that have not seen each other stand side by side until the next.
// The state says how far each writer has been seen, and which values of theirs are left
// (Bieniusa et al. 2012, an optimised observed-remove set, with one value a write).

import { type ByteReader, borrowWriter, EMPTY, equalBytes } from '../../base/bytes.ts'
import { readBytes, writeBytes } from '../../base/sized.ts'
import { readVarint, writeVarint } from '../../base/varint.ts'
import { compareActors, mergeRows, readActor, readRows, writeActor } from './actors.ts'
import { compareBytes, type Form, mergeBytes, readCanonical, readWhole } from './form.ts'
import {
  ACTORS_MAX,
  type Actor,
  type Lattice,
  SLOT_BYTES_MAX,
  type SlotContext,
  type SlotOp,
} from './lattice.ts'

/** How far a writer has been seen, and what is left of its writes: the latest at most. */
interface Row extends Actor {
  /** 1 … 2⁵³−1. */
  readonly seen: number
  readonly value: Uint8Array | undefined
}

type State = readonly Row[]

function encode(state: State): Uint8Array {
  const writer = borrowWriter()
  writeVarint(writer, state.length)
  for (const row of state) {
    writeActor(writer, row)
    writeVarint(writer, row.seen)
    writer.u8(row.value === undefined ? 0 : 1)
    if (row.value !== undefined) writeBytes(writer, row.value)
  }
  return writer.take()
}

function readRow(reader: ByteReader): Row {
  const { name, generation } = readActor(reader)
  const seen = readVarint(reader)
  const flag = reader.u8()
  if (seen === 0 || flag > 1) reader.fail('form')
  const value = flag === 1 ? readBytes(reader, SLOT_BYTES_MAX) : undefined
  return { name, generation, seen, value }
}

/** Of one writer: what was seen further, and of the same write only what nobody overwrote. */
function later(one: Row, other: Row): Row {
  if (one.seen !== other.seen) return one.seen > other.seen ? one : other
  if (one.value === undefined || other.value === undefined) {
    return one.value === undefined ? one : other
  }
  // Nobody writes two values as one; if it is claimed, the bytes decide.
  return compareBytes(one.value, other.value) >= 0 ? one : other
}

// There are no more values than writers, and none is ever dropped to have fewer: what a merge left
// out could be the only one left once the others are overwritten, so the order would matter.
const form: Form<State> = {
  encode,
  decode: (bytes) => readWhole(bytes, (reader) => readRows(reader, readRow)),
  merge: (one, other) => mergeRows(one, other, later),
}

function stateOf(bytes: Uint8Array | undefined): State {
  return (bytes && form.decode(bytes)) ?? []
}

function valuesOf(state: State): readonly Uint8Array[] {
  return state.flatMap(({ value }) => (value === undefined ? [] : [value])).sort(compareBytes)
}

export const multi: Lattice = {
  kind: 'multi',
  isSlot(bytes) {
    const state = bytes.length <= SLOT_BYTES_MAX ? readCanonical(form, bytes) : undefined
    return state !== undefined && state.length <= ACTORS_MAX
  },
  merge: (one, other) => mergeBytes(form, one, other),
  covers: (one, other) => equalBytes(mergeBytes(form, one, other), one),
  isTombstone: (bytes) => valuesOf(stateOf(bytes)).length === 0,
  read(bytes) {
    const values = valuesOf(stateOf(bytes))
    const isNew = (value: Uint8Array, at: number) => !equalBytes(value, values[at - 1] ?? EMPTY)
    const distinct = values.filter((value, at) => at === 0 || isNew(value, at))
    return values.length === 0 ? undefined : { kind: 'multi', values: distinct }
  },
  stampOf: () => undefined,
  endsAt: () => Number.POSITIVE_INFINITY,
}

/** What our slot becomes; undefined if nothing changes. */
export function applyToMulti(
  op: Extract<SlotOp, { lattice: 'multi' }>,
  { joined, actor, dot }: SlotContext,
): Uint8Array | undefined {
  const state = stateOf(joined)
  if (op.kind === 'delete' && valuesOf(state).length === 0) return undefined
  const overwritten = state.map((row) => ({ ...row, value: undefined }))
  if (op.kind === 'delete') return encode(overwritten)
  const seen = overwritten.find((row) => compareActors(row, actor) === 0)?.seen ?? 0
  const { name, generation } = actor
  const written = { name, generation, seen: Math.max(dot, seen + 1), value: op.value }
  return encode(form.merge(overwritten, [written]))
}
