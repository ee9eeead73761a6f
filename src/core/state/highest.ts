// The highest of what was noted in the last one to two minutes, in constant room.

const SPAN_MS = 60_000

export class Highest {
  #sinceMs = Number.NEGATIVE_INFINITY
  #now = 0
  #before = 0

  note(value: number, nowMs: number): void {
    this.#turn(nowMs)
    this.#now = Math.max(this.#now, value)
  }

  /** 0 if nothing above it was noted. */
  at(nowMs: number): number {
    this.#turn(nowMs)
    return Math.max(this.#now, this.#before)
  }

  #turn(nowMs: number): void {
    const agoMs = nowMs - this.#sinceMs
    if (agoMs < SPAN_MS) return
    this.#before = agoMs < 2 * SPAN_MS ? this.#now : 0
    this.#now = 0
    this.#sinceMs = nowMs
  }
}
