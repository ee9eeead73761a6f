// The inputs of a process that is slow: each costs time, one after the other, and what comes
// meanwhile waits in a socket's buffer, which is not endless. Once nothing costs anything
// more, the rest is worked off at once.

import type { Input, Millis } from '../core/index.ts'
import type { Agenda } from './agenda.ts'
import { HELD_BYTES_MAX, packetBytes } from './gate.ts'

export class Labour {
  readonly #agenda: Agenda
  readonly #step: (input: Input) => void
  #waiting: Input[] = []
  #waitingBytes = 0
  #costMs: Millis = 0
  /** Somebody takes from what waits, now or as planned; another cost starts anew. */
  #isAtWork = false
  #shifts = 0

  constructor(agenda: Agenda, step: (input: Input) => void) {
    this.#agenda = agenda
    this.#step = step
  }

  /** Steps at once, or later where inputs cost time; datagrams beyond the buffer are dropped. */
  take(input: Input): void {
    if (this.#costMs === 0 && this.#waiting.length === 0) {
      this.#step(input)
      return
    }
    const bytes = packetBytes(input)
    if (this.#waitingBytes + bytes > HELD_BYTES_MAX) return
    this.#waitingBytes += bytes
    this.#waiting.push(input)
    this.#work()
  }

  /** From now on each input costs `costMs`; at 0 all that waits is worked off. */
  setCost(costMs: Millis): void {
    this.#costMs = costMs
    this.#shifts++
    this.#isAtWork = false
    this.#work()
  }

  #work(): void {
    if (this.#isAtWork) return
    const shift = ++this.#shifts
    this.#isAtWork = true
    while (this.#costMs === 0 && this.#waiting.length > 0 && shift === this.#shifts) this.#next()
    if (shift !== this.#shifts) return
    this.#isAtWork = this.#waiting.length > 0
    if (this.#isAtWork) this.#workLater(shift)
  }

  #workLater(shift: number): void {
    this.#agenda.at(this.#agenda.nowMs + this.#costMs, () => {
      if (shift !== this.#shifts) return
      this.#next()
      if (shift !== this.#shifts) return
      this.#isAtWork = false
      this.#work()
    })
  }

  #next(): void {
    const input = this.#waiting.shift()
    if (input === undefined) return
    this.#waitingBytes -= packetBytes(input)
    this.#step(input)
  }
}
