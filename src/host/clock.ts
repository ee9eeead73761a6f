// Time and chance for a host: the only file outside `node/` and `browser/` that touches
// timers, `performance` or the wall clock. Points in time come from the monotonic clock,
// set to Unix time once at the start of the process, so that a jump of the wall clock moves
// no timer; `wallOffset` says how far the two have come apart since.

import type { Millis } from '../core/index.ts'

/** One point in the future to be woken at. */
export interface Alarm {
  /** Rings at `atMs`, never earlier, in place of any time set before; Infinity: not at all. */
  set(atMs: Millis): void
  clear(): void
}

export interface Clock {
  /** Monotonic milliseconds with a fraction, near Unix time. */
  now(): Millis
  /** Wall clock minus `now`. */
  wallOffset(): Millis
  /** An alarm that is not set yet. */
  alarm(ring: () => void): Alarm
  /** Runs after what has already arrived from the network has been read. */
  soon(run: () => void): void
  /** A whole number from the system's generator, to seed a `Random`. */
  seed(): number
}

/** Longest delay a platform timer takes. */
const DELAY_MS_MAX = 2_147_483_647

/** The clock of this process. */
export function realClock(): Clock {
  const origin = performance.timeOrigin
  const now = () => origin + performance.now()
  return {
    now,
    // The one reading of the wall clock in the whole project.
    wallOffset: () => Date.now() - now(),
    alarm: (ring) => new RealAlarm(now, ring),
    soon: typeof setImmediate === 'function' ? setImmediate : (run) => setTimeout(run, 0),
    seed: randomSeed,
  }
}

function randomSeed(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  return (high & 0x1f_ffff) * 4_294_967_296 + low
}

/** A timer made anew at each `set`: 0.7 µs, where a needless waking costs 65 µs (Node 20). */
class RealAlarm implements Alarm {
  readonly #now: () => Millis
  readonly #ring: () => void
  readonly #fire: () => void
  #atMs = Number.POSITIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(now: () => Millis, ring: () => void) {
    this.#now = now
    this.#ring = ring
    this.#fire = () => this.#fired()
  }

  set(atMs: Millis): void {
    this.clear()
    this.#atMs = atMs
    if (atMs === Number.POSITIVE_INFINITY) return
    const delayMs = Math.ceil(atMs - this.#now())
    this.#timer = setTimeout(this.#fire, Math.min(Math.max(delayMs, 1), DELAY_MS_MAX))
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #fired(): void {
    this.#timer = undefined
    // Timers count from a cached time of the loop, so they may come up to a turn early.
    if (this.#now() < this.#atMs) this.set(this.#atMs)
    else this.#ring()
  }
}
