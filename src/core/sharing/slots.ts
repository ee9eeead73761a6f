// Shared maps as their readers see them: follows what streams set and delete, tells the host of
// keys that read differently, and of those that end by the wall clock. Also judges what others
// have written there, before it is taken: every slot must be one, and from no far future.

import type { Millis, SharedChange } from '../io.ts'
import { log, notify, type Parts, wallMs } from '../parts.ts'
import { compareStamps, DRIFT_MAX_MS, isTooFarAhead, type Stamp } from '../state/clock.ts'
import type { KeyChange } from '../state/entry.ts'
import { type Lattice, leaseHolder, slotPlace } from '../state/lattices/index.ts'
import { decodeLedger, isLedgerKey } from '../state/ledger.ts'
import type { RowChange, SlotRow, Space } from '../state/slots.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import type { Segment, StateEntry } from '../wire/state-parts.ts'
import { followLease } from './leases.ts'

const DAY_MS = 24 * 3_600_000

/** True for a life, or a beat, numbered more than a day from now: nobody can have begun it. */
export function isFutureLife(parts: Parts, generation: number): boolean {
  return generation > wallMs(parts) + DAY_MS
}

// ---- telling --------------------------------------------------------------------------------

/** Follows changes of a stream that is part of shared maps. */
export function followSlots(parts: Parts, stream: Stream, changes: readonly KeyChange[]): void {
  tellRows(parts, parts.state.slots.follow(stream.key, changes))
}

/** Joins the keys of a map anew: its rules have changed. */
export function rejoinSlots(parts: Parts, space: Space): void {
  tellRows(parts, parts.state.slots.rejoin(space))
}

function tellRows(parts: Parts, rows: readonly RowChange[]): void {
  const changes: SharedChange[] = []
  for (const change of rows) {
    const { row } = change
    const wasHidden = isHidden(parts, row)
    watchEnd(parts, change)
    followLease(parts, row)
    const told = changeOf(parts, change, wasHidden)
    if (told !== undefined) changes.push(told)
  }
  if (changes.length > 0) notify(parts, { kind: 'shared', changes })
}

function isHidden({ state }: Parts, { slotKey }: SlotRow): boolean {
  return state.leases.hiddenOf(slotKey) !== undefined
}

/** What a reader sees of it, if anything. */
function changeOf(
  parts: Parts,
  { row, before, after }: RowChange,
  wasHidden: boolean,
): SharedChange | undefined {
  const { lattice, map, key } = row
  const rules = parts.state.lattices.of(lattice, map)
  const at = wallMs(parts)
  const isThere = after !== undefined && !rules.isTombstone(after, at)
  if (isThere && !isHidden(parts, row)) return { kind: 'set', lattice, map, key, joined: after }
  // Where nothing was read, as in the copy of an old deletion, there is nothing to tell.
  if (before === undefined || wasHidden || rules.isTombstone(before, at)) return undefined
  return { kind: isThere ? 'expire' : 'delete', lattice, map, key, joined: after }
}

function watchEnd({ state }: Parts, { row, after }: RowChange): void {
  const { lattice, map, slotKey } = row
  const endsMs =
    after === undefined ? Number.POSITIVE_INFINITY : state.lattices.of(lattice, map).endsAt(after)
  if (endsMs === Number.POSITIVE_INFINITY) state.slotEnds.clear(slotKey)
  else state.slotEnds.set(slotKey, endsMs, slotKey)
}

/** Tells of the shared keys whose time has come. */
export function endSlots(parts: Parts): void {
  const { slotEnds, slots } = parts.state
  const changes: SharedChange[] = []
  for (;;) {
    const due = slotEnds.take(wallMs(parts))
    if (due === undefined) break
    const row = slots.find(due.timer)
    if (row === undefined || isHidden(parts, row)) continue
    const { lattice, map, key, joined } = row
    changes.push({ kind: 'expire', lattice, map, key, joined })
  }
  if (changes.length > 0) notify(parts, { kind: 'shared', changes })
}

// ---- judging --------------------------------------------------------------------------------

/** What somebody wrote, judged: all of it is taken, or nothing. */
export interface Judged {
  /** Why it is not taken, if so. */
  readonly refusal: string | undefined
  /** The latest stamp in it, if it has any; the clock follows what is taken. */
  readonly latest: Stamp | undefined
}

