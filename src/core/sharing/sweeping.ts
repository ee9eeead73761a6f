// Slots of ours that are needed no more go, by proof and never by age: those that another
// member's slot covers, and those that only say that something is deleted, once nothing older
// can be anywhere. The proof is a sweep (state/sweep.ts) over all who count (state/roster.ts):
// one member that is gone and not evicted holds it up. After it the slot is deleted in our
// stream, and that grave goes like every other. Whether they are all is for roll-call.ts.

import type { SweepView } from '../io.ts'
import { type Parts, wallMs } from '../parts.ts'
import { DRIFT_MAX_MS } from '../state/clock.ts'
import { isIn, partOf, streamsIn, WHOLE_SPACE } from '../state/digest.ts'
import type { Entry } from '../state/entry.ts'
import type { Lattice } from '../state/lattices/index.ts'
import type { SlotRow } from '../state/slots.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import { type Snapshot, Sweep } from '../state/sweep.ts'
import type { Reach } from '../wire/acknowledgement.ts'
import type { PlaceRange } from '../wire/state-messages.ts'
import type { StreamRecord } from '../wire/state-parts.ts'
import { askWhoIsMissing, notAccountedFor } from './roll-call.ts'
import { expectTask, isSharing } from './telling.ts'
import { deleteEntry } from './writing.ts'

/** Between the end of a sweep, or a look for something to do, and the next. */
const REST_MS = 20_000
/** After somebody came nothing is withdrawn for so long: we may not have heard of all. */
const QUIET_MS = 60_000
/** Slots compared in one step, about. */
const SLICE = 2000
/** What is left of them comes in the next step, this soon. */
const NEXT_SLICE_MS = 20

// ---- going on -------------------------------------------------------------------------------

/** Begins a sweep if there is anything to withdraw, or takes it on. */
export function tendSweep(parts: Parts): void {
  const { state, now } = parts
  const { shared, roster } = state
  if (shared === undefined || !isSharing(parts) || parts.config.stateSyncIntervalMs === 0) {
    state.sweep = undefined
    return
  }
  const others = new Set([...roster.living, ...roster.absent])
  others.delete(parts.config.name)
  const { generation, replica } = shared.stream
  const isVoid =
    state.sweep?.isAbout(others) !== true || state.sweep.begun.generation !== generation
  if (isVoid) state.sweep = undefined
  if (state.sweep === undefined) {
    if (now < state.sweptMs + REST_MS) return
    state.sweptMs = now
    if (!hasCandidate(parts)) return
    state.sweep = new Sweep({ generation, base: replica.base }, others)
  }
  takeOn(parts, state.sweep)
}

function takeOn(parts: Parts, sweep: Sweep): void {
  const { state, now } = parts
  askWhoIsMissing(parts, sweep)
  sweep.halve(holdingOf(parts), () => snapshotOf(parts))
  if (!sweep.isProven || sweep.behind(holdingOf(parts)).length > 0) return
  if (now - state.roster.arrivedMs < QUIET_MS) return
  const { snapshot, begun } = sweep
  if (snapshot === undefined || notAccountedFor(parts, sweep).length > 0) return
  state.sweep = undefined
  state.sweptMs = now
  state.withdrawing = {
    snapshot,
    begun,
    keys: ownSlotKeys(parts),
    roster: [...state.roster.living],
  }
  withdrawSome(parts)
}

/** Whether we hold what a member has written. */
function holdingOf({ state }: Parts): (name: string, written: Reach) => boolean {
  return (name, { generation, base }) => {
    if (generation === 0) return true
    const key = streamKeyOf({ name, generation, channel: SHARED_CHANNEL })
    return (state.store.find(key)?.replica.base ?? 0) >= base || state.ledger.isClosed(key)
  }
}

/** Our slots that may have become needless. */
function ownSlotKeys({ state }: Parts): string[] {
  const entries = [...(state.shared?.stream.replica.entries ?? [])]
  return entries
    .filter(({ kind, key }) => kind === 'set' && state.slots.find(key) !== undefined)
    .map(({ key }) => key)
}

function hasCandidate(parts: Parts): boolean {
  const { shared, slots } = parts.state
  for (const { kind, key, value } of shared?.stream.replica.entries ?? []) {
    const row = kind === 'set' ? slots.find(key) : undefined
    if (row !== undefined && isCandidate(parts, row, value)) return true
  }
  return false
}

function isCandidate(parts: Parts, row: SlotRow, value: Uint8Array): boolean {
  if (row.bytesByStream.size === 1) return isDeletion(parts, row, value)
  return parts.state.settled.get(row) !== row.revision
}

function snapshotOf(parts: Parts): Snapshot {
  const { store, slots, shared } = parts.state
  const baseByStream = new Map<string, number>()
  for (const { channel, key, replica } of store.streams) {
    if (channel === SHARED_CHANNEL) baseByStream.set(key, replica.base)
  }
  const lone = new Set<string>()
  for (const { kind, key, value } of shared?.stream.replica.entries ?? []) {
    const row = kind === 'set' ? slots.find(key) : undefined
    if (row?.bytesByStream.size === 1 && isDeletion(parts, row, value)) lone.add(key)
  }
  return { baseByStream, lone }
}

function rulesOf({ state }: Parts, { lattice, map }: SlotRow): Lattice {
  return state.lattices.of(lattice, map)
}

/** Says only that something is deleted; what ended by time has ended by the slowest clock, too. */
function isDeletion(parts: Parts, row: SlotRow, value: Uint8Array): boolean {
  return rulesOf(parts, row).isTombstone(value, wallMs(parts) - DRIFT_MAX_MS)
}

// ---- withdrawing ----------------------------------------------------------------------------

