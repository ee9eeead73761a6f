// Virtual time: one binary heap of things to do, ordered by time and, within one time,
// by the order in which they were planned, so that a run depends on its seed alone.
// Nothing is ever cancelled here: owners recognise a call that came too late.

import { assert, type Millis } from '../core/index.ts'

interface Entry {
  readonly atMs: Millis
  readonly order: number
  readonly run: () => void
}

/** More means that members keep each other busy without end. */
const ENTRIES_A_SECOND_MAX = 3_000_000

/** The only clock of a virtual cluster; starts at 0. */
export class Agenda {
  #heap: Entry[] = []
  #planned = 0
  #nowMs: Millis = 0
  #second = 0
  #entriesThisSecond = 0

  get nowMs(): Millis {
    return this.#nowMs
  }

  /** How many entries still wait. */
  get size(): number {
    return this.#heap.length
  }

  /** Time of the next entry; Infinity if nothing is planned. */
  get nextMs(): Millis {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY
  }

  /** Plans `run` for `atMs`; a time already past means as soon as possible. */
  at(atMs: Millis, run: () => void): void {
    const entry = { atMs: Math.max(atMs, this.#nowMs), order: this.#planned++, run }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1, entry)
  }

  /** Runs all that is due up to and including `untilMs`, then stands at `untilMs`. */
  runUntil(untilMs: Millis): void {
    assert(untilMs >= this.#nowMs, 'virtual time never goes back')
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= untilMs; ) {
      this.#nowMs = next.atMs
      this.#countEntry(next.atMs)
      this.#removeFirst()
      next.run()
      next = this.#heap[0]
    }
    this.#nowMs = untilMs
  }

  #countEntry(atMs: Millis): void {
    const second = Math.floor(atMs / 1000)
    this.#entriesThisSecond = second === this.#second ? this.#entriesThisSecond + 1 : 0
    this.#second = second
    assert(
      this.#entriesThisSecond < ENTRIES_A_SECOND_MAX,
      'a second of virtual time comes to an end',
    )
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
  }

  #rise(from: number, entry: Entry): void {
    let at = from
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#heap[above]
      if (parent === undefined || isBefore(parent, entry)) break
      this.#heap[at] = parent
      at = above
    }
    this.#heap[at] = entry
  }

  #sink(entry: Entry): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      const left = heap[2 * at + 1]
      if (left === undefined) break
      const right = heap[2 * at + 2]
      const goesRight = right !== undefined && isBefore(right, left)
      const child = goesRight ? right : left
      if (isBefore(entry, child)) break
      heap[at] = child
      at = 2 * at + (goesRight ? 2 : 1)
    }
    heap[at] = entry
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}
