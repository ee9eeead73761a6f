// The entries of a stream by version. What has been superseded stays in its place until it
// reaches the end or outnumbers the rest, so that writing costs the same however many keys
// there are.

import type { Entry } from './entry.ts'

const SLACK = 16

export class VersionOrder {
  #entries: Entry[] = []
  #stale = 0

  /** Files an entry; nearly always behind all others. */
  add(entry: Entry): void {
    this.#dropStaleEnd()
    const last = this.#entries.at(-1)
    if (last === undefined || last.version < entry.version) this.#entries.push(entry)
    else this.#entries.splice(this.#firstAbove(entry.version), 0, entry)
  }

  /** Says that an entry's key has a later version, or is gone. */
  retire(entry: Entry): void {
    entry.isCurrent = false
    this.#stale++
    if (this.#stale <= this.#entries.length - this.#stale + SLACK) return
    this.#entries = this.#entries.filter(({ isCurrent }) => isCurrent)
    this.#stale = 0
  }

  /** The entries above a version, rising. Not to be changed meanwhile. */
  *above(version: number): Generator<Entry> {
    for (let at = this.#firstAbove(version); at < this.#entries.length; at++) {
      const entry = this.#entries[at]
      if (entry?.isCurrent === true) yield entry
    }
  }

  /** The highest version at or below `version` that is left; 0 if there is none. */
  newestAt(version: number): number {
    for (let at = this.#firstAbove(version) - 1; at >= 0; at--) {
      const entry = this.#entries[at]
      if (entry?.isCurrent === true) return entry.version
    }
    return 0
  }

  #dropStaleEnd(): void {
    while (this.#entries.at(-1)?.isCurrent === false) {
      this.#entries.pop()
      this.#stale--
    }
  }

  #firstAbove(version: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.version ?? 0) <= version) low = middle + 1
      else high = middle
    }
    return low
  }
}
