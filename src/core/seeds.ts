// The seeds we were told to join, and how patient we are with them: tried again for ever,
// soon at first and every half minute in the end.

import type { JoinTarget, Millis } from './io.ts'

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 30_000

/**
 * Round robin over choices that may change between two turns. Two lists that take turns in one
 * count would keep each other from some of their places.
 */
export class Turns {
  #turn: number

  constructor(firstTurn: number) {
    this.#turn = firstTurn
  }

  /** The next of `choices`; undefined if there is none. */
  take<T>(choices: readonly T[]): T | undefined {
    return choices[this.#turn++ % Math.max(1, choices.length)]
  }
}

export class Seeds {
  #targets: readonly JoinTarget[] = []
  #attempts = 0
  #areConfigured = false
  #wereSought = false
  /** Which of the departed, or of the seeds as one more, is looked for next. */
  readonly searches: Turns
  /** Which of the seeds is dialled next. */
  readonly dials: Turns

  /** `firstTurn`: a number unlike that of others, so that not all start their round at one place. */
  constructor(firstTurn: number) {
    this.searches = new Turns(firstTurn)
    this.dials = new Turns(firstTurn)
  }

  get targets(): readonly JoinTarget[] {
    return this.#targets
  }

  /** Whether there are any, resolved or not. */
  get areConfigured(): boolean {
    return this.#areConfigured
  }

  /** Whether anybody else was ever to be joined, with or without success. */
  get wereSought(): boolean {
    return this.#wereSought
  }

  /** Somebody else is about to be joined. */
  seek(): void {
    this.#wereSought = true
  }

  /** Freshly resolved addresses take the place of the old ones. */
  set(targets: readonly JoinTarget[]): void {
    this.#areConfigured = true
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
}
