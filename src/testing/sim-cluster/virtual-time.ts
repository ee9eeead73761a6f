// Virtual time for code with promises: after each moment at which something happened, the
// event loop takes one real turn, in which every promise that was kept is followed up. So
// `await` inside a node, or inside the application under test, costs no virtual time.

import { HearsayError, type Millis } from '../../core/index.ts'
import { realClock, show } from '../../host/index.ts'
import { Agenda } from '../../sim/index.ts'

/** Taken when this file is loaded, before a test runner may put fake timers in its place. */
const { soon } = realClock()

/** How often a condition is looked at. */
const LOOK_EVERY_MS = 100
const MS_MAX = 365 * 24 * 3_600_000

export class VirtualTime {
  readonly agenda = new Agenda()
  #isRunning = false
  #failure: Error | undefined

  get nowMs(): Millis {
    return this.agenda.nowMs
  }

  /** Lets `ms` pass. */
  async run(ms: Millis): Promise<void> {
    checkMs(ms)
    await this.#alone(() => this.#runTo(this.nowMs + ms))
  }

  /** Lets time pass until `isSo`, looked at every 100 ms; false if it is not so within `withinMs`. */
  async runUntil(isSo: () => boolean, withinMs: Millis): Promise<boolean> {
    checkMs(withinMs)
    return await this.#alone(async () => {
      const endMs = this.nowMs + withinMs
      await realTurn()
      while (!answerOf(isSo)) {
        if (this.nowMs >= endMs) return false
        await this.#runTo(Math.min(endMs, this.nowMs + LOOK_EVERY_MS))
      }
      return true
    })
  }

  /** Runs `action` after `ms`. */
  after(ms: Millis, action: () => void): void {
    checkMs(ms)
    this.agenda.at(this.nowMs + ms, action)
  }

  /** Whoever lets time pass gets this error instead, now and from now on. */
  fail(error: Error): void {
    this.#failure ??= error
  }

  async #runTo(endMs: Millis): Promise<void> {
    await realTurn()
    while (this.agenda.nextMs <= endMs) {
      this.agenda.runUntil(this.agenda.nextMs)
      await realTurn()
      if (this.#failure !== undefined) throw this.#failure
    }
    this.agenda.runUntil(endMs)
  }

  /** There is one time: two at once would each run away with the other's. */
  async #alone<T>(action: () => Promise<T>): Promise<T> {
    if (this.#isRunning) {
      throw new HearsayError(
        'HEARSAY_CONFIG',
        'virtual time is running already: await the run, until or complete before this one',
      )
    }
    this.#isRunning = true
    try {
      return await action()
    } finally {
      this.#isRunning = false
    }
  }
}

function realTurn(): Promise<void> {
  return new Promise((resolve) => soon(resolve))
}

/** A promise would count as true, and a test that cannot fail would pass. */
function answerOf(isSo: () => unknown): boolean {
  const answer = isSo()
  if (typeof answer === 'boolean') return answer
  const text = `a condition must answer true or false at once, got ${show(answer)}; use complete() for a promise`
  throw new HearsayError('HEARSAY_CONFIG', text)
}

function checkMs(ms: unknown): void {
  if (typeof ms === 'number' && ms >= 0 && ms <= MS_MAX) return
  const text = `a time in ms from 0 to ${MS_MAX} (a year) expected, got ${show(ms)}`
  throw new HearsayError('HEARSAY_CONFIG', text)
}
