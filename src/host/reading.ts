// The reading end of an asynchronous stream: readers that wait, a signal that ends it, an end.

/** What a stream answers when nothing comes any more. */
export const DONE = { done: true, value: undefined } as const

export interface ReadingOptions {
  /** Aborting ends the stream. */
  readonly signal?: AbortSignal | undefined
  /** Called once, when nobody will read on. */
  readonly onEnd: () => void
}

export class Reading<T> {
  readonly #options: ReadingOptions
  readonly #abort = () => this.end()
  readonly #readers: ((result: IteratorResult<T, undefined>) => void)[] = []
  #ended = false

  constructor(options: ReadingOptions) {
    this.#options = options
    options.signal?.addEventListener('abort', this.#abort, { once: true })
    if (options.signal?.aborted) this.end()
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Hands a value to the reader that has waited longest; false if nobody waits. */
  hand(value: T): boolean {
    const reader = this.#readers.shift()
    reader?.({ done: false, value })
    return reader !== undefined
  }

  /** Answers a reader with what was kept for it, or lets it wait. */
  next(kept: T | undefined): Promise<IteratorResult<T, undefined>> {
    if (kept !== undefined) return Promise.resolve({ done: false, value: kept })
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  /** No more values: whoever waits is told. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    for (const reader of this.#readers.splice(0)) reader(DONE)
    this.#options.onEnd()
  }
}
