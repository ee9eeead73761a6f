// Keys of our own: set and deleted by command, told at once to a few members, forgotten for
// good once every member has said that it knows of the deletion.

import { utf8Length } from './base/text.ts'
import type { CommandId, Outcome } from './io.ts'
import { notify, type Parts } from './parts.ts'
import type { Acknowledged } from './state/known.ts'
import type { Owned } from './state/owned.ts'
import { openOwned } from './state-lives.ts'
import { endSlots } from './state-slots.ts'
import { expectExpiry, expectTask, isSharing, tellChanges } from './state-telling.ts'
import { COLLECT_EVERY_MS, deleteEntry, type OwnWrite, writeEntry } from './state-writing.ts'
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from './wire/state-limits.ts'

const DONE: Outcome = { kind: 'ok' }

/** Sets a key of ours. */
export function setOwn(parts: Parts, write: OwnWrite, id: CommandId): void {
  const problem = sizeProblem(write.key, write.value) ?? sharingProblem(parts)
  if (problem !== undefined) return done(parts, id, problem)
  const what = writeEntry(parts, openOwned(parts), write)
  done(parts, id, what === undefined ? DONE : { kind: 'no-room', what })
}

/** Deletes a key of ours; one that is not there is deleted already. */
export function deleteOwn(parts: Parts, key: string, id: CommandId): void {
  const problem = sharingProblem(parts)
  const { owned } = parts.state
  if (problem === undefined && owned !== undefined) deleteEntry(parts, owned, key)
  done(parts, id, problem ?? DONE)
}

/** Why a key or a value is none, if so. */
export function sizeProblem(key: string, value: Uint8Array): Outcome | undefined {
  const keyBytes = utf8Length(key)
  if (keyBytes < 1 || keyBytes > KEY_BYTES_MAX) {
    return { kind: 'too-large', sizeBytes: keyBytes, maxBytes: KEY_BYTES_MAX }
  }
  if (value.length <= VALUE_BYTES_MAX) return undefined
  return { kind: 'too-large', sizeBytes: value.length, maxBytes: VALUE_BYTES_MAX }
}

/** Why we cannot write anything now, if so. */
export function sharingProblem(parts: Parts): Outcome | undefined {
  if (parts.membership.leaving || parts.state.flushing !== undefined) return { kind: 'leaving' }
  return isSharing(parts) ? undefined : { kind: 'unannounced' }
}

function done(parts: Parts, id: CommandId, outcome: Outcome): void {
  notify(parts, { kind: 'done', id, outcome })
}

// ---- forgetting -----------------------------------------------------------------------------

/** Forgets deleted keys that everybody knows of: the living, and the failed for a day. */
export function collectGraves(parts: Parts): void {
  const { owned, shared, acknowledged, sharedAcknowledged } = parts.state
  if (owned !== undefined) collect(parts, owned, acknowledged)
  if (shared !== undefined) collect(parts, shared, sharedAcknowledged)
}

function collect(parts: Parts, owned: Owned, known: Acknowledged): void {
  const { store } = parts.state
  const hasNews = store.update(owned.stream, () => owned.collect(roster(parts), known))
  if (hasNews) {
    owned.stream.changedMs = parts.now
    tellChanges(parts, owned.stream, [])
  }
  if (owned.stream.replica.graves > 0) {
    expectTask(parts, 'collect', parts.now + COLLECT_EVERY_MS)
  }
}

/** Everybody who may hold something of ours, and come back with it. */
function* roster({ members, departed }: Parts): Generator<string> {
  for (const row of members.rows) {
    if (row !== members.self && row.hearsay && row.status !== 'left') yield row.name
  }
  for (const { name, status, hearsay } of departed.views) {
    if (hearsay && status === 'dead' && members.find(name) === undefined) yield name
  }
}

/** Ends the keys that have lived their time, ours and others'. */
export function expireKeys(parts: Parts): void {
  const { store, owned } = parts.state
  for (;;) {
    const due = store.expireNext(parts.now)
    if (due === undefined) break
    tellChanges(parts, due.stream, [due.change])
    if (due.stream === owned?.stream) expectTask(parts, 'collect', parts.now + COLLECT_EVERY_MS)
  }
  endSlots(parts)
  expectExpiry(parts)
}
