// Ranges of versions held above a stream's base: each complete from its own lower end, none
// yet connected. Sorted, apart from each other, and bounded: one more is not noted, and
// what it covered is asked for again.

import type { VersionRange } from '../wire/state-parts.ts'

export class Islands {
  #ranges: VersionRange[] = []

  get ranges(): readonly VersionRange[] {
    return this.#ranges
  }

  /**
   * Notes a range, joined with those it touches, if no more than `countMax` are left then; true
   * if that says something new.
   */
  add(range: VersionRange, countMax: number): boolean {
    if (this.#ranges.some(({ above, upTo }) => above <= range.above && range.upTo <= upTo)) {
      return false
    }
    const before = this.#ranges.filter(({ upTo }) => upTo < range.above)
    const after = this.#ranges.filter(({ above }) => above > range.upTo)
    if (before.length + after.length >= countMax) return false
    const touched = this.#ranges.slice(before.length, this.#ranges.length - after.length)
    const above = Math.min(range.above, touched[0]?.above ?? range.above)
    const upTo = Math.max(range.upTo, touched.at(-1)?.upTo ?? range.upTo)
    this.#ranges = [...before, { above, upTo }, ...after]
    return true
  }

  /** How far a base reaches once the ranges that begin at or below it are counted in. */
  absorb(base: number): number {
    let reach = base
    while (this.#ranges[0] !== undefined && this.#ranges[0].above <= reach) {
      reach = Math.max(reach, this.#ranges[0].upTo)
      this.#ranges.shift()
    }
    return reach
  }
}
