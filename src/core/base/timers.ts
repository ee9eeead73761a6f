// Timers as rows in a heap: set under a key, cleared by that key, taken when due. The host
// keeps one alarm for the earliest. Clearing only marks a row; marked rows are swept out
// when they reach the top or outnumber the live ones, so memory follows what is live.

import { assert } from './assert.ts'

interface Row<T> {
  readonly key: string
  readonly at: number
  /** Ties are taken in the order they were set, so that runs repeat exactly. */
  readonly order: number
  readonly timer: T
  cleared: boolean
}

/** A due timer and when it should have been taken. */
export interface Due<T> {
  readonly at: number
  readonly timer: T
}

export class Timers<T> {
  #heap: Row<T>[] = []
  readonly #rowByKey = new Map<string, Row<T>>()
  #order = 0

  /** Milliseconds of the earliest timer; Infinity if none is set. */
  get next(): number {
    this.#dropClearedTop()
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY
  }

  /** How many timers are set. */
  get size(): number {
    return this.#rowByKey.size
  }

  has(key: string): boolean {
    return this.#rowByKey.has(key)
  }

  /** When the timer of `key` is due; undefined if there is none. */
  dueAt(key: string): number | undefined {
    return this.#rowByKey.get(key)?.at
  }

  /** Sets or moves the timer of `key`. */
  set(key: string, at: number, timer: T): void {
    assert(!Number.isNaN(at), 'a timer has a time')
    this.clear(key)
    const row: Row<T> = { key, at, order: this.#order++, timer, cleared: false }
    this.#rowByKey.set(key, row)
    this.#heap.push(row)
    this.#siftUp(this.#heap.length - 1)
  }

  clear(key: string): void {
    const row = this.#rowByKey.get(key)
    if (row === undefined) return
    row.cleared = true
    this.#rowByKey.delete(key)
    if (this.#heap.length > 2 * this.#rowByKey.size + 16) this.#sweep()
  }

  clearAll(): void {
    this.#heap = []
    this.#rowByKey.clear()
  }

  /** Takes the earliest timer that is due at `now`, if any. */
  take(now: number): Due<T> | undefined {
    this.#dropClearedTop()
    const row = this.#heap[0]
    if (row === undefined || row.at > now) return undefined
    this.#dropTop()
    this.#rowByKey.delete(row.key)
    return { at: row.at, timer: row.timer }
  }

  /** Moves every timer whose key begins with `prefix` by `byMs`. */
  postpone(prefix: string, byMs: number): void {
    for (const row of [...this.#rowByKey.values()]) {
      if (row.key.startsWith(prefix)) this.set(row.key, row.at + byMs, row.timer)
    }
  }

  #dropClearedTop(): void {
    while (this.#heap[0]?.cleared === true) this.#dropTop()
  }

  #dropTop(): void {
    const last = this.#heap.pop()
    if (last === undefined || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#siftDown(0)
  }

  #sweep(): void {
    this.#heap = this.#heap.filter((row) => !row.cleared)
    for (let at = (this.#heap.length >> 1) - 1; at >= 0; at--) this.#siftDown(at)
  }

  #siftUp(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#swapIfLater(parent, at)) return
      at = parent
    }
  }

  #siftDown(from: number): void {
    let at = from
    for (;;) {
      const left = 2 * at + 1
      if (left >= this.#heap.length) return
      const child =
        left + 1 < this.#heap.length && this.#isEarlier(left + 1, left) ? left + 1 : left
      if (!this.#swapIfLater(at, child)) return
      at = child
    }
  }

  /** Swaps two rows if the upper one is due after the lower one. */
  #swapIfLater(upper: number, lower: number): boolean {
    if (!this.#isEarlier(lower, upper)) return false
    const row = this.#heap[upper] as Row<T>
    this.#heap[upper] = this.#heap[lower] as Row<T>
    this.#heap[lower] = row
    return true
  }

  #isEarlier(one: number, other: number): boolean {
    const a = this.#heap[one] as Row<T>
    const b = this.#heap[other] as Row<T>
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }
}
