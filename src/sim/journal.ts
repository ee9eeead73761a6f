// Keeps the transitions of a run: all of them in small clusters, the last ones in large
// ones, and always a running hash, so that two runs are compared without storing either.

import type { Millis, Status } from '../core/index.ts'
import { type Observation, type Transition, transitionText } from './observation.ts'

export type Entry = Observation & Transition

/** Which transitions are meant; what is left out means any. */
export interface Wanted {
  readonly observer?: string
  readonly subject?: string
  readonly to?: Status | 'forgotten'
  readonly sinceMs?: Millis
}

const KEPT_MAX = 200_000
const FNV_PRIME = 0x01000193

export class Journal {
  #entries: Entry[] = []
  #hash = 0x811c9dc5
  #count = 0

  add(entry: Entry): void {
    this.#count++
    const line = transitionText(entry)
    for (let i = 0; i < line.length; i++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), FNV_PRIME)
    }
    if (this.#entries.length >= KEPT_MAX) this.#entries.splice(0, KEPT_MAX / 2)
    this.#entries.push(entry)
  }

  /** All transitions so far, kept or not. */
  get count(): number {
    return this.#count
  }

  /** FNV-1a over every transition so far, as 8 hex digits. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  /** Kept transitions that match, oldest first; at most the last 100 000 to 200 000. */
  select(wanted: Wanted = {}): readonly Entry[] {
    return this.#entries.filter(
      (entry) =>
        (wanted.observer === undefined || entry.observer === wanted.observer) &&
        (wanted.subject === undefined || entry.subject === wanted.subject) &&
        (wanted.to === undefined || entry.to === wanted.to) &&
        (wanted.sinceMs === undefined || entry.atMs >= wanted.sinceMs),
    )
  }

  /** The last `count` transitions as text. */
  tail(count: number): readonly string[] {
    return count === 0 ? [] : this.#entries.slice(-count).map(transitionText)
  }
}
