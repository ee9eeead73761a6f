// Leases: keys of shared maps that are read while the member that set them lives. Each reader goes
// by its own view of the members: a lease is hidden a while after its member has failed, at once
// when it leaves or begins another life, and shown again when it is back and says that its life
// goes on: a row that is alive again may be another process of that name. Nothing is written for
// any of this. Whoever adopts what a life has left takes its leases over as deleted keys.

import { notify, type Parts, wallMs } from '../parts.ts'
import { leaseHolder, slotPlace, withoutLease } from '../state/lattices/index.ts'
import type { Hidden, LeaseLife } from '../state/leases.ts'
import type { SlotRow } from '../state/slots.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import type { SharedChange } from '../state-io.ts'
import type { StateSync } from '../wire/state-messages.ts'
import { expectTask } from './tasks.ts'

/** Notes whether a key is a lease now, and of whom. */
export function followLease(parts: Parts, { lattice, slotKey, joined }: SlotRow): void {
  const isRegister = lattice === 'register' && joined !== undefined
  const life = parts.state.leases.bind(slotKey, isRegister ? leaseHolder(joined) : undefined)
  if (life === undefined) return
  life.hidden = judge(parts, life)
  expectLook(parts)
}

/** Looks whether the leases of a member are to be shown, and tells what has changed. */
export function lookAtLeases(parts: Parts, name: string): void {
  for (const life of parts.state.leases.livesOf(name)) show(parts, life, judge(parts, life))
  expectLook(parts)
}

/** The same, where a stream of shared maps has come that is of a later life. */
export function lookForOutlived(parts: Parts, { name, generation }: Stream): void {
  const lives = parts.state.leases.livesOf(name)
  if (lives.some((life) => life.generation < generation)) lookAtLeases(parts, name)
}

/** A member answers which life it lives. */
export function hearOfLife(parts: Parts, name: string, { salt, acknowledged }: StateSync): void {
  const { generation } = acknowledged.written
  for (const life of parts.state.leases.livesOf(name)) {
    if (life.hidden !== 'returned' || life.askedSalt !== salt) continue
    show(parts, life, life.generation === generation ? undefined : 'restarted')
  }
}

/** What is left of an entry of a shared stream once the life that wrote it is over. */
export function outliving(key: string, value: Uint8Array): Uint8Array {
  return slotPlace(key)?.lattice === 'register' ? withoutLease(value) : value
}

// ---- judging --------------------------------------------------------------------------------

/** Why the leases of a life are not to be shown now, if so; notes when to look again. */
function judge(parts: Parts, life: LeaseLife): Hidden | undefined {
  const { state, members, departed, config, now } = parts
  const { name, hidden } = life
  if (hidden === 'restarted') return hidden
  if (isOutlived(parts, life)) return 'restarted'
  if (name === config.name) return undefined
  const row = members.find(name) ?? departed.find(name)
  if (row === undefined) return 'unknown'
  if (row.status === 'left') return 'left'
  if (row.status === 'dead') {
    const untilMs = row.sinceMs + config.stateDeadVisibleMs
    if (hidden !== undefined || now >= untilMs) return 'failed'
    state.leases.due.set(name, untilMs, name)
    return undefined
  }
  if (hidden === undefined) return undefined
  state.leases.due.set(name, now, name)
  return 'returned'
}

function isOutlived({ state, config }: Parts, { name, generation }: LeaseLife): boolean {
  const { store, ledger, shared } = state
  const newest = store.livesOf(name).at(-1)?.generation ?? 0
  if (newest > generation) return true
  if (name === config.name && shared?.stream.generation !== generation) return true
  return ledger.isClosed(streamKeyOf({ name, generation, channel: SHARED_CHANNEL }))
}

function expectLook(parts: Parts): void {
  const { next } = parts.state.leases.due
  if (next !== Number.POSITIVE_INFINITY) expectTask(parts, 'leases', next)
}

// ---- telling --------------------------------------------------------------------------------

function show(parts: Parts, life: LeaseLife, hidden: Hidden | undefined): void {
  const isSame = (life.hidden === undefined) === (hidden === undefined)
  life.hidden = hidden
  if (isSame) return
  const { slots, lattices } = parts.state
  const changes: SharedChange[] = []
  for (const slotKey of life.slotKeys) {
    const row = slots.find(slotKey)
    if (row?.joined === undefined) continue
    const { lattice, map, key, joined } = row
    // One whose time is over is told of already, and not read in any case.
    if (lattices.of(lattice, map).isTombstone(joined, wallMs(parts))) continue
    changes.push({ kind: hidden === undefined ? 'set' : 'expire', lattice, map, key, joined })
  }
  if (changes.length === 0) return
  const counter = hidden === undefined ? 'state_leases_shown_total' : 'state_leases_hidden_total'
  parts.counters.add(counter, changes.length)
  notify(parts, { kind: 'shared', changes })
}
