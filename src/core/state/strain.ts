// Whether the event loop keeps up. Ticks that come late say that it does not; then replicated
// state, which can wait, stands back for probes, which cannot.

/** A tick later than this is a sign of strain. */
const STRAIN_LAG_MS = 200
/** Without another such tick it is over after so long. */
const RELIEF_MS = 1000

export class Strain {
  #untilMs = Number.NEGATIVE_INFINITY

  /** When it is over, if no more ticks come late. */
  get untilMs(): number {
    return this.#untilMs
  }

  isOn(nowMs: number): boolean {
    return nowMs < this.#untilMs
  }

  /** A tick came so late; true if strain begins with it. */
  note(lagMs: number, nowMs: number): boolean {
    if (lagMs <= STRAIN_LAG_MS) return false
    const begins = !this.isOn(nowMs)
    this.#untilMs = nowMs + RELIEF_MS
    return begins
  }
}
