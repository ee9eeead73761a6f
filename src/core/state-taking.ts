// How a segment of somebody's stream is taken, or refused, and when a stream is forgotten.
// Nothing here sends.

import { drop, log, notify, type Parts } from './parts.ts'
import type { Shortage } from './state/store.ts'
import { OWN_CHANNEL, SHARED_CHANNEL, streamKeyOf } from './state/stream-id.ts'
import { reclaim } from './state-lives.ts'
import { observeStamps, slotsRefusal, wallMs } from './state-slots.ts'
import { expectSync, tellChanges } from './state-telling.ts'
import type { Segment } from './wire/state-parts.ts'

const DAY_MS = 24 * 3_600_000

/** Takes a segment; true if it held news. */
export function takeSegment(parts: Parts, segment: Segment): boolean {
  const reason = refusalOf(parts, segment)
  if (reason !== undefined) {
    drop(parts, reason)
    return false
  }
  if (isOurs(parts, segment)) {
    reclaim(parts, { ...segment, base: segment.upTo })
    return false
  }
  const admission = parts.state.store.admit(segment, parts.now)
  if (admission.kind === 'outdated') {
    drop(parts, 'state_outdated')
    return false
  }
  if (admission.kind === 'full') {
    tellShortage(parts, segment.name, admission.what)
    return false
  }
  if (!admission.isNews) return false
  if (segment.channel === SHARED_CHANNEL) takenShared(parts, segment)
  parts.counters.add('state_segments_taken_total')
  if (segment.whole) parts.counters.add('state_whole_streams_taken_total')
  tellChanges(parts, admission.stream, admission.changes)
  expectSync(parts)
  return true
}

function takenShared(parts: Parts, segment: Segment): void {
  observeStamps(parts, segment)
  // A former life of ours: with this one known to all it is over.
  const { name, channel, generation } = segment
  if (name === parts.config.name) reclaim(parts, { channel, generation, base: segment.upTo })
}

function refusalOf(parts: Parts, segment: Segment): string | undefined {
  const { name, channel, generation } = segment
  if (channel !== OWN_CHANNEL && channel !== SHARED_CHANNEL) return 'state_channel'
  if (generation > wallMs(parts) + DAY_MS) return 'state_generation'
  // What somebody added to shared maps outlives the memory of its author.
  if (channel === SHARED_CHANNEL) {
    const isOver = parts.state.ledger.isClosed(streamKeyOf(segment))
    return isOver ? 'state_closed' : slotsRefusal(parts, segment)
  }
  if (isKnown(parts, name)) return undefined
  parts.state.store.refuse(name, parts.now)
  return 'state_owner'
}

/** Ours to write, in this life: keys of our own in any, as there is one stream of them. */
function isOurs({ config, state }: Parts, { name, channel, generation }: Segment): boolean {
  if (name !== config.name) return false
  return channel === OWN_CHANNEL || generation === state.shared?.stream.generation
}

/** Members, the departed that are remembered included. */
function isKnown({ members, departed }: Parts, name: string): boolean {
  return members.find(name) !== undefined || departed.find(name) !== undefined
}

function tellShortage(parts: Parts, name: string, what: Shortage): void {
  drop(parts, 'state_full')
  const text = 'there is no room for the state of a member; what we hold of it goes stale'
  log(parts, 'warn', 'state-full', text, { member: name, limit: what })
}

/** Nobody remembers this member any more: neither do we remember its state. */
export function forgetState(parts: Parts, name: string): void {
  const { store, acknowledged, sharedAcknowledged } = parts.state
  acknowledged.forget(name)
  sharedAcknowledged.forget(name)
  const stream = store.find(name)
  if (stream === undefined || isKnown(parts, name)) return
  const changes = store.drop(name)
  if (changes.length > 0) {
    notify(parts, { kind: 'state', node: name, generation: stream.generation, changes })
  }
}
