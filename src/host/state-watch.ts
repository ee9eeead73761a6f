// Changes of state as an async iterator. It keeps the last change of each key, not each
// change, so that a slow reader costs memory only up to a limit; beyond it everything kept is
// dropped, and the next thing read is a `gap`.

import type { StateChange } from './state-api.ts'

export const WATCHED_KEYS_MAX = 10_000

type KeyedChange = Exclude<StateChange, { kind: 'gap' }>
type Result = IteratorResult<StateChange, undefined>

const DONE: Result = { done: true, value: undefined }

export interface StateWatchParts {
  /** Read first, unless they have changed by then. */
  readonly initial: readonly KeyedChange[]
  readonly signal?: AbortSignal | undefined
  /** Called once, when nobody will read on. */
  readonly onEnd: (watch: StateWatch) => void
  /** Called for changes that were dropped. */
  readonly onDrop: (count: number) => void
}

export class StateWatch implements AsyncIterableIterator<StateChange> {
  readonly #parts: StateWatchParts
  readonly #abort = () => this.end()
  readonly #readers: ((result: Result) => void)[] = []
  readonly #changeByKey = new Map<string, KeyedChange>()
  #initial: readonly KeyedChange[]
  #initialAt = 0
  #missed = 0
  #ended = false

  constructor(parts: StateWatchParts) {
    this.#parts = parts
    this.#initial = parts.initial
    parts.signal?.addEventListener('abort', this.#abort, { once: true })
    if (parts.signal?.aborted) this.end()
  }

  /** Hands a change to whoever waits, or keeps it in place of the key's last one. */
  push(change: KeyedChange): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader !== undefined) return reader({ done: false, value: change })
    const key = keyOf(change)
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

  next(): Promise<Result> {
    const change = this.#takeGap() ?? this.#takeInitial() ?? this.#takeChange()
    if (change !== undefined) return Promise.resolve({ done: false, value: change })
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  return(): Promise<Result> {
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

  #takeGap(): StateChange | undefined {
    if (this.#missed === 0) return undefined
    const missed = this.#missed
    this.#missed = 0
    return { kind: 'gap', missed }
  }

  #takeInitial(): StateChange | undefined {
    while (this.#initialAt < this.#initial.length) {
      const change = this.#initial[this.#initialAt++]
      // A key that has changed since comes with its change.
      if (change !== undefined && !this.#changeByKey.has(keyOf(change))) return change
    }
    this.#initial = []
    this.#initialAt = 0
    return undefined
  }

  #takeChange(): StateChange | undefined {
    for (const [key, change] of this.#changeByKey) {
      this.#changeByKey.delete(key)
      return change
    }
    return undefined
  }
}

function keyOf({ node, key }: KeyedChange): string {
  return `${node}\n${key}`
}
