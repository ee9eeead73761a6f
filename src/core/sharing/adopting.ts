// Adoption: what an author who is gone has added to shared maps becomes part of another
// member's stream, with the word of it in the ledger; then its own stream is over. Several may
// adopt the same stream: joining twice is joining once. What we take over tells its first
// author as before, so that nothing is counted twice.

import { log, notify, type Parts, wallMs } from '../parts.ts'
import type { Entry } from '../state/entry.ts'
import { slotPlace } from '../state/lattices/index.ts'
import {
  closedKeyOf,
  decodeLedger,
  encodeLedger,
  isLedgerKey,
  type LedgerEntry,
  ledgerKeyOf,
  mergeLedger,
} from '../state/ledger.ts'
import type { Owned } from '../state/owned.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL } from '../state/stream-id.ts'
import { evictionOf } from './evicting.ts'
import { outliving } from './leases.ts'
import { openShared, reclaim, resync } from './lives.ts'
import { tellOfPressure } from './pressing.ts'
import { dropShared } from './telling.ts'
import { type OwnWrite, writeEntries } from './writing.ts'

/** Taken over in one step; a large stream takes several. */
const SLICE = 250

/**
 * Adopts the next slice of what is held of a stream, and says so once it was the last: true
 * then, or if there is no room for more of it now.
 */
export function adopt(parts: Parts, orphan: Stream): boolean {
  const { name, generation, replica, key } = orphan
  const { adoptedUpTo } = parts.state
  const shared = openShared(parts)
  const before = adoptedUpTo.get(key)
  // What a former life of ours had taken over is not in this one.
  const progress = before?.into === shared ? before : { into: shared, upTo: 0, base: replica.base }
  let { upTo } = progress
  const slice: Entry[] = []
  for (const entry of replica.above(upTo)) {
    if (slice.length === SLICE) break
    slice.push(entry)
  }
  if (!takeOver(parts, orphan, slice)) return true
  upTo = slice.at(-1)?.version ?? upTo
  adoptedUpTo.set(key, { ...progress, upTo })
  if (slice.length === SLICE) return false
  adoptedUpTo.delete(key)
  // What came in since, above that or in a gap, is taken over when the stream is closed.
  const entry = { name, generation, upTo: progress.base, atMs: wallMs(parts) }
  const word = { key: ledgerKeyOf(entry), value: encodeLedger(entry) }
  if (writeEntries(parts, shared, [word]) === undefined) parts.counters.add('state_adoptions_total')
  return true
}

/** A stream is over: what of it only we may have is adopted, the rest forgotten. */
export function close(parts: Parts, entry: LedgerEntry): boolean {
  const { store, ledger, shared, rumors } = parts.state
  const key = closedKeyOf(entry)
  const stream = store.find(key)
  if (stream === undefined) {
    evictAbsent(parts, entry)
    return true
  }
  if (stream === shared?.stream) {
    const base = Number.POSITIVE_INFINITY
    reclaim(parts, { channel: SHARED_CHANNEL, generation: stream.generation, base })
    return false
  }
  const upTo = ledger.upTo(key) ?? 0
  const above = [...stream.replica.above(upTo)]
  // Who takes over a word of the ledger takes over what was adopted with it, whoever else has it.
  const saysEnds = above.some((slot) => isLedgerKey(slot.key))
  const left = saysEnds ? above : above.filter((slot) => !isCovered(parts, stream, slot))
  if (left.length > 0 && !takeOver(parts, stream, left)) return false
  const eviction = evictionOf(parts, entry)
  rumors.forget(key)
  parts.state.adoptedUpTo.delete(key)
  parts.state.unadoptable.delete(key)
  if (!endFormer(parts, stream, upTo)) dropShared(parts, stream)
  if (store.livesOf(entry.name).length === 0) parts.state.roster.evict(entry.name)
  notify(parts, eviction)
  return true
}

/** Says that a member is not waited for any more that had added nothing to shared maps. */
export function sayEvicted(parts: Parts, name: string): void {
  const entry = { name, generation: NO_LIFE, upTo: 0, atMs: wallMs(parts) }
  const word = { key: ledgerKeyOf(entry), value: encodeLedger(entry) }
  if (writeEntries(parts, openShared(parts), [word]) === undefined) tellOfPressure(parts, 1)
}

/** Lives are numbered by the time they began. */
const NO_LIFE = 1

