// The hybrid logical clock (Kulkarni et al. 2014) that orders writes of shared keys: the wall
// clock where it rises, a counter where it does not, and never behind a stamp that was taken in.
// Pure: the caller brings the wall time. Which stamps are taken in is the caller's rule; this
// page only says which lie too far ahead to be believed.

/** When something was written: Unix milliseconds, then a counter of 16 bits. */
export interface Stamp {
  readonly ms: number
  readonly counter: number
}

/** A stamp this far ahead of the wall clock is not believed, and none is given beyond it. */
export const DRIFT_MAX_MS = 60_000
/** The highest counter; one more is the next millisecond. */
export const COUNTER_MAX = 0xffff
/** 48 bits: the year 10889. */
export const STAMP_MS_MAX = 2 ** 48 - 1

/** Before every stamp. */
export const NO_STAMP: Stamp = { ms: 0, counter: 0 }

/** Which stamp is the later: positive if `one` is. */
export function compareStamps(one: Stamp, other: Stamp): number {
  return one.ms === other.ms ? one.counter - other.counter : one.ms - other.ms
}

export function stampsEqual(one: Stamp, other: Stamp): boolean {
  return compareStamps(one, other) === 0
}

/** True if a stamp lies so far ahead of the wall clock that it may not be taken in yet. */
export function isTooFarAhead({ ms }: Stamp, wallMs: number): boolean {
  return ms > wallMs + DRIFT_MAX_MS
}

export class HybridClock {
  #last: Stamp

  /** `floor`: no stamp at or below it is ever given, e.g. one kept from a former life. */
  constructor(floor: Stamp = NO_STAMP) {
    this.#last = floor
  }

  /** The latest stamp given or taken in. */
  get last(): Stamp {
    return this.#last
  }

  /**
   * The next stamp, above all before it; undefined if it would lie too far ahead of the wall
   * clock, which then has to catch up first.
   */
  next(wallMs: number): Stamp | undefined {
    const stamp = after(this.#last, Math.floor(wallMs))
    if (isTooFarAhead(stamp, wallMs)) return undefined
    this.#last = stamp
    return stamp
  }

  /** Takes in a stamp that was accepted: what we give from now on lies above it. */
  observe(stamp: Stamp): void {
    if (compareStamps(stamp, this.#last) > 0) this.#last = stamp
  }
}

function after({ ms, counter }: Stamp, wallMs: number): Stamp {
  if (wallMs > ms) return { ms: wallMs, counter: 0 }
  if (counter < COUNTER_MAX) return { ms, counter: counter + 1 }
  return { ms: ms + 1, counter: 0 }
}
