// Deleted keys that have to be remembered: how many of ours there are, and what is done when they
// press. Forgetting waits for everybody, as nothing older may come back; so first those who have
// failed are no longer waited for, long before their time, and then nothing more is deleted
// until those who live have said that they know. What keeps older values away never goes unproven.

import type { Millis, Outcome } from '../io.ts'
import { log, type Parts, wallMs } from '../parts.ts'
import type { Acknowledged } from '../state/known.ts'
import type { SlotOp } from '../state/lattices/index.ts'
import type { Owned } from '../state/owned.ts'
import { DELETED_KEYS_MAX, DELETED_KEYS_PRESSING } from '../wire/state-limits.ts'
import { roster } from './telling.ts'

/** A member that failed is waited for this long in any case. */
const FAILED_MS = 60_000
/** Names in an answer. */
const NAMED_MAX = 8

/** Everybody whose word about a stream of ours is waited for; not the failed, while it presses. */
export function awaited(parts: Parts, owned: Owned): readonly string[] {
  const names = [...roster(parts)]
  if (!presses(parts, owned) || parts.config.stateEvictAfterMs === 0) return names
  const kept = names.filter((name) => !hasFailed(parts, name))
  if (kept.length < names.length) tellOfPressure(parts, names.length - kept.length)
  return kept
}

function hasFailed({ members, departed, now }: Parts, name: string): boolean {
  const row = members.find(name) ?? departed.find(name)
  return row?.status === 'dead' && now - row.sinceMs >= FAILED_MS
}

/** How long a member may be gone before it is evicted: a minute at most, while it presses. */
export function evictAfterMs(parts: Parts): Millis {
  const { stateEvictAfterMs } = parts.config
  return isPressed(parts) ? Math.min(stateEvictAfterMs, FAILED_MS) : stateEvictAfterMs
}

/** Whether our deletions of shared keys press. */
export function isPressed(parts: Parts): boolean {
  const { shared } = parts.state
  return shared !== undefined && presses(parts, shared)
}

function presses(parts: Parts, owned: Owned): boolean {
  return deletedIn(parts, owned, DELETED_KEYS_PRESSING) >= DELETED_KEYS_PRESSING
}

/** Notes that members are no longer waited for. */
export function tellOfPressure(parts: Parts, members: number): void {
  const text =
    'too many deleted keys wait for members that have failed; those are no longer waited for'
  log(parts, 'warn', 'state-pressure', text, { members })
}

// ---- refusing -------------------------------------------------------------------------------

/** Whether an operation takes something away, which has to be remembered. */
export function isDeletion({ kind }: SlotOp): boolean {
  return kind === 'delete' || kind === 'remove'
}

/** Why nothing more of a stream of ours may be deleted now, if so. */
export function deletionProblem(
  parts: Parts,
  owned: Owned,
  known: Acknowledged,
): Outcome | undefined {
  const deleted = deletedIn(parts, owned, DELETED_KEYS_MAX)
  if (deleted < DELETED_KEYS_MAX) return undefined
  const names = new Set(behind(parts, owned, known))
  if (owned === parts.state.shared) {
    for (const name of parts.state.sweep?.waitingFor ?? []) names.add(name)
    for (const name of parts.state.roster.absent) names.add(name)
  }
  return { kind: 'too-many-deleted', deleted, waitingFor: [...names].slice(0, NAMED_MAX) }
}

/** Members that have not said that they know of our oldest deletion. */
function behind(parts: Parts, owned: Owned, known: Acknowledged): readonly string[] {
  const { replica, generation } = owned.stream
  for (const { kind, version } of replica.above(replica.gcFloor)) {
    if (kind === 'set') continue
    return awaited(parts, owned).filter((name) => known.of(name, generation) < version)
  }
  return []
}

// ---- counting -------------------------------------------------------------------------------

/** Keys of a stream of ours that only say that something is deleted, if so many; else fewer. */
function deletedIn(parts: Parts, owned: Owned, limit: number): number {
  const { replica } = owned.stream
  if (owned !== parts.state.shared || replica.size < limit) return replica.graves
  const { counted } = parts.state
  const writes = counted?.owned === owned ? replica.base - counted.base : Number.POSITIVE_INFINITY
  // A write deletes one key at most: before that nothing need be counted again.
  const atMost = replica.graves + (counted?.tombstones ?? 0) + writes
  if (writes === 0 || atMost < limit) return atMost
  const tombstones = tombstonesIn(parts, owned)
  parts.state.counted = { owned, tombstones, base: replica.base }
  return replica.graves + tombstones
}

function tombstonesIn(parts: Parts, { stream }: Owned): number {
  const { slots, lattices } = parts.state
  const at = wallMs(parts)
  let count = 0
  for (const { kind, key, value } of stream.replica.entries) {
    const row = kind === 'set' ? slots.find(key) : undefined
    if (row !== undefined && lattices.of(row.lattice, row.map).isTombstone(value, at)) count++
  }
  return count
}
