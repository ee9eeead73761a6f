// Changes of state as an async iterator. It keeps the last change of each key, not each
// change, so that a slow reader costs memory only up to a limit; beyond it everything kept is
// dropped, and the next thing read is a `gap`.

import { DONE, Reading } from './reading.ts'

export const WATCHED_KEYS_MAX = 10_000

/** The reader was too slow. */
interface Gap {
  readonly kind: 'gap'
  readonly missed: number
}

type Result<T> = IteratorResult<T | Gap, undefined>

export interface StateWatchParts<T> {
  /** Read first, unless they have changed by then. */
  readonly initial: readonly T[]
  /** Of changes with the same key the last is kept. */
  readonly keyOf: (change: T) => string
  readonly signal?: AbortSignal | undefined
  /** Called once, when nobody will read on. */
  readonly onEnd: (watch: StateWatch<T>) => void
  /** Called for changes that were dropped; `isNewGap`: nothing had been since it was read last. */
  readonly onDrop: (count: number, isNewGap: boolean) => void
}

/** A watch over changes of type `T`, which have no kind `gap`. */
export class StateWatch<T> implements AsyncIterableIterator<T | Gap> {
  readonly #parts: StateWatchParts<T>
  readonly #reading: Reading<T | Gap>
  readonly #changeByKey = new Map<string, T>()
  #initial: readonly T[]
  #initialAt = 0
  #missed = 0

  constructor(parts: StateWatchParts<T>) {
    this.#parts = parts
    this.#initial = parts.initial
    this.#reading = new Reading({ signal: parts.signal, onEnd: () => parts.onEnd(this) })
  }

  /** Hands a change to whoever waits, or keeps it in place of the key's last one. */
  push(change: T): void {
    if (this.#reading.ended) return
    if (this.#reading.hand(change)) return
    const key = this.#parts.keyOf(change)
    this.#changeByKey.delete(key)
    this.#changeByKey.set(key, change)
    if (this.#changeByKey.size > WATCHED_KEYS_MAX) this.#dropAll()
  }

  /** No more changes: what is kept can still be read. */
  end(): void {
    this.#reading.end()
  }

  next(): Promise<Result<T>> {
    return this.#reading.next(this.#takeGap() ?? this.#takeInitial() ?? this.#takeChange())
  }

  return(): Promise<Result<T>> {
    this.end()
    this.#initial = []
    this.#changeByKey.clear()
    this.#missed = 0
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #dropAll(): void {
    const count = this.#changeByKey.size + this.#initial.length - this.#initialAt
    const isNewGap = this.#missed === 0
    this.#missed += count
    this.#changeByKey.clear()
    this.#initial = []
    this.#initialAt = 0
    this.#parts.onDrop(count, isNewGap)
  }

  #takeGap(): Gap | undefined {
    if (this.#missed === 0) return undefined
    const missed = this.#missed
    this.#missed = 0
    return { kind: 'gap', missed }
  }

  #takeInitial(): T | undefined {
    while (this.#initialAt < this.#initial.length) {
      const change = this.#initial[this.#initialAt++]
      // A key that has changed since comes with its change.
      if (change !== undefined && !this.#changeByKey.has(this.#parts.keyOf(change))) return change
    }
    this.#initial = []
    this.#initialAt = 0
    return undefined
  }

  #takeChange(): T | undefined {
    for (const [key, change] of this.#changeByKey) {
      this.#changeByKey.delete(key)
      return change
    }
    return undefined
  }
}
