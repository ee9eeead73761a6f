// Numbers about what happened, by stable name. Counting never interrupts a rule: an
// increment is all there is. Also limits how often a reason may reach the log.

export class Counters {
  readonly #count: Record<string, number> = Object.create(null)

  add(name: string, by = 1): void {
    this.#count[name] = (this.#count[name] ?? 0) + by
  }

  get(name: string): number {
    return this.#count[name] ?? 0
  }

  all(): Readonly<Record<string, number>> {
    return { ...this.#count }
  }
}

const LOG_EVERY_MS = 10_000
const REASONS_MAX = 256

/** Lets one line a reason through in 10 s and counts the rest. */
export class LogGate {
  readonly #lastByReason = new Map<string, { atMs: number; held: number }>()

  /** How many lines were held back since the last one; undefined: hold this one too. */
  open(reason: string, nowMs: number, everyMs: number = LOG_EVERY_MS): number | undefined {
    const last = this.#lastByReason.get(reason)
    if (last !== undefined && nowMs - last.atMs < everyMs) {
      last.held++
      return undefined
    }
    if (this.#lastByReason.size >= REASONS_MAX) this.#lastByReason.clear()
    this.#lastByReason.set(reason, { atMs: nowMs, held: 0 })
    return last?.held ?? 0
  }
}

/** A budget that refills with time: `burst` at once, `perSecond` in the long run. */
export class Budget {
  readonly #burst: number
  readonly #perSecond: number
  #tokens: number
  #atMs = Number.NEGATIVE_INFINITY

  constructor(burst: number, perSecond: number) {
    this.#burst = burst
    this.#perSecond = perSecond
    this.#tokens = burst
  }

  /** Takes `count`, one unless said otherwise, if there are so many. */
  spend(nowMs: number, count = 1): boolean {
    this.#refill(nowMs)
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }

  /** Takes `count` whether they are there or not: the next ones come the later. */
  charge(nowMs: number, count: number): void {
    this.#refill(nowMs)
    this.#tokens -= count
  }

  /** When `count` of them, one unless said otherwise, will be there. */
  nextAt(nowMs: number, count = 1): number {
    this.#refill(nowMs)
    if (this.#tokens >= count) return nowMs
    return nowMs + ((count - this.#tokens) / this.#perSecond) * 1000
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#atMs) return
    const earned = this.#atMs === Number.NEGATIVE_INFINITY ? 0 : (nowMs - this.#atMs) / 1000
    this.#tokens = Math.min(this.#burst, this.#tokens + earned * this.#perSecond)
    this.#atMs = nowMs
  }
}
