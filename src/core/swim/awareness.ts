// How unwell we are ourselves (Lifeguard §4.1, memberlist `awareness.go`): a score from 0
// (healthy) up. It stretches our probe interval, so that a slow node accuses others later.

export class Awareness {
  readonly #max: number
  #score = 0

  /** `multiplierMax` as in `awarenessMaxMultiplier`; the score stays below it. */
  constructor(multiplierMax: number) {
    this.#max = multiplierMax - 1
  }

  /** 0 … multiplierMax − 1. */
  get score(): number {
    return this.#score
  }

  /** Positive worsens, negative improves; the result is clamped. */
  add(delta: number): void {
    this.#score = Math.min(this.#max, Math.max(0, this.#score + delta))
  }

  /** `durationMs` stretched by our ill health. */
  scale(durationMs: number): number {
    return durationMs * (this.#score + 1)
  }
}