/** Judges a segment of a stream that is part of shared maps. */
export function judgeSlots(parts: Parts, segment: Segment): Judged {
  const latest = latestStamp(parts, segment)
  if (latest === 'none') {
    parts.state.store.refuse(streamKeyOf(segment), parts.now)
    return { refusal: 'state_slot', latest: undefined }
  }
  if (latest === undefined || !isTooFarAhead(latest, wallMs(parts))) {
    return { refusal: undefined, latest }
  }
  stall(parts, segment, latest)
  return { refusal: 'state_skew', latest }
}

/** The clock follows what we wrote in a former life. */
export function observeStamps(parts: Parts, segment: Segment): void {
  const latest = latestStamp(parts, segment)
  if (latest !== undefined && latest !== 'none') parts.state.clock.observe(latest)
}

/** The latest stamp in a segment, if it has any; `none` where something in it is no slot. */
function latestStamp(parts: Parts, segment: Segment): Stamp | undefined | 'none' {
  let latest: Stamp | undefined
  for (const entry of segment.entries) {
    const rules = rulesOf(parts, entry)
    if (rules === 'none') return 'none'
    if (rules?.kind === 'register' && isForeignLease(segment, entry)) return 'none'
    const stamp = rules?.stampOf(entry.value)
    const isLater = latest === undefined || (stamp && compareStamps(stamp, latest) > 0)
    if (isLater) latest = stamp
  }
  return latest
}

/** The rules of a slot; undefined where none are needed, `none` where it is no slot. */
function rulesOf({ state }: Parts, entry: StateEntry): Lattice | undefined | 'none' {
  const { key, kind, value, ttlMs } = entry
  if (ttlMs !== undefined || kind === 'expired') return 'none'
  if (isLedgerKey(key)) {
    return kind === 'deleted' || decodeLedger(key, value) !== undefined ? undefined : 'none'
  }
  const place = slotPlace(key)
  if (place === undefined) return 'none'
  if (kind === 'deleted') return undefined
  const rules = state.lattices.of(place.lattice, place.map)
  return rules.isSlot(value) ? rules : 'none'
}

/** Nobody binds a key to another life than the one that writes; an adopter takes no lease over. */
function isForeignLease({ name, generation }: Segment, { value }: StateEntry): boolean {
  const holder = leaseHolder(value)
  return holder !== undefined && (holder.name !== name || holder.generation !== generation)
}

/** The stream waits until our clock has come near; it goes on by itself. */
function stall(parts: Parts, segment: Segment, { ms }: Stamp): void {
  const { state, now, counters } = parts
  const waitMs = Math.min(STALL_MS_MAX, ms - wallMs(parts) - DRIFT_MAX_MS)
  const { name: node } = segment
  const stream = streamKeyOf(segment)
  state.store.refuse(stream, now, Math.ceil(waitMs))
  if (state.stalls.has(stream) || state.stalls.size < STALLS_MAX) {
    state.stalls.set(stream, now + Math.ceil(waitMs), { stream, node })
    parts.timers.set('state:stalls', state.stalls.next, { kind: 'state', task: 'stalls' })
  }
  counters.add('state_stalls_total')
  noteEarly(parts, segment, ms)
}

/** Nothing is taken of what a member writes, as it is of this time by its clock: it will hear so. */
export function noteEarly(parts: Parts, segment: Segment, ms: Millis): void {
  const { name: node, generation, channel, upTo } = segment
  const { early, sharedEarly } = parts.state
  if (parts.members.find(node) !== undefined) {
    const book = channel === SHARED_CHANNEL ? sharedEarly : early
    book.note(node, { name: node, generation, channel, upTo, ms }, parts.now)
  }
  const aheadMs = ms - wallMs(parts)
  if (parts.logGate.open(`skew:${node}`, parts.now) === undefined) return
  notify(parts, { kind: 'clock-skew', node, aheadMs })
  const text =
    'what a member writes is stamped in the future; it waits, and its clock, or ours, is wrong'
  log(parts, 'warn', 'state-skew', text, { member: node, aheadMs: Math.round(aheadMs) })
}

/** Clocks are set right meanwhile, or are not. */
const STALL_MS_MAX = 60_000
/** Beyond so many stalled streams, comparisons find what can be taken. */
const STALLS_MAX = 256
