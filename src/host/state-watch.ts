// Changes of state as an async iterator. It keeps the last change of each key, not each
// change, so that a slow reader costs memory only up to a limit; beyond it everything kept is
// dropped, and the next thing read is a `gap`.

export const WATCHED_KEYS_MAX = 10_000

/** The reader was too slow. */
interface Gap {
  readonly kind: 'gap'
  readonly missed: number
}

type Result<T> = IteratorResult<T | Gap, undefined>

const DONE = { done: true, value: undefined } as const

export interface StateWatchParts<T> {
  /** Read first, unless they have changed by then. */
  readonly initial: readonly T[]
  /** Of changes with the same key the last is kept. */
  readonly keyOf: (change: T) => string
  readonly signal?: AbortSignal | undefined
  /** Called once, when nobody will read on. */
  readonly onEnd: (watch: StateWatch<T>) => void
  /** Called for changes that were dropped. */
  readonly onDrop: (count: number) => void
}

/** A watch over changes of type `T`, which have no kind `gap`. */
export class StateWatch<T> implements AsyncIterableIterator<T | Gap> {
  readonly #parts: StateWatchParts<T>
  readonly #abort = () => this.end()
  readonly #readers: ((result: Result<T>) => void)[] = []
  readonly #changeByKey = new Map<string, T>()
  #initial: readonly T[]
  #initialAt = 0
  #missed = 0
  #ended = false

  constructor(parts: StateWatchParts<T>) {
    this.#parts = parts
    this.#initial = parts.initial
    parts.signal?.addEventListener('abort', this.#abort, { once: true })
    if (parts.signal?.aborted) this.end()
  }

  /** Hands a change to whoever waits, or keeps it in place of the key's last one. */
  push(change: T): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader !== undefined) return reader({ done: false, value: change })
    const key = this.#parts.keyOf(change)
    this.#changeByKey.delete(key)
    this.#changeByKey.set(key, change)
    if (this.#changeByKey.size > WATCHED_KEYS_MAX) this.#dropAll()
  }

  /** No more changes: what is kept can still be read. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#parts.signal?.removeEventListener('abort', this.#abort)
    for (const reader of this.#readers.splice(0)) reader(DONE)
    this.#parts.onEnd(this)
  }

  next(): Promise<Result<T>> {
    const change = this.#takeGap() ?? this.#takeInitial() ?? this.#takeChange()
    if (change !== undefined) return Promise.resolve({ done: false, value: change })
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve) => this.#readers.push(resolve))
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
    this.#missed += count
    this.#changeByKey.clear()
    this.#initial = []
    this.#initialAt = 0
    this.#parts.onDrop(count)
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
