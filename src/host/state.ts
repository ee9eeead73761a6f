// Replicated state as applications hold it: keys of one's own as promises, reads as copies,
// a watch as an iterator. Nothing is decided here; the core keeps the state.

import type { Command, MemberView, Millis, Notice, StateItem, StateReads } from '../core/index.ts'
import { checkKey, checkStateOptions, checkText, checkWatchOptions, readFlag } from './arguments.ts'
import { type Payload, payloadBytes, payloadText } from './payload.ts'
import type {
  KeysOf,
  NodeState,
  OwnKeys,
  StateChange,
  StateKey,
  StateWatchOptions,
} from './state-api.ts'
import { StateWatch } from './state-watch.ts'

export interface SharedKeysParts {
  readonly selfName: string
  readonly reads: StateReads
  readonly memberView: (name: string) => MemberView | undefined
  /** Gives a command to the core; rejects with what went wrong. */
  readonly ask: (command: Command) => Promise<unknown>
  /** Unix time minus machine time. */
  readonly wallOffsetMs: () => Millis
}

interface Watcher {
  readonly watch: StateWatch
  readonly node: string | undefined
  readonly prefix: string
}

export class SharedKeys implements NodeState {
  readonly #parts: SharedKeysParts
  readonly #watchers = new Set<Watcher>()
  #closed = false
  #dropped = 0

  constructor(parts: SharedKeysParts) {
    this.#parts = parts
  }

  get own(): OwnKeys {
    return { ...this.of(this.#parts.selfName), set: this.#set, delete: this.#delete }
  }

  readonly of = (node: string): KeysOf => {
    checkText('node', node)
    return {
      get: (key) => {
        checkText('key', key)
        const item = this.#parts.reads.get(node, key)
        return item && this.#keyOf(node, item)
      },
      entries: (prefix = '') => {
        checkText('prefix', prefix)
        return this.#entries(node, prefix)
      },
    }
  }

  readonly query = (prefix = ''): readonly StateKey[] => {
    checkText('prefix', prefix)
    return this.#living().flatMap((node) => this.#entries(node, prefix))
  }

  readonly watch = (options: StateWatchOptions = {}): AsyncIterableIterator<StateChange> => {
    checkWatchOptions(options)
    const { prefix = '', node, signal } = options
    const watch = new StateWatch({
      initial: readFlag('initial', options) ? this.#initial(prefix, node) : [],
      signal,
      onEnd: (ended) => this.#forget(ended),
      onDrop: (count) => {
        this.#dropped += count
      },
    })
    if (this.#closed) watch.end()
    else if (!signal?.aborted) this.#watchers.add({ watch, node, prefix })
    return watch
  }

  readonly stats = (): ReturnType<StateReads['stats']> => this.#parts.reads.stats()

  /** Hands changes that the core tells of to whoever watches them. */
  hear({ node, changes }: Extract<Notice, { kind: 'state' }>): void {
    if (this.#watchers.size === 0) return
    const watchers = [...this.#watchers].filter((one) => (one.node ?? node) === node)
    for (const { kind, key } of changes) {
      const interested = watchers.filter(({ prefix }) => key.startsWith(prefix))
      if (interested.length === 0) continue
      const item = this.#parts.reads.get(node, key)
      // It may look different again by now; then that change is on its way too.
      const change: StateChange | undefined =
        kind !== 'set' ? { kind, node, key } : item && { kind, ...this.#keyOf(node, item) }
      if (change === undefined) continue
      for (const { watch } of interested) watch.push(change)
    }
  }

  /** Ends all watches. */
  close(): void {
    this.#closed = true
    for (const { watch } of [...this.#watchers]) watch.end()
  }

  counters(): Readonly<Record<string, number>> {
    const { streams, keys, bytes, graves, islands, rumors } = this.stats()
    return {
      state_members: streams,
      state_keys: keys,
      state_bytes: bytes,
      state_graves: graves,
      state_islands: islands,
      state_rumors: rumors,
      state_watch_dropped_total: this.#dropped,
    }
  }

  // ---- writing ------------------------------------------------------------------------

  readonly #set = async (
    key: string,
    value: Payload,
    options: { readonly ttlMs?: number | undefined } = {},
  ): Promise<void> => {
    checkKey(key)
    const { ttlMs } = checkStateOptions(options)
    await this.#parts.ask({ kind: 'state-set', key, value: payloadBytes(value), ttlMs })
  }

  readonly #delete = async (key: string): Promise<void> => {
    checkKey(key)
    await this.#parts.ask({ kind: 'state-delete', key })
  }

  // ---- reading ------------------------------------------------------------------------

  #entries(node: string, prefix: string): readonly StateKey[] {
    const items = this.#parts.reads.items(node, prefix)
    return items
      .map((item) => this.#keyOf(node, item))
      .sort((one, other) => (one.key < other.key ? -1 : 1))
  }

  #initial(prefix: string, node: string | undefined) {
    const nodes = node === undefined ? this.#parts.reads.nodes() : [node]
    return nodes
      .flatMap((one) => this.#entries(one, prefix))
      .map((item) => ({ kind: 'set', ...item }) as const)
  }

  #living(): readonly string[] {
    const isLiving = (name: string) => {
      const status = this.#parts.memberView(name)?.status
      return status === 'alive' || status === 'suspect'
    }
    return this.#parts.reads.nodes().filter(isLiving).sort()
  }

  #keyOf(node: string, { key, value, version, expiresMs }: StateItem): StateKey {
    const isMortal = expiresMs !== Number.POSITIVE_INFINITY
    return Object.freeze({
      node,
      key,
      value: value.slice(),
      text: payloadText(value),
      version,
      expiresMs: isMortal ? expiresMs + this.#parts.wallOffsetMs() : undefined,
    })
  }

  #forget(ended: StateWatch): void {
    for (const watcher of this.#watchers) {
      if (watcher.watch === ended) this.#watchers.delete(watcher)
    }
  }
}
