// How a segment of somebody's stream is taken, or refused, and when a stream is forgotten.
// Nothing here sends.

import { drop, log, notify, type Parts } from '../parts.ts'
import type { Stamp } from '../state/clock.ts'
import type { Shortage } from '../state/store.ts'
import { OWN_CHANNEL, SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import type { Segment } from '../wire/state-parts.ts'
import { noteArrival } from './arrivals.ts'
import { lookAtLeases } from './leases.ts'
import { reclaim } from './lives.ts'
import { isFutureLife, type Judged, judgeSlots, noteEarly } from './slots.ts'
import { expectSync, tellChanges } from './telling.ts'

/** Takes a segment; true if it held news. */
export function takeSegment(parts: Parts, segment: Segment): boolean {
  const { refusal, latest } = judgeSegment(parts, segment)
  if (refusal === undefined) return takeJudged(parts, segment, { latest, isPart: false })
  refuseSegment(parts, refusal)
  return false
}

/** A segment is not taken. */
export function refuseSegment(parts: Parts, refusal: string): void {
  drop(parts, refusal)
}

/** Takes a segment that may be taken, or a part of one, which counts for nothing by itself. */
export function takeJudged(
  parts: Parts,
  segment: Segment,
  { latest, isPart }: { readonly latest: Stamp | undefined; readonly isPart: boolean },
): boolean {
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
  if (latest !== undefined) {
    parts.state.clock.observe(latest)
    noteArrival(parts, segment, latest)
  }
  // A former life of ours: with this one known to all it is over.
  if (segment.name === parts.config.name) reclaim(parts, { ...segment, base: segment.upTo })
  if (!isPart) parts.counters.add('state_segments_taken_total')
  if (segment.whole) parts.counters.add('state_whole_streams_taken_total')
  tellChanges(parts, admission.stream, admission.changes)
  expectSync(parts)
  return true
}

/** Whether a segment may be taken: by whom it is, and what is in it. */
export function judgeSegment(parts: Parts, segment: Segment): Judged {
  const refusal = judgeStream(parts, segment)
  if (refusal === undefined && segment.channel === SHARED_CHANNEL) return judgeSlots(parts, segment)
  return { refusal, latest: undefined }
}

/** Whether anything of a stream may be taken now, whatever is in it; why not, if so. */
export function judgeStream(parts: Parts, segment: Segment): string | undefined {
  const { name, channel, generation } = segment
  if (isFutureLife(parts, generation)) {
    if (name !== parts.config.name) noteEarly(parts, segment, generation)
    return 'state_generation'
  }
  if (channel === SHARED_CHANNEL) {
    // What somebody added to shared maps outlives the memory of its author.
    return parts.state.ledger.isClosed(streamKeyOf(segment)) ? 'state_closed' : undefined
  }
  if (channel !== OWN_CHANNEL) return 'state_channel'
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
  const { store, acknowledged, sharedAcknowledged, faults, early, sharedEarly } = parts.state
  for (const book of [acknowledged, sharedAcknowledged, faults, early, sharedEarly]) {
    book.forget(name)
  }
  for (const ours of [parts.state.owned, parts.state.shared]) ours?.aheadBy.forget(name)
  lookAtLeases(parts, name)
  const stream = store.find(name)
  if (stream === undefined || isKnown(parts, name)) return
  const changes = store.drop(name)
  if (changes.length > 0) {
    notify(parts, { kind: 'state', node: name, generation: stream.generation, changes })
  }
}