/** Others wait for it no more, and we hold nothing of it: neither do we, if it was gone by then. */
function evictAbsent(parts: Parts, { name, atMs }: LedgerEntry): void {
  const { roster, store } = parts.state
  const absentMs = roster.absentFor(name, parts.now)
  if (absentMs === undefined || wallMs(parts) - absentMs > atMs) return
  if (store.livesOf(name).length === 0) roster.evict(name)
}

/** Goes on without a former life of ours that others have ended, now that we hold their word. */
function endFormer(parts: Parts, before: Stream, upTo: number): boolean {
  const { ending, ledger, shared } = parts.state
  if (ending?.key !== before.key) return false
  parts.state.ending = undefined
  const holders = [...ledger.holdersOf(before.key)]
  // We have adopted it ourselves, as whoever ended it is gone.
  if (shared === undefined || holders.every((key) => key === shared.stream.key)) return false
  resync(parts, { before, upTo, anew: shared })
  return true
}

/** Whether somebody else's slot, of a stream that does not end, says all that this one says. */
function isCovered({ state }: Parts, { key }: Stream, { key: slot, value }: Entry): boolean {
  const place = slotPlace(slot)
  const row = state.slots.find(slot)
  if (place === undefined || row === undefined) return false
  const rules = state.lattices.of(place.lattice, place.map)
  for (const [holder, bytes] of row.bytesByStream) {
    if (holder === key || state.ledger.isClosed(holder)) continue
    if (rules.covers(bytes, value)) return true
  }
  return false
}

/**
 * Joins entries of somebody's stream into ours; false, and nothing done, if they do not fit. Even
 * what ours says already gets a new version: who has adopted us meanwhile, and is adopted by us,
 * counts on us for it.
 */
function takeOver(parts: Parts, orphan: Stream, entries: readonly Entry[]): boolean {
  const shared = openShared(parts)
  const writes: OwnWrite[] = []
  for (const { kind, key, value } of entries) {
    if (kind !== 'set') continue
    const joined = joinedWithOurs(parts, shared, key, outliving(key, value))
    // Nobody would take our stream any more if there were something in it that is no slot.
    if (!fits(parts, key, joined)) return cannot(parts, orphan, TOO_WIDE)
    writes.push({ key, value: joined, again: true })
  }
  const what = writeEntries(parts, shared, writes)
  if (what !== undefined) return cannot(parts, orphan, `there is no room (${what}); ${MAKE_ROOM}`)
  parts.state.unadoptable.delete(orphan.key)
  return true
}

function fits({ state }: Parts, key: string, joined: Uint8Array): boolean {
  const place = slotPlace(key)
  return place === undefined || state.lattices.of(place.lattice, place.map).isSlot(joined)
}

/** It stays as it is, is read as before, and is tried again with the next look at orphans. */
function cannot(parts: Parts, { key, name }: Stream, why: string): false {
  const { counters, state } = parts
  counters.add('state_adoptions_failed_total')
  state.unadoptable.add(key)
  const text = `what a gone member had added to shared maps cannot be taken over yet: ${why}`
  log(parts, 'warn', 'state-adoption', text, { member: name })
  return false
}

const TOO_WIDE =
  'a key of it has more values than fit into one slot; set the key anew, or call custom with its ' +
  'name and merge on this node'
const MAKE_ROOM = 'delete or shorten shared keys, hearsay kv stats shows how much there is'

/** What our own entry of a key becomes. */
function joinedWithOurs(
  { state }: Parts,
  shared: Owned,
  key: string,
  value: Uint8Array,
): Uint8Array {
  const held = shared.stream.replica.find(key)
  if (held?.kind !== 'set') return value
  return isLedgerKey(key)
    ? joinedLedger(key, held.value, value)
    : joinedSlot(state.lattices, key, held.value, value)
}

function joinedLedger(key: string, one: Uint8Array, other: Uint8Array): Uint8Array {
  const [ours, theirs] = [decodeLedger(key, one), decodeLedger(key, other)]
  return ours && theirs ? encodeLedger(mergeLedger(ours, theirs)) : one
}

function joinedSlot(
  lattices: Parts['state']['lattices'],
  key: string,
  one: Uint8Array,
  other: Uint8Array,
): Uint8Array {
  const place = slotPlace(key)
  return place === undefined ? one : lattices.of(place.lattice, place.map).merge(one, other)
}