/** Withdraws what a proven sweep allows, a slice at a time. */
export function withdrawSome(parts: Parts): void {
  const { state, now } = parts
  const { withdrawing, shared } = state
  if (withdrawing === undefined || shared === undefined) return
  const isStale =
    shared.stream.generation !== withdrawing.begun.generation ||
    withdrawing.roster.length !== state.roster.living.size ||
    !withdrawing.roster.every((name) => state.roster.living.has(name))
  if (isStale) {
    state.withdrawing = undefined
    return
  }
  for (let left = SLICE; left > 0; ) {
    const key = withdrawing.keys.pop()
    if (key === undefined) break
    left -= state.slots.find(key)?.bytesByStream.size ?? 1
    const entry = shared.stream.replica.find(key)
    if (entry?.kind !== 'set' || !isNeedless(parts, entry)) continue
    deleteEntry(parts, shared, key)
    parts.counters.add('state_withdrawals_total')
  }
  if (withdrawing.keys.length === 0) state.withdrawing = undefined
  else expectTask(parts, 'withdraw', now + NEXT_SLICE_MS)
}

function isNeedless(parts: Parts, { key, value, version }: Entry): boolean {
  const { slots, withdrawing } = parts.state
  const row = slots.find(key)
  if (row === undefined || withdrawing === undefined) return false
  const { snapshot, begun } = withdrawing
  if (row.bytesByStream.size === 1) {
    return version <= begun.base && snapshot.lone.has(key) && isDeletion(parts, row, value)
  }
  const coverage = coverageOf(parts, row, { value, snapshot })
  if (coverage === 'none') parts.state.settled.set(row, row.revision)
  return coverage === 'proven'
}

/**
 * Whether another's slot says all that ours says (of two that say the same, one stays), and
 * whether all were proven to hold it.
 */
function coverageOf(
  parts: Parts,
  row: SlotRow,
  { value, snapshot }: { readonly value: Uint8Array; readonly snapshot: Snapshot },
): 'none' | 'some' | 'proven' {
  const { store, shared, settled } = parts.state
  if (settled.get(row) === row.revision) return 'none'
  const ours = shared?.stream.key ?? ''
  const rules = rulesOf(parts, row)
  let isCovered = false
  for (const [holder, bytes] of row.bytesByStream) {
    if (holder === ours || !rules.covers(bytes, value)) continue
    if (holder > ours && rules.covers(value, bytes)) continue
    isCovered = true
    const stream = store.find(holder)
    if (stream === undefined || !isLiving(parts, stream)) continue
    const version = stream.replica.find(row.slotKey)?.version ?? Number.POSITIVE_INFINITY
    if (version <= (snapshot.baseByStream.get(holder) ?? 0)) return 'proven'
  }
  return isCovered ? 'some' : 'none'
}

/** Written in the present life of a member that is here: orphans are about to go. */
function isLiving({ state }: Parts, { name, key }: Stream): boolean {
  return state.roster.living.has(name) && state.store.livesOf(name).at(-1)?.key === key
}

// ---- seeing what others hold ----------------------------------------------------------------

/** A member holds exactly what we hold in a range. */
export function seenEqual({ state }: Parts, name: string, range: PlaceRange): void {
  state.sweep?.confirm(name, range)
}

/** A member shows all that it holds of a range. */
export function seenRecords(
  parts: Parts,
  name: string,
  { range, records }: { readonly range: PlaceRange; readonly records: readonly StreamRecord[] },
): void {
  const snapshot = parts.state.sweep?.snapshot
  if (snapshot === undefined) return
  const ranges =
    range.depth > 0 ? [range] : Array.from({ length: 16 }, (_, index) => partOf(WHOLE_SPACE, index))
  for (const part of ranges) {
    const shown = records.filter(({ place }) => isIn(place, part))
    if (holdsSnapshot(parts, part, { shown, snapshot })) parts.state.sweep?.confirm(name, part)
  }
}

function holdsSnapshot(
  parts: Parts,
  range: PlaceRange,
  { shown, snapshot }: { readonly shown: readonly StreamRecord[]; readonly snapshot: Snapshot },
): boolean {
  const { store } = parts.state
  const recordByStream = new Map<Stream, StreamRecord>()
  for (const record of shown) {
    const stream = store.at(record.place)
    if (stream !== undefined) recordByStream.set(stream, record)
    // It holds something that we do not know.
    else if (!record.isFull) return false
  }
  for (const stream of streamsIn(store, range)) {
    const base = snapshot.baseByStream.get(stream.key)
    if (stream.channel !== SHARED_CHANNEL || base === undefined) continue
    const record = recordByStream.get(stream)
    if (record === undefined || record.base < base) return false
    // What an author wrote who is not here to say so must be the same everywhere.
    const isEqual = record.base === stream.replica.base && record.fringe === stream.replica.fringe
    if (!isLiving(parts, stream) && !isEqual) return false
  }
  return true
}

/** Our slots that only say that something is deleted, and wait for a sweep. */
export function tombstonesOf(parts: Parts): number {
  const { shared, slots } = parts.state
  let count = 0
  for (const { kind, key, value } of shared?.stream.replica.entries ?? []) {
    const row = kind === 'set' ? slots.find(key) : undefined
    if (row !== undefined && isDeletion(parts, row, value)) count++
  }
  return count
}

/** How far clean-up has come. */
export function sweepViewOf(parts: Parts): SweepView | undefined {
  const { sweep } = parts.state
  if (sweep === undefined) return undefined
  const waitingFor = new Set([
    ...(sweep.isProven ? sweep.behind(holdingOf(parts)) : sweep.waitingFor),
    ...notAccountedFor(parts, sweep),
  ])
  return { phase: sweep.snapshot === undefined ? 1 : 2, waitingFor: [...waitingFor] }
}
