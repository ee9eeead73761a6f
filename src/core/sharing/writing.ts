// What the two streams we own have in common, our own keys and what we add to shared maps: an
// entry gets the next version, is told at once to a few members, and pulled if it is large.

import { utf8Length } from '../base/text.ts'
import type { Millis } from '../io.ts'
import { log, type Parts } from '../parts.ts'
import type { KeyChange } from '../state/entry.ts'
import type { Owned } from '../state/owned.ts'
import type { Shortage } from '../state/store.ts'
import { OWN_BYTES_WARNED, PACKET_VALUE_BYTES_MAX } from '../wire/state-limits.ts'
import { ENTRY_OVERHEAD_BYTES } from '../wire/state-parts.ts'
import { followWrite } from './figures.ts'
import { keepBefore } from './keeping.ts'
import { queueSegment, segmentRoom } from './rumors.ts'
import { expectSync, expectTask, tellChanges } from './telling.ts'

/** What is written within so short a time is told together. */
const GATHER_MS = 5
/** Hardly more fit into a packet. */
const TOLD_AT_ONCE_MAX = 64
/** How often deleted keys are looked through. */
export const COLLECT_EVERY_MS = 30_000

export interface OwnWrite {
  readonly key: string
  readonly value: Uint8Array
  readonly ttlMs?: Millis | undefined
  readonly again?: boolean
}

/** Writes an entry of a stream of ours; answers what there is no room for, if so. */
export function writeEntry(parts: Parts, owned: Owned, write: OwnWrite): Shortage | undefined {
  return writeEntries(parts, owned, [write])
}

/** Writes several entries, each key once: all of them or none. */
export function writeEntries(
  parts: Parts,
  owned: Owned,
  writes: readonly OwnWrite[],
): Shortage | undefined {
  const { store } = parts.state
  const sizes = writes.map(({ key, value }) => ({ key, sizeBytes: utf8Length(key) + value.length }))
  const what = store.shortageOf(owned.stream, sizes)
  if (what !== undefined) return what
  keepBefore(
    parts,
    owned,
    writes.map(({ key }) => key),
  )
  const isLarge =
    writes.length > TOLD_AT_ONCE_MAX ||
    writes.some(({ value }) => value.length > PACKET_VALUE_BYTES_MAX)
  const addedBytes = sizes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  sealUnlessFits(parts, owned, isLarge ? Number.POSITIVE_INFINITY : addedBytes)
  const changes = store.update(owned.stream, () =>
    writes.flatMap(({ key, value, ttlMs, again = false }) =>
      owned.set({ key, value, ttlMs, again }, parts.now),
    ),
  )
  store.watchExpiry(owned.stream, changes)
  if (changes.length > 0) written(parts, owned, changes, isLarge)
  if (owned.stream.replica.bytes > OWN_BYTES_WARNED) warnOfSize(parts, owned)
  return undefined
}

/** Deletes an entry of a stream of ours, if it is there. */
export function deleteEntry(parts: Parts, owned: Owned, key: string): void {
  const { store } = parts.state
  keepBefore(parts, owned, [key])
  sealUnlessFits(parts, owned, utf8Length(key))
  const changes = store.update(owned.stream, () => owned.delete(key, parts.now))
  store.watchExpiry(owned.stream, changes)
  if (changes.length === 0) return
  written(parts, owned, changes, false)
  expectTask(parts, 'collect', parts.now + COLLECT_EVERY_MS)
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
  followWrite(parts)
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
