// How long to suspect a member before calling it dead (Lifeguard §4.2, memberlist
// `suspicion.go`): long at first, shorter with each independent accuser.

export interface SuspicionOptions {
  /** The first accuser; its repetition is no confirmation. */
  readonly from: string
  readonly startMs: number
  /** Accusers beyond the first that bring the timeout down to the minimum. */
  readonly needed: number
  readonly minMs: number
  readonly maxMs: number
}

export class Suspicion {
  readonly needed: number
  #startMs: number
  readonly #minMs: number
  readonly #maxMs: number
  readonly #accusers: Set<string>
  #confirmations = 0

  constructor(options: SuspicionOptions) {
    this.#startMs = options.startMs
    this.needed = options.needed
    this.#minMs = options.minMs
    this.#maxMs = options.needed < 1 ? options.minMs : options.maxMs
    this.#accusers = new Set([options.from])
  }

  get startMs(): number {
    return this.#startMs
  }

  get confirmations(): number {
    return this.#confirmations
  }

  /** Total length in ms with the confirmations so far. */
  get timeoutMs(): number {
    return suspicionLengthMs(this.#confirmations, this.needed, this.#minMs, this.#maxMs)
  }

  /** When the member is to be called dead. */
  get deadlineMs(): number {
    return this.#startMs + this.timeoutMs
  }

  /** Adds time in which the accused could not have been heard, e.g. our own pause. */
  postpone(byMs: number): void {
    this.#startMs += byMs
  }

  /** Counts an accuser; true if it is a new one and was still needed. */
  confirm(from: string): boolean {
    if (this.#confirmations >= this.needed || this.#accusers.has(from)) return false
    this.#accusers.add(from)
    this.#confirmations++
    return true
  }
}

/** The length after `confirmations`, floored to whole ms, never below `minMs`. */
export function suspicionLengthMs(
  confirmations: number,
  needed: number,
  minMs: number,
  maxMs: number,
): number {
  if (needed < 1) return minMs
  const share = Math.log(confirmations + 1) / Math.log(needed + 1)
  const seconds = maxMs / 1000 - share * (maxMs / 1000 - minMs / 1000)
  return Math.max(minMs, Math.floor(1000 * seconds))
}

/** The shortest suspicion among `n` members, in ms: mult · max(1, log10 n) · interval. */
export function suspicionMinMs(mult: number, n: number, probeIntervalMs: number): number {
  const scale = Math.trunc(Math.max(1, Math.log10(Math.max(1, n))) * 1000)
  const nanoseconds = Math.trunc((mult * scale * probeIntervalMs * 1_000_000) / 1000)
  return nanoseconds / 1_000_000
}

/** Confirmations to wait for among `n` members; 0 where there are too few to give them. */
export function confirmationsNeeded(mult: number, n: number): number {
  const needed = mult - 2
  return n - 2 < needed ? 0 : needed
}
