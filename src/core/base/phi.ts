// How surprising a silence is, from the beats that came before (Hayashibara et al. 2004, the
// phi accrual detector): phi = −log10 of the chance that a beat is still on its way. Pure: the
// owner says when beats came and what it does with phi. It is advice; who is dead is SWIM's.

/** What is known of a peer's beats beforehand, and how much of the past is kept. */
export interface PhiRules {
  /** Time between two beats as agreed; the mean never counts as less. */
  readonly expectedMs: number
  /** Intervals kept, the latest; 1 or more. Default 200. */
  readonly windowMax?: number
  /** How many intervals of `expectedMs` the first guess weighs. Default 5. */
  readonly priorWeight?: number
  /** Longer intervals are outages, not rhythm, and are not kept. Default 3 · expectedMs. */
  readonly recordMaxMs?: number
}

const WINDOW_MAX = 200
const PRIOR_WEIGHT = 5
const RECORD_MAX_INTERVALS = 3

/** The beats of one peer, as they came. */
export class BeatHistory {
  readonly #expectedMs: number
  readonly #priorWeight: number
  readonly #recordMaxMs: number
  /** A ring; single precision is ample for milliseconds between beats. */
  readonly #intervals: Float32Array
  #count = 0
  #sum = 0
  #sumOfSquares = 0
  #lastMs: number | undefined

  constructor(rules: PhiRules) {
    this.#expectedMs = rules.expectedMs
    this.#priorWeight = rules.priorWeight ?? PRIOR_WEIGHT
    this.#recordMaxMs = rules.recordMaxMs ?? RECORD_MAX_INTERVALS * rules.expectedMs
    this.#intervals = new Float32Array(rules.windowMax ?? WINDOW_MAX)
  }

  /** Notes a beat. The first only starts the clock: it may be old news of a peer that is gone. */
  beat(nowMs: number): void {
    if (this.#lastMs !== undefined) this.#record(nowMs - this.#lastMs)
    this.#lastMs = nowMs
  }

  /** Adds time in which no beat could have been heard, e.g. our own pause. */
  postpone(byMs: number): void {
    if (this.#lastMs !== undefined) this.#lastMs += byMs
  }

  /** The mean interval in ms, the first guess weighed in; never below the agreed one. */
  get meanMs(): number {
    const kept = Math.min(this.#count, this.#intervals.length)
    const guessed = this.#priorWeight * this.#expectedMs
    const mean = (this.#sum + guessed) / (kept + this.#priorWeight)
    return kept + this.#priorWeight === 0 ? this.#expectedMs : Math.max(this.#expectedMs, mean)
  }

  /** Standard deviation of the kept intervals in ms; 0 with fewer than two. */
  get deviationMs(): number {
    const kept = Math.min(this.#count, this.#intervals.length)
    if (kept < 2) return 0
    const mean = this.#sum / kept
    return Math.sqrt(Math.max(0, this.#sumOfSquares / kept - mean * mean))
  }

  /** Time since the last beat in ms; 0 before the first. */
  silentMs(nowMs: number): number {
    return this.#lastMs === undefined ? 0 : Math.max(0, nowMs - this.#lastMs)
  }

  #record(intervalMs: number): void {
    if (intervalMs < 0 || intervalMs > this.#recordMaxMs) return
    const at = this.#count % this.#intervals.length
    const before = this.#intervals[at] ?? 0
    this.#intervals[at] = intervalMs
    const kept = this.#intervals[at] ?? 0
    this.#count++
    this.#sum += kept - before
    this.#sumOfSquares += kept * kept - before * before
  }
}

/**
 * Phi where beats come through gossip: intervals fall off exponentially, so that phi grows in
 * proportion to the silence. 8 is reached after 18.4 mean intervals.
 */
export function phiExponential(silentMs: number, meanMs: number): number {
  return silentMs / (meanMs * Math.LN10)
}

/** What the normal form allows for beyond the mean. */
export interface NormalRules {
  /** A pause that is no surprise, e.g. a collection of garbage. Default 3000. */
  readonly acceptableMs?: number
  /** The deviation never counts as less. Default 100. */
  readonly deviationMinMs?: number
}

const ACCEPTABLE_MS = 3000
const DEVIATION_MIN_MS = 100

/**
 * Phi where each beat comes straight from the peer: intervals lie around their mean, as Akka
 * has it, by the logistic approximation of the normal distribution.
 */
export function phiNormal(
  silentMs: number,
  { meanMs, deviationMs }: { readonly meanMs: number; readonly deviationMs: number },
  rules: NormalRules = {},
): number {
  const { acceptableMs = ACCEPTABLE_MS, deviationMinMs = DEVIATION_MIN_MS } = rules
  const y = (silentMs - meanMs - acceptableMs) / Math.max(deviationMs, deviationMinMs)
  const x = y * (1.5976 + 0.070566 * y * y)
  // −log10(e / (1 + e)) with e = exp(−x), written so that neither end overflows.
  return (Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))) / Math.LN10
}
