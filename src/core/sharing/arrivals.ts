// How long writes take until they are here, by the stamps that shared maps carry: from the clock
// of whoever wrote to ours, so that clocks which disagree show in it. Only what a writer has
// said itself since we started counts: what we fetch after a start, and what others have taken
// over from somebody, is old without having travelled long. Read by people alone.

import { type Parts, wallMs } from '../parts.ts'
import { type Stamp, stampsEqual } from '../state/clock.ts'
import { slotPlace } from '../state/lattices/index.ts'
import type { Segment } from '../wire/state-parts.ts'

/** Names of counters, by the milliseconds within which a write has come. */
const SEEN_WITHIN = [
  ['state_seen_within_10ms_total', 10],
  ['state_seen_within_30ms_total', 30],
  ['state_seen_within_100ms_total', 100],
  ['state_seen_within_300ms_total', 300],
  ['state_seen_within_1s_total', 1000],
  ['state_seen_within_3s_total', 3000],
  ['state_seen_within_10s_total', 10_000],
  ['state_seen_within_30s_total', 30_000],
] as const

/** A segment with news has been taken, whose latest stamp is this. */
export function noteArrival(parts: Parts, segment: Segment, latest: Stamp): void {
  const { state, counters, now } = parts
  const ageMs = wallMs(parts) - latest.ms
  state.ahead.note(-ageMs, now)
  if (ageMs > now - state.startedMs || !isByItsOwner(parts, segment, latest)) return
  counters.add('state_seen_total')
  for (const [name, withinMs] of SEEN_WITHIN) if (ageMs <= withinMs) counters.add(name)
}

function isByItsOwner({ state }: Parts, segment: Segment, latest: Stamp): boolean {
  for (const { key, kind, value } of segment.entries) {
    const place = kind === 'set' ? slotPlace(key) : undefined
    if (place?.lattice !== 'register') continue
    const read = state.lattices.of(place.lattice, place.map).read(value, 0)
    if (read?.kind !== 'register' || !stampsEqual(read.stamp, latest)) continue
    return read.writer.name === segment.name && read.writer.generation === segment.generation
  }
  return false
}
