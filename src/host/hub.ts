// Where events leave for the application: callbacks, async iterators, and a line in the log.

import type { EventOfKind, Logger, NodeEvent, NodeEventKind } from './api.ts'
import type { Clock } from './clock.ts'
import { EventStream, type EventStreamOptions } from './event-stream.ts'
import { type BindContext, Listeners } from './listeners.ts'
import type { MemberLog } from './member-log.ts'

export interface HubParts {
  readonly clock: Clock
  readonly logger: Logger
  readonly memberLog: MemberLog
  /** Somebody reads the log, so every event is made for it. */
  readonly isLogged: boolean
  readonly bindContext?: BindContext | undefined
}

interface Message {
  readonly payload: Uint8Array
  readonly from: string
}

export class Hub {
  readonly #logger: Logger
  readonly #memberLog: MemberLog
  readonly #isLogged: boolean
  readonly #listeners: Listeners
  readonly #hearersByKind = new Map<NodeEventKind, Set<(event: NodeEvent) => void>>()
  readonly #messageHearers = new Set<(message: Message) => void>()
  readonly #streams = new Set<EventStream>()
  #closed = false
  #errors = 0
  #dropped = 0

  constructor({ clock, logger, memberLog, isLogged, bindContext }: HubParts) {
    this.#logger = logger
    this.#memberLog = memberLog
    this.#isLogged = isLogged
    const onError = (error: unknown) => this.#countError(error)
    this.#listeners = new Listeners({ clock, onError, bindContext })
  }

  /** Calls back for each event of a kind, until the result is called. */
  on<K extends NodeEventKind>(kind: K, listener: (event: EventOfKind<K>) => void): () => void {
    const bound = this.#listeners.bind(listener)
    const hear = (event: NodeEvent) => {
      if (isKind(event, kind)) bound(event)
    }
    const hearers = this.#hearersByKind.get(kind) ?? new Set()
    this.#hearersByKind.set(kind, hearers.add(hear))
    return () => void hearers.delete(hear)
  }

  /** Calls back for each raw message, until the result is called. */
  onMessage(listener: (payload: Uint8Array, from: string) => void): () => void {
    const hear = this.#listeners.bind(({ payload, from }: Message) => listener(payload, from))
    this.#messageHearers.add(hear)
    return () => void this.#messageHearers.delete(hear)
  }

  /** A bounded iterator over what happens from now on. */
  events(options: Pick<EventStreamOptions, 'kinds' | 'signal'>): EventStream {
    const stream = new EventStream({
      ...options,
      onEnd: (ended) => this.#streams.delete(ended),
      onDrop: () => this.#dropped++,
    })
    if (this.#closed) stream.end()
    else if (!options.signal?.aborted) this.#streams.add(stream)
    return stream
  }

  /** Whether anybody would hear of an event of this kind: else it need not be made. */
  wants(kind: NodeEventKind): boolean {
    const hearers = this.#hearersByKind.get(kind)
    return this.#streams.size > 0 || (hearers !== undefined && hearers.size > 0) || this.#isLogged
  }

  emit(event: NodeEvent): void {
    this.#memberLog.event(event)
    for (const stream of this.#streams) stream.push(event)
    const hearers = this.#hearersByKind.get(event.kind) ?? []
    for (const hear of hearers) this.#listeners.later(() => hear(event))
  }

  emitMessage(payload: Uint8Array, from: string): void {
    for (const hear of this.#messageHearers) this.#listeners.later(() => hear({ payload, from }))
  }

  /** Ends all iterators; callbacks already due are still made. */
  close(): void {
    this.#closed = true
    for (const stream of this.#streams) stream.end()
  }

  counters(): Readonly<Record<string, number>> {
    return { listener_errors_total: this.#errors, events_dropped_total: this.#dropped }
  }

  #countError(error: unknown): void {
    this.#errors++
    this.#logger.error({ err: error }, 'a listener failed; the node goes on')
  }
}

function isKind<K extends NodeEventKind>(event: NodeEvent, kind: K): event is EventOfKind<K> {
  return event.kind === kind
}
