// What members themselves say happened: one sight for each line of their logs that tells of a
// member. Verdicts of the campaign come from here, not from what the runner believes.

export type SightKind = 'started' | 'join' | 'suspect' | 'failed' | 'leave' | 'stalled'

export interface Sight {
  readonly kind: SightKind
  /** Whose log it stood in. */
  readonly by: string
  /** The member it tells of. */
  readonly about: string
  /** Unix milliseconds. */
  readonly atMs: number
}

/** Holds all sights of one cluster, and each member's view as they add up to it. */
export class Sights {
  readonly #all: Sight[] = []
  readonly #views = new Map<string, Map<string, SightKind>>()

  add(sight: Sight): void {
    this.#all.push(sight)
    // A doubt and a stall change nobody's standing.
    if (sight.kind === 'suspect' || sight.kind === 'stalled') return
    if (sight.kind === 'started') return
    this.#viewOf(sight.by).set(sight.about, sight.kind)
  }

  /** A process began anew: what the one before it held is gone. */
  forget(by: string): void {
    this.#views.delete(by)
  }

  /** How `by` holds `about`. */
  standing(by: string, about: string): SightKind | undefined {
    return this.#views.get(by)?.get(about)
  }

  /** Sights of a kind since a moment, oldest first. */
  since(kind: SightKind, sinceMs: number): readonly Sight[] {
    return this.#all.filter((one) => one.kind === kind && one.atMs >= sinceMs)
  }

  /** When the last change of anybody's view was seen, not before `sinceMs`. */
  lastChangeMs(sinceMs: number): number {
    const changes = this.#all.filter(({ kind }) => kind === 'join' || kind === 'failed')
    return Math.max(sinceMs, ...changes.map(({ atMs }) => atMs))
  }

  #viewOf(by: string): Map<string, SightKind> {
    const view = this.#views.get(by) ?? new Map<string, SightKind>()
    this.#views.set(by, view)
    return view
  }
}
