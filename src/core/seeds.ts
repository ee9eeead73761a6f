// The seeds we were told to join, and how patient we are with them: tried again for ever,
// soon at first and every half minute in the end.

import type { JoinTarget, Millis } from './io.ts'

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000

export class Seeds {
  #targets: readonly JoinTarget[] = []
  #attempts = 0
  #turn: number

  /** `firstTurn`: a number unlike that of others, so that not all start their round at one place. */
  constructor(firstTurn: number) {
    this.#turn = firstTurn
  }

  get targets(): readonly JoinTarget[] {
    return this.#targets
  }

  /** Freshly resolved addresses take the place of the old ones. */
  set(targets: readonly JoinTarget[]): void {
    this.#targets = targets
  }

  /** Milliseconds until the next try, doubling from 1 s to 30 s. */
  nextDelayMs(): Millis {
    const delay = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts)
    this.#attempts = Math.min(this.#attempts + 1, 16)
    return delay
  }

  succeeded(): void {
    this.#attempts = 0
  }

  /** The next of `choices`, round robin. */
  takeTurn<T>(choices: readonly T[]): T | undefined {
    if (choices.length === 0) return undefined
    this.#turn = (this.#turn + 1) % choices.length
    return choices[this.#turn]
  }
}
