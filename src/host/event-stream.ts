// Events as an async iterator: bounded, so that a slow reader costs memory only up to a
// limit. The oldest go first, and the next thing read is a `gap` that says how many.

import type { NodeEvent, NodeEventKind } from './api.ts'
import { DONE, Reading } from './reading.ts'

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

export class EventStream implements AsyncIterableIterator<NodeEvent> {
  readonly #options: EventStreamOptions
  readonly #kinds: ReadonlySet<NodeEventKind> | undefined
  readonly #reading: Reading<NodeEvent>
  #events: NodeEvent[] = []
  #missed = 0
  #missedAtMs = 0

  constructor(options: EventStreamOptions) {
    this.#options = options
    this.#kinds = options.kinds && new Set(options.kinds)
    this.#reading = new Reading({ signal: options.signal, onEnd: () => options.onEnd(this) })
  }

  /** Hands an event to whoever waits, or keeps it. */
  push(event: NodeEvent): void {
    if (this.#reading.ended || this.#kinds?.has(event.kind) === false) return
    if (this.#reading.hand(event)) return
    this.#events.push(event)
    if (this.#events.length > EVENTS_MAX) this.#dropOldest()
  }

  /** No more events: what is kept can still be read. */
  end(): void {
    this.#reading.end()
  }

  next(): Promise<Result> {
    return this.#reading.next(this.#takeGap() ?? this.#events.shift())
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
