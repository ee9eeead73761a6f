// A clock that stands still until a test moves it: the fake of `host/clock.ts`. Turns of the
// event loop are taken by hand as well, so that a test can say what arrives before a tick.

import type { Millis } from '../core/index.ts'
import type { Alarm, Clock } from '../host/index.ts'

export class ManualClock implements Clock {
  #now: Millis
  #offsetMs = 0
  readonly #alarms: ManualAlarm[] = []
  #soon: (() => void)[] = []

  constructor(startMs: Millis = 1_000_000) {
    this.#now = startMs
  }

  now(): Millis {
    return this.#now
  }

  wallOffset(): Millis {
    return this.#offsetMs
  }

  seed(): number {
    return 1
  }

  alarm(ring: () => void): Alarm {
    const alarm = new ManualAlarm(ring)
    this.#alarms.push(alarm)
    return alarm
  }

  soon(run: () => void): void {
    this.#soon.push(run)
  }

  /** Moves the wall clock, but no timer. */
  moveWall(byMs: Millis): void {
    this.#offsetMs += byMs
  }

  /** Jumps to a later time as a held-up process does: alarms ring now, late. */
  jump(byMs: Millis): void {
    this.#now += byMs
    for (const alarm of this.#alarms) alarm.ringIfDue(this.#now)
  }

  /** Goes on by `byMs`, ringing each alarm at its time and taking turns until all is quiet. */
  run(byMs: Millis): void {
    const endMs = this.#now + byMs
    this.settle()
    for (let at = this.#nextRing(); at <= endMs; at = this.#nextRing()) {
      this.jump(Math.max(0, at - this.#now))
      this.settle()
    }
    this.#now = endMs
  }

  /** Takes one turn of the event loop; how many callbacks ran. */
  turn(): number {
    const runs = this.#soon
    this.#soon = []
    for (const run of runs) run()
    return runs.length
  }

  /** Takes turns until nothing waits for one; at most 10 000. */
  settle(): void {
    for (let turns = 0; turns < 10_000; turns++) if (this.turn() === 0) return
    throw new Error('the event loop never came to rest')
  }

  #nextRing(): Millis {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#alarms.map((alarm) => alarm.atMs))
  }
}

class ManualAlarm implements Alarm {
  atMs = Number.POSITIVE_INFINITY
  readonly #ring: () => void

  constructor(ring: () => void) {
    this.#ring = ring
  }

  set(atMs: Millis): void {
    this.atMs = atMs
  }

  clear(): void {
    this.atMs = Number.POSITIVE_INFINITY
  }

  ringIfDue(now: Millis): void {
    if (this.atMs > now) return
    this.clear()
    this.#ring()
  }
}
