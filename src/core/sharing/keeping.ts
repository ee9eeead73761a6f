// Our own state and the host's disk: what the lives before have left comes back when the node
// starts, and what changes is handed to the host before anybody hears of it. Without a disk
// none of this does anything.

import type { Kept, KeptStream } from '../disk/book.ts'
import type { KeptRecord, KeptStreamId } from '../disk/records.ts'
import { Keeping } from '../keeping.ts'
import { log, type Parts, wallMs } from '../parts.ts'
import { COUNTER_MAX } from '../state/clock.ts'
import type { Owned } from '../state/owned.ts'
import { OWN_CHANNEL, SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import type { Segment } from '../wire/state-parts.ts'
import { openOwned, openShared } from './lives.ts'
import { isFutureLife, observeStamps } from './slots.ts'
import { isSharing, tellChanges } from './telling.ts'

/** Takes what the host has kept of the lives before; comes before the start. */
export function restore(parts: Parts, kept: Kept): void {
  parts.state.keeping = new Keeping(kept)
  // Whatever counter the lives before came to: our first stamp lies above it.
  parts.state.clock.observe({ ms: kept.ceilingMs, counter: COUNTER_MAX })
}

/** What the lives before have left is ours again; comes with the start. */
export function revive(parts: Parts): void {
  const { keeping } = parts.state
  if (keeping === undefined || !isSharing(parts)) return
  keeping.isRevived = true
  if (isFutureLife(parts, keeping.generation)) tellOfFuture(parts, keeping.generation)
  const keys = keeping.formerKeys(wallMs(parts)).length
  // The stream of our own keys begins with them.
  if (keys > 0) openOwned(parts)
  const lives = keeping.former(SHARED_CHANNEL)
  for (const stream of lives) reviveShared(parts, stream)
  // The life that begins adopts what those before it have added to shared maps.
  if (lives.length > 0) openShared(parts)
  if (keys + lives.length === 0) return
  const slots = lives.reduce((sum, { entries }) => sum + entries.length, 0)
  log(parts, 'info', 'state-revived', 'our own state is back from disk', { keys, slots })
}

/** Others take nothing from a life that far ahead, and numbers on disk never go back. */
function tellOfFuture(parts: Parts, generation: number): void {
  const days = Math.round((generation - wallMs(parts)) / DAY_MS)
  const text =
    'the data folder was written while a clock ran days ahead: nobody takes what this node writes ' +
    'until then; set the clock right, or start with another folder'
  log(parts, 'error', 'state-future', text, { days })
}

const DAY_MS = 24 * 3_600_000

/** A former life's stream, held again as far as it is on disk. */
function reviveShared(parts: Parts, kept: KeptStream): void {
  const { state, config, now } = parts
  const { entries, ...stream } = kept
  const segment: Segment = {
    name: config.name,
    ...stream,
    ...{ above: 0, upTo: stream.base, whole: true, islands: [] },
    entries: entries.map(({ key, version, kind, value }) => ({
      ...{ key, version, kind, value },
      ttlMs: undefined,
    })),
  }
  const admission = state.store.admit(segment, now)
  if (admission.kind !== 'taken') {
    state.keeping?.forgo(kept)
    return log(parts, 'warn', 'state-revived', 'no room for what a former life had shared')
  }
  observeStamps(parts, segment)
  tellChanges(parts, admission.stream, admission.changes)
}

/** Notes how many count, where they are most of those who did. */
export function keepCompany(parts: Parts): void {
  const { keeping, roster } = parts.state
  if (keeping === undefined || !keeping.isMajority(roster.living.size)) return
  const afterMs = parts.config.stateEvictAfterMs
  const records = keeping.newsOfCompany(roster.size, parts.now, afterMs)
  keep(parts, records)
}

/**
 * Hands over what this step has written before it overwrites any of `keys`: a disk that stops in
 * between would have neither, and say that it has all up to there.
 */
export function keepBefore(parts: Parts, { stream }: Owned, keys: readonly string[]): void {
  const { keeping } = parts.state
  if (keeping !== undefined && keys.some((key) => keeping.lacks(stream, key))) keepOwn(parts)
}

/** Hands what has changed in our own streams to the host, ahead of all that tells of it. */
export function keepOwn(parts: Parts): void {
  const { keeping, owned, shared } = parts.state
  if (keeping === undefined) return
  const records: KeptRecord[] = []
  if (owned !== undefined) records.push(...keeping.newsOf(owned.stream, parts.wallOffsetMs))
  const slots = shared === undefined ? [] : keeping.newsOf(shared.stream, parts.wallOffsetMs)
  if (slots.length > 0) records.push(...clockNews(parts, keeping), ...slots)
  if (keeping.isRevived && keeping.hasFormer) {
    records.push(...keeping.release((stream) => isOver(parts, stream)))
  }
  keep(parts, records)
}

/** In the order in which it was written, ahead of all else. */
function keep({ effects }: Parts, records: readonly KeptRecord[]): void {
  if (records.length === 0) return
  const at = effects.findIndex(({ kind }) => kind !== 'keep')
  effects.splice(at < 0 ? effects.length : at, 0, { kind: 'keep', records })
}

function clockNews(parts: Parts, keeping: Keeping): readonly KeptRecord[] {
  const clockMs = parts.state.clock.last.ms
  return keeping.newsOfClock({ wallMs: wallMs(parts), clockMs })
}

/** Own keys are over once this life has them; what was added to shared maps, once it is adopted. */
function isOver({ state, config }: Parts, { channel, generation }: KeptStreamId): boolean {
  if (channel === OWN_CHANNEL) {
    return state.owned !== undefined && generation < state.owned.stream.generation
  }
  return state.store.find(streamKeyOf({ name: config.name, generation, channel })) === undefined
}
