// What the pieces of a pull have brought is taken over in slices, a slice a step, so that no
// ping waits for a newcomer's ten megabytes. Small segments are taken as they are. A large one
// is judged first, all of it; then its keys are shown slice by slice, as keys above a gap are;
// and in the end it is taken as what it is. Only then do we say that we hold it. What
// replaces a stream that is held is taken at once: it takes keys away.

import type { Parts } from '../parts.ts'
import { compareStamps, type Stamp } from '../state/clock.ts'
import { streamKeyOf } from '../state/stream-id.ts'
import type { Segment } from '../wire/state-parts.ts'
import type { Absorption, Slicing } from './shared-state.ts'
import { judgeSegment, judgeStream, refuseSegment, takeJudged, takeSegment } from './taking.ts'
import { expectTask } from './telling.ts'

/** Entries taken, or judged, in one step: of shared maps about 3 ms of a core. */
const ENTRIES_A_STEP = 256
/** What a segment costs beside its entries, in entries. */
const SEGMENT_COST = 2

/** Takes what a piece has brought: some of it at once, the rest in the next steps. */
export function absorb(
  parts: Parts,
  brought: Pick<Absorption, 'segments' | 'spreads' | 'finished'>,
): void {
  parts.state.absorptions.push({ ...brought, at: 0, slicing: undefined })
  continueAbsorbing(parts)
}

/** Takes the next slice of what has come; asks for another turn while there is more. */
export function continueAbsorbing(parts: Parts): void {
  const { absorptions } = parts.state
  let left = ENTRIES_A_STEP
  while (left > 0) {
    const [first] = absorptions
    if (first === undefined) return
    const segment = first.segments[first.at]
    if (segment !== undefined) left -= takeOn(parts, first, segment)
    else {
      absorptions.shift()
      first.finished()
    }
  }
  if (absorptions.length > 0) parts.timers.set('work', parts.now, { kind: 'work' })
}

/** Takes a segment, or the next slice of it; answers what that cost. */
function takeOn(parts: Parts, absorption: Absorption, segment: Segment): number {
  const { slicing } = absorption
  if (slicing !== undefined) return takeSlice(parts, absorption, { segment, slicing })
  if (isLarge(parts, segment)) {
    absorption.slicing = { judged: 0, taken: 0, latest: undefined }
    return SEGMENT_COST
  }
  over(parts, absorption, segment, takeSegment(parts, segment))
  return SEGMENT_COST + segment.entries.length
}

/** Worth slices, and fit for them: only what takes the place of nothing may be seen in parts. */
function isLarge({ state, config }: Parts, segment: Segment): boolean {
  const { whole, name, generation, entries } = segment
  if (name === config.name || entries.length <= ENTRIES_A_STEP) return false
  const held = state.store.find(streamKeyOf(segment))
  if (held === undefined) return true
  return held.generation === generation && (!whole || held.replica.base === 0)
}

interface Sliced {
  readonly segment: Segment
  readonly slicing: Slicing
}

function takeSlice(parts: Parts, absorption: Absorption, { segment, slicing }: Sliced): number {
  const { entries } = segment
  const next = slicing.judged < entries.length ? slicing.judged : slicing.taken
  const slice = entries.slice(next, next + ENTRIES_A_STEP)
  if (slicing.judged < entries.length) {
    slicing.judged += slice.length
    const { refusal, latest } = judgeSegment(parts, { ...segment, entries: slice })
    slicing.latest = later(slicing.latest, latest)
    if (refusal !== undefined) {
      refuseSegment(parts, refusal)
      over(parts, absorption, segment, false)
    }
    return slice.length
  }
  // Since it was judged it may have been closed, or its author forgotten: it is not opened again.
  const refusal = judgeStream(parts, segment)
  if (refusal !== undefined) {
    refuseSegment(parts, refusal)
    over(parts, absorption, segment, false)
    return SEGMENT_COST
  }
  // In full or not at all: if there is no room for it, none of it is shown.
  const isFull = slicing.taken === 0 && parts.state.store.lacksRoomFor(segment)
  if (!isFull && slice.length > 0) {
    slicing.taken += slice.length
    const part = { ...segment, ...NO_RANGE, entries: slice }
    takeJudged(parts, part, { latest: undefined, isPart: true })
    return slice.length
  }
  const { latest } = slicing
  over(parts, absorption, segment, takeJudged(parts, segment, { latest, isPart: false }))
  return ENTRIES_A_STEP
}

/** Says nothing about what is complete. */
const NO_RANGE = { whole: false, gcFloor: 0, above: 0, upTo: 0, islands: [] }

function later(one: Stamp | undefined, other: Stamp | undefined): Stamp | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return compareStamps(one, other) > 0 ? one : other
}

/** A segment has been taken, or refused. */
function over(parts: Parts, absorption: Absorption, segment: Segment, isNews: boolean): void {
  absorption.at++
  absorption.slicing = undefined
  if (!isNews || !absorption.spreads) return
  parts.state.rumors.addStream(streamKeyOf(segment))
  expectTask(parts, 'tell', parts.now)
}
