// The monotonic clock of one process: it starts anywhere, may run too fast or too slow, and may
// leap ahead as after the restore of a virtual machine. It never goes back.

import { assert, type Millis } from '../core/index.ts'

export class OwnClock {
  #ownMs: Millis
  /** Virtual time at which it showed `#ownMs`. */
  #sinceMs: Millis = 0
  #rate = 1

  /** Shows `startMs` at virtual time 0. */
  constructor(startMs: Millis) {
    this.#ownMs = startMs
  }

  /** What it shows at a virtual time. */
  at(virtualMs: Millis): Millis {
    return this.#ownMs + (virtualMs - this.#sinceMs) * this.#rate
  }

  /** The virtual time at which it will show `ownMs`, if nothing happens to it. */
  virtualAt(ownMs: Millis): Millis {
    return this.#sinceMs + (ownMs - this.#ownMs) / this.#rate
  }

  /** From `virtualMs` on it runs `rate` milliseconds in one; 1 is true. */
  setRate(virtualMs: Millis, rate: number): void {
    assert(rate > 0, 'a monotonic clock goes on')
    this.#startAnew(virtualMs, 0)
    this.#rate = rate
  }

  /** At `virtualMs` it jumps ahead. */
  leap(virtualMs: Millis, aheadMs: Millis): void {
    assert(aheadMs >= 0, 'a monotonic clock does not go back')
    this.#startAnew(virtualMs, aheadMs)
  }

  #startAnew(virtualMs: Millis, aheadMs: Millis): void {
    this.#ownMs = this.at(virtualMs) + aheadMs
    this.#sinceMs = virtualMs
  }
}
