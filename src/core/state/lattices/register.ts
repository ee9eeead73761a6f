// A value that the latest write wins, by the hybrid clock. Two writes of one stamp are told apart
// by their writers, so that every member chooses the same. A deletion is a write without a value.
// What has an end reads as deleted from then on, everywhere and without a message. A lease is bound
// to the life of its writer; whether that goes on is not for this page (sharing/leases.ts).

import { type ByteReader, borrowWriter, copyBytes, EMPTY, equalBytes } from '../../base/bytes.ts'
import { readVarint, writeVarint } from '../../base/varint.ts'
import { compareStamps, DRIFT_MAX_MS, STAMP_MS_MAX, type Stamp } from '../clock.ts'
import { compareActors, readActor, writeActor } from './actors.ts'
import { compareBytes, readCanonical, readWhole } from './form.ts'
import {
  type Actor,
  type Lattice,
  SLOT_BYTES_MAX,
  type SlotContext,
  type SlotOp,
} from './lattice.ts'

interface Register {
  readonly kind: 'set' | 'deleted'
  readonly stamp: Stamp
  readonly writer: Actor
  readonly endsMs: number | undefined
  readonly lease: boolean
  readonly value: Uint8Array
}

const IS_SET = 1
const HAS_END = 2
const IS_LEASE = 4

function encode({ kind, stamp, writer, endsMs, lease, value }: Register): Uint8Array {
  const bytes = borrowWriter()
  const end = endsMs === undefined ? 0 : HAS_END
  bytes.u8((kind === 'set' ? IS_SET : 0) + end + (lease ? IS_LEASE : 0))
  writeVarint(bytes, stamp.ms)
  bytes.u16(stamp.counter)
  writeActor(bytes, writer)
  if (endsMs !== undefined) writeVarint(bytes, endsMs)
  bytes.raw(value)
  return bytes.take()
}

function decode(bytes: Uint8Array): Register | undefined {
  return readWhole(bytes, read)
}

function read(reader: ByteReader): Register {
  const flags = reader.u8()
  const stamp = { ms: readVarint(reader), counter: reader.u16() }
  const writer = readActor(reader)
  const endsMs = (flags & HAS_END) === 0 ? undefined : readVarint(reader)
  const isSet = (flags & IS_SET) !== 0
  // A part of what is read, not a copy: nothing here is kept.
  const value = isSet ? reader.bytes.subarray(reader.at, reader.end) : EMPTY
  if (isSet) reader.skip(reader.left)
  const isLawful = isSet ? flags <= IS_SET + HAS_END + IS_LEASE : flags === 0
  if (!isLawful || stamp.ms > STAMP_MS_MAX) reader.fail('form')
  const lease = (flags & IS_LEASE) !== 0
  return { kind: isSet ? 'set' : 'deleted', stamp, writer, endsMs, lease, value }
}

function hasEnded({ kind, endsMs }: Register, wallMs: number): boolean {
  return kind === 'deleted' || (endsMs !== undefined && endsMs <= wallMs)
}

/** Most have no end, and their first byte says so. */
function isEndless(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & (IS_SET + HAS_END)) === IS_SET
}

/** The later of two, as it came: nothing is written anew. */
function later(one: Uint8Array, other: Uint8Array): Uint8Array {
  const mine = decode(one)
  const theirs = decode(other)
  if (mine === undefined) return theirs === undefined ? EMPTY : other
  if (theirs === undefined) return one
  const order = compareStamps(mine.stamp, theirs.stamp) || compareActors(mine.writer, theirs.writer)
  // Nobody writes twice at one stamp, but a lease may have been taken over as a deletion since.
  // If more is claimed, the bytes decide.
  const ended = Number(mine.kind === 'deleted') - Number(theirs.kind === 'deleted')
  return (order || ended || compareBytes(one, other)) >= 0 ? one : other
}

export const register: Lattice = {
  kind: 'register',
  isSlot(bytes) {
    return bytes.length <= SLOT_BYTES_MAX && readCanonical({ decode, encode }, bytes) !== undefined
  },
  merge: later,
  covers: (one, other) => equalBytes(later(one, other), one),
  isTombstone(bytes, wallMs) {
    if (isEndless(bytes)) return false
    const state = decode(bytes)
    return state === undefined || hasEnded(state, wallMs)
  },
  read(bytes, wallMs) {
    const state = decode(bytes)
    if (state === undefined || hasEnded(state, wallMs)) return undefined
    const { value, stamp, writer, endsMs, lease } = state
    return { kind: 'register', value: copyBytes(value), stamp, writer, endsMs, lease }
  },
  stampOf: (bytes) => decode(bytes)?.stamp,
  endsAt(bytes) {
    if (isEndless(bytes)) return Number.POSITIVE_INFINITY
    return decode(bytes)?.endsMs ?? Number.POSITIVE_INFINITY
  },
}

/** To whose life a slot is bound; undefined if it is no lease. */
export function leaseHolder(bytes: Uint8Array): Actor | undefined {
  return ((bytes[0] ?? 0) & IS_LEASE) === 0 ? undefined : decode(bytes)?.writer
}

/** What a slot says once the life of its writer is over: of a lease that it is deleted. */
export function withoutLease(bytes: Uint8Array): Uint8Array {
  const state = ((bytes[0] ?? 0) & IS_LEASE) === 0 ? undefined : decode(bytes)
  return state === undefined ? bytes : encodeDeletion(state)
}

function encodeDeletion({ stamp, writer }: Pick<Register, 'stamp' | 'writer'>): Uint8Array {
  return encode({ kind: 'deleted', stamp, writer, endsMs: undefined, lease: false, value: EMPTY })
}

/** What our slot becomes; undefined if nothing changes. */
export function applyToRegister(
  op: Extract<SlotOp, { lattice: 'register' }>,
  { joined, actor, stamp, wallMs }: SlotContext,
): Uint8Array | undefined {
  const head = { stamp, writer: actor }
  if (op.kind === 'set') {
    const { endsMs, lease = false, value } = op
    return encode({ ...head, kind: 'set', endsMs, lease, value })
  }
  // What has ended here is read on where a clock is slower.
  const isGone = joined === undefined || register.isTombstone(joined, wallMs - DRIFT_MAX_MS)
  if (isGone) return undefined
  return encodeDeletion(head)
}
