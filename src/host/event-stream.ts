// Events as an async iterator: bounded, so that a slow reader costs memory only up to a
// limit. The oldest go first, and the next thing read is a `gap` that says how many.

import type { NodeEvent, NodeEventKind } from './api.ts'

export const EVENTS_MAX = 1024

export interface EventStreamOptions {
  /** Kinds to deliver; all if left out. A `gap` always comes. */
  readonly kinds?: readonly NodeEventKind[] | undefined
  /** Aborting ends the stream. */
  readonly signal?: AbortSignal | undefined
  /** Called once, when nobody will read on. */
  readonly onEnd: (stream: EventStream) => void
  /** Called for each event that was dropped. */
  readonly onDrop: () => void
}

type Result = IteratorResult<NodeEvent, undefined>

const DONE: Result = { done: true, value: undefined }

export class EventStream implements AsyncIterableIterator<NodeEvent> {
  readonly #options: EventStreamOptions
  readonly #kinds: ReadonlySet<NodeEventKind> | undefined
  readonly #abort = () => this.end()
  readonly #readers: ((result: Result) => void)[] = []
  #events: NodeEvent[] = []
  #missed = 0
  #missedAtMs = 0
  #ended = false

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.#kinds = options.kinds && new Set(options.kinds)
    options.signal?.addEventListener('abort', this.#abort, { once: true })
    if (options.signal?.aborted) this.end()
  }

  /** Hands an event to whoever waits, or keeps it. */
  push(event: NodeEvent): void {
    if (this.#ended || this.#kinds?.has(event.kind) === false) return
    const reader = this.#readers.shift()
    if (reader !== undefined) {
      reader({ done: false, value: event })
      return
    }
    this.#events.push(event)
    if (this.#events.length > EVENTS_MAX) this.#dropOldest()
  }

  /** No more events: what is kept can still be read. */
  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#options.signal?.removeEventListener('abort', this.#abort)
    for (const reader of this.#readers.splice(0)) reader(DONE)
    this.#options.onEnd(this)
  }

  next(): Promise<Result> {
    const event = this.#takeGap() ?? this.#events.shift()
    if (event !== undefined) return Promise.resolve({ done: false, value: event })
    if (this.#ended) return Promise.resolve(DONE)
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  return(): Promise<Result> {
    this.end()
    this.#events = []
    this.#missed = 0
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #dropOldest(): void {
    const oldest = this.#events.shift()
    this.#missed++
    this.#missedAtMs = oldest?.atMs ?? this.#missedAtMs
    this.#options.onDrop()
  }

  #takeGap(): NodeEvent | undefined {
    if (this.#missed === 0) return undefined
    const gap: NodeEvent = { kind: 'gap', atMs: this.#missedAtMs, missed: this.#missed }
    this.#missed = 0
    return gap
  }
}
