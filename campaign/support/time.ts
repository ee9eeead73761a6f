// Time as the campaign takes it: Unix milliseconds from a monotonic clock, comparable with the
// time stamps of agents on this machine; and how badly the machine lets us wait.

const STEP_MS = 50

/** Milliseconds since 1970, never going back. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/**
 * Asks again and again; true as soon as the answer is yes, false once it was no for so long.
 * It counts looks, not time: who stood still with the whole machine has not waited.
 */
export async function until(answer: () => boolean, withinMs: number): Promise<boolean> {
  for (let looks = Math.ceil(withinMs / STEP_MS); looks >= 0; looks -= 1) {
    if (answer()) return true
    await pause(STEP_MS)
  }
  return false
}

/** How late timers of this process came: what the machine owes all who run on it. */
export class StallWatch {
  #worstMs = 0
  #worstEverMs = 0
  #lastMs = now()

  constructor() {
    setInterval(() => this.#look(), STEP_MS).unref()
  }

  #look(): void {
    const late = now() - this.#lastMs - STEP_MS
    this.#lastMs = now()
    this.#worstMs = Math.max(this.#worstMs, late)
    this.#worstEverMs = Math.max(this.#worstEverMs, late)
  }

  /** The longest stall since the last question, in milliseconds. */
  take(): number {
    const worst = this.#worstMs
    this.#worstMs = 0
    return worst
  }

  /** The longest stall of all, in milliseconds. */
  get worstMs(): number {
    return this.#worstEverMs
  }
}
