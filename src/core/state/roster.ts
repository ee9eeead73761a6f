// Who counts where something is only done once everybody knows: the living, and the absent, who
// may come back with what they held. An absent member stops to count when it is evicted, which
// takes more than half of all who count: the smaller side of a partition evicts nobody, however
// long it lasts, so that two sides never adopt from each other.

export interface Seen {
  readonly name: string
  readonly sinceMs: number
}

/** More than any cluster that is at work. */
const ABSENT_MAX = 10_000

export class Roster {
  #living: ReadonlySet<string> = new Set()
  readonly #absentMsByName = new Map<string, number>()
  /** Since when they had been gone when they were evicted. */
  readonly #evictedMsByName = new Map<string, number>()
  #arrivedMs = Number.NEGATIVE_INFINITY

  /** When somebody was last seen who had not been there before. */
  get arrivedMs(): number {
    return this.#arrivedMs
  }

  /** Whether more than half of all who count are alive: only then may anybody be evicted. */
  get hasMajority(): boolean {
    return this.#living.size > this.#absentMsByName.size
  }

  /** How many count, the absent included. */
  get size(): number {
    return this.#living.size + this.#absentMsByName.size
  }

  get living(): ReadonlySet<string> {
    return this.#living
  }

  get absent(): Iterable<string> {
    return this.#absentMsByName.keys()
  }

  /**
   * Looks at who is alive (ourselves included), who is gone, and who said goodbye. Answers for
   * how long we were cut off from most of the others, if somebody is back now; 0 if we were not.
   */
  look(
    living: ReadonlySet<string>,
    gone: readonly Seen[],
    left: Iterable<string>,
    nowMs: number,
  ): number {
    const isCutOff = this.#living.size < this.#absentMsByName.size
    let cutOffMs = 0
    for (const name of living) {
      if (isCutOff) cutOffMs = Math.max(cutOffMs, this.absentFor(name, nowMs) ?? 0)
      if (!this.#living.has(name)) this.#arrivedMs = nowMs
      this.#absentMsByName.delete(name)
      this.#evictedMsByName.delete(name)
    }
    this.#living = living
    for (const { name, sinceMs } of gone) this.miss(name, sinceMs)
    for (const name of left) this.#absentMsByName.delete(name)
    const isGone = new Set(gone.map(({ name }) => name))
    for (const name of this.#evictedMsByName.keys()) {
      if (!isGone.has(name)) this.#evictedMsByName.delete(name)
    }
    return cutOffMs
  }

  /** Somebody is gone, or known by what it wrote alone. */
  miss(name: string, sinceMs: number): void {
    const evictedMs = this.#evictedMsByName.get(name)
    if (evictedMs !== undefined && sinceMs <= evictedMs) return
    if (this.#living.has(name) || this.#absentMsByName.has(name)) return
    if (this.#absentMsByName.size < ABSENT_MAX) this.#absentMsByName.set(name, sinceMs)
  }

  /** Whether it counts, or did until it was evicted. */
  knows(name: string): boolean {
    return (
      this.#living.has(name) || this.#absentMsByName.has(name) || this.#evictedMsByName.has(name)
    )
  }

  /** How long somebody has been absent; undefined if it is not. */
  absentFor(name: string, nowMs: number): number | undefined {
    const sinceMs = this.#absentMsByName.get(name)
    return sinceMs === undefined ? undefined : nowMs - sinceMs
  }

  /** It does not count any more, until it is seen alive. */
  evict(name: string): void {
    const sinceMs = this.#absentMsByName.get(name)
    if (sinceMs === undefined) return
    this.#absentMsByName.delete(name)
    this.#evictedMsByName.set(name, sinceMs)
  }
}
