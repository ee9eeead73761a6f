// Keys of our own: set and deleted by command, told at once to a few members, forgotten for
// good once every member has said that it knows of the deletion.

import { utf8Length } from './base/text.ts'
import type { CommandId, Millis, Outcome } from './io.ts'
import { log, notify, type Parts } from './parts.ts'
import type { KeyChange } from './state/entry.ts'
import type { Owned } from './state/owned.ts'
import { queueSegment, segmentRoom } from './state-rumors.ts'
import {
  expectExpiry,
  expectSync,
  expectTask,
  isSharing,
  openOwned,
  tellChanges,
} from './state-taking.ts'
import {
  KEY_BYTES_MAX,
  OWN_BYTES_WARNED,
  PACKET_VALUE_BYTES_MAX,
  VALUE_BYTES_MAX,
} from './wire/state-limits.ts'
import { ENTRY_OVERHEAD_BYTES } from './wire/state-parts.ts'

const DONE: Outcome = { kind: 'ok' }
/** What is written within so short a time is told together. */
const GATHER_MS = 5
/** How often deleted keys are looked through. */
const COLLECT_EVERY_MS = 30_000

interface OwnWrite {
  readonly key: string
  readonly value: Uint8Array
  readonly ttlMs?: Millis | undefined
}

/** Sets a key of ours. */
export function setOwn(parts: Parts, { key, value, ttlMs }: OwnWrite, id: CommandId): void {
  const problem = sizeProblem(key, value) ?? sharingProblem(parts)
  if (problem !== undefined) return done(parts, id, problem)
  const owned = openOwned(parts)
  const sizeBytes = utf8Length(key) + value.length
  const what = parts.state.store.shortageOf(owned.stream, key, sizeBytes)
  if (what !== undefined) return done(parts, id, { kind: 'no-room', what })
  const isLarge = value.length > PACKET_VALUE_BYTES_MAX
  sealUnlessFits(parts, owned, isLarge ? Number.POSITIVE_INFINITY : sizeBytes)
  const { store } = parts.state
  const changes = store.update(owned.stream, () => owned.set({ key, value, ttlMs }, parts.now))
  store.watchExpiry(owned.stream, changes)
  if (changes.length > 0) written(parts, owned, changes, isLarge)
  if (owned.stream.replica.bytes > OWN_BYTES_WARNED) warnOfSize(parts, owned)
  done(parts, id, DONE)
}

/** Deletes a key of ours; one that is not there is deleted already. */
export function deleteOwn(parts: Parts, key: string, id: CommandId): void {
  const problem = sharingProblem(parts)
  const { owned, store } = parts.state
  if (problem !== undefined) return done(parts, id, problem)
  if (owned === undefined) return done(parts, id, DONE)
  sealUnlessFits(parts, owned, utf8Length(key))
  const changes = store.update(owned.stream, () => owned.delete(key, parts.now))
  store.watchExpiry(owned.stream, changes)
  if (changes.length > 0) {
    written(parts, owned, changes, false)
    expectTask(parts, 'collect', parts.now + COLLECT_EVERY_MS)
  }
  done(parts, id, DONE)
}

function sizeProblem(key: string, value: Uint8Array): Outcome | undefined {
  const keyBytes = utf8Length(key)
  if (keyBytes < 1 || keyBytes > KEY_BYTES_MAX) {
    return { kind: 'too-large', sizeBytes: keyBytes, maxBytes: KEY_BYTES_MAX }
  }
  if (value.length <= VALUE_BYTES_MAX) return undefined
  return { kind: 'too-large', sizeBytes: value.length, maxBytes: VALUE_BYTES_MAX }
}

function sharingProblem(parts: Parts): Outcome | undefined {
  if (parts.membership.leaving) return { kind: 'leaving' }
  return isSharing(parts) ? undefined : { kind: 'unannounced' }
}

/**
 * Makes a segment of what waits if one more entry would not fit: a segment is complete only
 * if it ends at the last version there is.
 */
function sealUnlessFits(parts: Parts, owned: Owned, sizeBytes: number): void {
  if (!owned.hasUntold) return
  let total = sizeBytes + ENTRY_OVERHEAD_BYTES
  for (const entry of owned.untold()) total += entry.sizeBytes + ENTRY_OVERHEAD_BYTES
  if (total > segmentRoom(parts)) queueSegment(parts, owned.takeSegment(parts.now))
}

function written(
  parts: Parts,
  owned: Owned,
  changes: readonly KeyChange[],
  isLarge: boolean,
): void {
  const { state, now } = parts
  owned.stream.changedMs = now
  parts.counters.add('state_writes_total')
  tellChanges(parts, owned.stream, changes)
  if (isLarge) {
    owned.skipSegment()
    state.rumors.addStream(owned.stream.key)
  }
  expectSync(parts)
  expectTask(parts, 'tell', Math.max(now, state.toldMs + GATHER_MS))
}

function warnOfSize(parts: Parts, { stream }: Owned): void {
  const text = 'our own state is large: every member holds a copy; keep references in it instead'
  log(parts, 'warn', 'state-size', text, { bytes: stream.replica.bytes })
}

function done(parts: Parts, id: CommandId, outcome: Outcome): void {
  notify(parts, { kind: 'done', id, outcome })
}

// ---- forgetting -----------------------------------------------------------------------------

/** Forgets deleted keys that everybody knows of: the living, and the failed for a day. */
export function collectGraves(parts: Parts): void {
  const { owned, store, acknowledged } = parts.state
  if (owned === undefined) return
  const hasNews = store.update(owned.stream, () => owned.collect(roster(parts), acknowledged))
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
  expectExpiry(parts)
}
