// Adds up the storms of a sweep: failures, what struck, what was covered, and how near the
// bounds of liveness anybody came.

import { addCounts, mustOccur, neverWithState, type StormCounts } from 'hearsay/sim'
import type { Result } from './result.ts'

/** How one liveness invariant fared. */
export interface Margin {
  readonly cases: number
  /** The slowest, as a share of its bound. */
  readonly worst: number
  readonly worstSeed: number
  readonly worstMs: number
}

export class Sweep {
  readonly failures: Result[] = []
  storms = 0
  virtualMs = 0
  #counts: StormCounts = {}
  readonly #margins = new Map<string, Margin>()

  add(result: Result): void {
    this.storms++
    this.virtualMs += result.lastedMs
    this.#counts = addCounts(this.#counts, result.counts)
    if (result.failure !== undefined) this.failures.push(result)
    for (const { id, tookMs, boundMs } of result.measured) {
      const before = this.#margins.get(id) ?? { cases: 0, worst: -1, worstSeed: 0, worstMs: 0 }
      const worst = tookMs / boundMs
      const cases = before.cases + 1
      const slower = { worst, worstSeed: result.seed, worstMs: tookMs }
      this.#margins.set(id, { ...before, ...(worst > before.worst ? slower : {}), cases })
    }
  }

  /** How often everything happened, by name. */
  get counts(): readonly (readonly [string, number])[] {
    return Object.entries(this.#counts).sort(([a], [b]) => (a < b ? -1 : 1))
  }

  get margins(): readonly (readonly [string, Margin])[] {
    return [...this.#margins].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Whether members wrote to replicated state. */
  get hasState(): boolean {
    return mustOccur.state.some((what) => (this.#counts[what] ?? 0) > 0)
  }

  /** What a sweep of such storms must contain, by kind. */
  required(kind: keyof typeof mustOccur): readonly string[] {
    const all = mustOccur[kind]
    return this.hasState ? all.filter((what) => !neverWithState.includes(what)) : all
  }

  /** What it must contain and this one did not. */
  missing(kind: keyof typeof mustOccur): readonly string[] {
    return this.required(kind).filter((what) => (this.#counts[what] ?? 0) === 0)
  }
}
