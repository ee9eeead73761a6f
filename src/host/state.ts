// Keys of one's own as applications hold them: writes as promises, reads as copies, a watch as an
// iterator. Nothing is decided here; the core keeps the state.

import type { MemberView, Millis, Notice, StateItem, StateReads } from '../core/index.ts'
import {
  checkKey,
  checkStateOptions,
  checkText,
  checkWatchOptions,
  checkWhole,
  checkWriteOptions,
  readFlag,
} from './arguments.ts'

import { checkNames } from './option-names.ts'
import { payloadText, valueBytes } from './payload.ts'
import type { OwnWriteOptions, WriteOptions, Written } from './shared-api.ts'
import type {
  KeysOf,
  OwnKeys,
  StateChange,
  StateKey,
  StateValue,
  StateWatchOptions,
} from './state-api.ts'
import type { StateAsker } from './state-commands.ts'
import { StateWatch } from './state-watch.ts'

export interface OwnStateParts {
  readonly selfName: string
  readonly reads: StateReads
  readonly memberView: (name: string) => MemberView | undefined
  readonly write: StateAsker['write']
  /** Unix time minus machine time. */
  readonly wallOffsetMs: () => Millis
}

type KeyedChange = Exclude<StateChange, { kind: 'gap' }>

interface Watcher {
  readonly watch: StateWatch<KeyedChange>
  readonly node: string | undefined
  readonly prefix: string
}

export class OwnState {
  readonly #parts: OwnStateParts
  readonly #watchers = new Set<Watcher>()
  #closed = false
  #dropped = 0
  #gaps = 0

  constructor(parts: OwnStateParts) {
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
    checkNames('ownWatch', options)
    const { prefix = '', node, signal } = options
    const watch = new StateWatch<KeyedChange>({
      keyOf: ({ node, key }) => `${node}\n${key}`,
      initial: readFlag('initial', options) ? this.#initial(prefix, node) : [],
      signal,
      onEnd: (ended) => this.#forget(ended),
      onDrop: (count, isNewGap) => {
        this.#dropped += count
        if (isNewGap) this.#gaps++
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
      const change: KeyedChange | undefined =
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

  /** Changes that slow readers missed. */
  get dropped(): number {
    return this.#dropped
  }

  /** How often one began to miss some. */
  get gaps(): number {
    return this.#gaps
  }

  // ---- writing ------------------------------------------------------------------------

  readonly #set = async (
    key: string,
    value: StateValue,
    options: OwnWriteOptions = {},
  ): Promise<Written> => {
    checkKey(key)
    const { ttlMs } = checkStateOptions(options)
    checkWriteOptions(options)
    checkNames('ownSet', options)
    if (typeof value === 'string') checkWhole('value', value)
    const command = { kind: 'state-set', key, value: valueBytes('value', value), ttlMs } as const
    return await this.#parts.write(command, options)
  }

  readonly #delete = async (key: string, options: WriteOptions = {}): Promise<Written> => {
    checkKey(key)
    checkWriteOptions(options)
    checkNames('write', options)
    return await this.#parts.write({ kind: 'state-delete', key }, options)
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

  #forget(ended: StateWatch<KeyedChange>): void {
    for (const watcher of this.#watchers) {
      if (watcher.watch === ended) this.#watchers.delete(watcher)
    }
  }
}
