// Keys of our own: set and deleted by command, told at once to a few members, forgotten for
// good once every member has said that it knows of the deletion.

import { utf8Length } from '../base/text.ts'
import type { Acks, CommandId, Outcome } from '../io.ts'
import { done, type Parts } from '../parts.ts'
import type { Acknowledged } from '../state/known.ts'
import type { Owned } from '../state/owned.ts'
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from '../wire/state-limits.ts'
import { finishWrite, refuseWrite } from './acks.ts'
import { openOwned } from './lives.ts'
import { awaited, deletionProblem } from './pressing.ts'
import { endSlots } from './slots.ts'
import { expectExpiry, expectTask, isSharing, tellChanges } from './telling.ts'
import { unheardProblem } from './unheard.ts'
import { COLLECT_EVERY_MS, deleteEntry, type OwnWrite, writeEntry } from './writing.ts'

/** Sets a key of ours. */
export function setOwn(
  parts: Parts,
  { acks, ...write }: OwnWrite & { readonly acks?: Acks | undefined },
  id: CommandId,
): void {
  const problem =
    sizeProblem(write.key, write.value) ??
    sharingProblem(parts) ??
    unheardProblem(parts, parts.state.owned, acks)
  if (problem !== undefined) return refuseWrite(parts, id, problem)
  const owned = openOwned(parts)
  const what = writeEntry(parts, owned, write)
  if (what !== undefined) return refuseWrite(parts, id, { kind: 'no-room', what })
  finishWrite(parts, id, { owned, acks })
}

/** Deletes a key of ours; one that is not there is deleted already. */
export function deleteOwn(
  parts: Parts,
  { key, acks }: { readonly key: string; readonly acks?: Acks | undefined },
  id: CommandId,
): void {
  const { owned, acknowledged } = parts.state
  const problem = sharingProblem(parts) ?? unheardProblem(parts, owned, acks)
  if (problem !== undefined) return done(parts, id, problem)
  if (owned?.stream.replica.find(key)?.kind === 'set') {
    const refusal = deletionRefused(parts, owned, acknowledged)
    if (refusal !== undefined) return done(parts, id, refusal)
    deleteEntry(parts, owned, key)
  }
  finishWrite(parts, id, { owned, acks })
}

/** Why a key or a value is none, if so. */
function sizeProblem(key: string, value: Uint8Array): Outcome | undefined {
  const keyBytes = utf8Length(key)
  if (keyBytes < 1 || keyBytes > KEY_BYTES_MAX) {
    return { kind: 'too-large', what: 'key', sizeBytes: keyBytes, maxBytes: KEY_BYTES_MAX }
  }
  if (value.length <= VALUE_BYTES_MAX) return undefined
  return { kind: 'too-large', what: 'value', sizeBytes: value.length, maxBytes: VALUE_BYTES_MAX }
}

/** Why we cannot write anything now, if so. */
export function sharingProblem(parts: Parts): Outcome | undefined {
  if (parts.membership.leaving || parts.state.flushing !== undefined) return { kind: 'leaving' }
  return isSharing(parts) ? undefined : { kind: 'unannounced' }
}

// ---- forgetting -----------------------------------------------------------------------------

/** Forgets deleted keys that everybody knows of who is waited for. */
export function collectGraves(parts: Parts): void {
  const { owned, shared, acknowledged, sharedAcknowledged } = parts.state
  if (owned !== undefined) collect(parts, owned, acknowledged)
  if (shared !== undefined) collect(parts, shared, sharedAcknowledged)
}

/** Why nothing more may be deleted; what may be forgotten by now is forgotten first. */
export function deletionRefused(
  parts: Parts,
  owned: Owned,
  known: Acknowledged,
): Outcome | undefined {
  if (deletionProblem(parts, owned, known) === undefined) return undefined
  collect(parts, owned, known)
  return deletionProblem(parts, owned, known)
}

/** What a step has written is handed over at its end. */
const KEPT_SOON_MS = 10

function collect(parts: Parts, owned: Owned, known: Acknowledged): void {
  const { store, keeping } = parts.state
  // A grave that is forgotten before it is on disk would give back there what it buried.
  if (keeping?.hasAllOf(owned.stream) === false) {
    return expectTask(parts, 'collect', parts.now + KEPT_SOON_MS)
  }
  const hasNews = store.update(owned.stream, () => owned.collect(awaited(parts, owned), known))
  if (hasNews) {
    owned.stream.changedMs = parts.now
    tellChanges(parts, owned.stream, [])
  }
  if (owned.stream.replica.graves > 0) {
    expectTask(parts, 'collect', parts.now + COLLECT_EVERY_MS)
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
