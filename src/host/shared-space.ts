// One map of one kind, as the handles of shared values use it: writes, reads, watches. Nothing
// is decided here; the core keeps the values.

import type { SharedChange, SharedItem, SlotOp, SlotValue, StateReads } from '../core/index.ts'
import { checkWatchOptions, checkWriteOptions, readFlag } from './arguments.ts'
import { checkNames } from './option-names.ts'
import type { SharedWatchOptions, WatchGap, WriteOptions, Written } from './shared-api.ts'
import type { SharedWatchers, Space } from './shared-watchers.ts'

/** One operation on one key, and how it is to be done. */
export interface SharedWrite {
  readonly map: string
  readonly key: string
  readonly op: SlotOp
  readonly options: WriteOptions
}

export interface SharedParts {
  readonly reads: Pick<StateReads, 'slot' | 'map'>
  readonly watchers: SharedWatchers
  /** Gives a write to the core; rejects with what went wrong. */
  readonly write: (write: SharedWrite) => Promise<Written>
}

/** The values of one kind. */
export type ValueOf<K extends SlotValue['kind']> = Extract<SlotValue, { kind: K }>

/** How a handle tells changes. */
export interface View<K extends SlotValue['kind'], C> {
  /** What is to be told of a key that is there; undefined if its value cannot be read. */
  readonly set: (key: string, value: ValueOf<K>, item: SharedItem) => C | undefined
  /** What is to be told of a key that is gone. */
  readonly gone: (key: string, kind: 'delete' | 'expire') => C | undefined
  /** Of changes with the same key the last is kept. */
  readonly keyOf: (change: C) => string
}

export class SharedSpace<K extends SlotValue['kind']> {
  readonly #parts: SharedParts
  readonly #space: Space
  readonly #kind: K

  constructor(parts: SharedParts, kind: K, map: string) {
    this.#parts = parts
    this.#kind = kind
    this.#space = { lattice: kind, map }
  }

  get name(): string {
    return this.#space.map
  }

  put(key: string, op: SlotOp, options: WriteOptions = {}): Promise<Written> {
    checkWriteOptions(options)
    checkNames(op.lattice === 'register' && op.kind === 'set' ? 'mapSet' : 'write', options)
    return this.#parts.write({ map: this.#space.map, key, op, options })
  }

  /** A key and what it holds; undefined if there is nothing. */
  find(key: string): { readonly item: SharedItem; readonly value: ValueOf<K> } | undefined {
    const { lattice, map } = this.#space
    return this.#valued(this.#parts.reads.slot(lattice, map, key))
  }

  /** Keys that begin with `prefix`, as `see` makes them, sorted by key. */
  list<R>(
    prefix: string,
    see: (key: string, value: ValueOf<K>, item: SharedItem) => R | undefined,
  ): readonly R[] {
    const { lattice, map } = this.#space
    return this.#parts.reads
      .map(lattice, map, prefix)
      .toSorted((one, other) => (one.key < other.key ? -1 : 1))
      .flatMap((item) => {
        const found = this.#valued(item)
        const seen = found && see(item.key, found.value, item)
        return seen === undefined ? [] : [seen]
      })
  }

  /** Changes as a handle tells them. */
  watch<C>(
    view: View<K, C>,
    options: SharedWatchOptions = {},
  ): AsyncIterableIterator<C | WatchGap> {
    checkWatchOptions(options)
    checkNames('watch', options)
    const { prefix = '', signal } = options
    return this.#parts.watchers.open<C>(this.#space, {
      prefix,
      signal,
      keyOf: view.keyOf,
      initial: readFlag('initial', options) ? this.list(prefix, view.set) : [],
      told: (change) => this.#told(view, change),
    })
  }

  #told<C>(view: View<K, C>, { kind, key }: SharedChange): C | undefined {
    if (kind !== 'set') return view.gone(key, kind)
    const found = this.find(key)
    // It may look different again by now; then that change is on its way too. What applications
    // merge does not end: it can be gone only because it cannot be merged here.
    if (found === undefined && this.#kind !== 'custom') return undefined
    // Whoever follows must not keep what stood there before: reads no longer give it.
    return (found && view.set(key, found.value, found.item)) ?? view.gone(key, 'delete')
  }

  #valued(item: SharedItem | undefined) {
    return item !== undefined && isOf(item.value, this.#kind)
      ? { item, value: item.value }
      : undefined
  }
}

function isOf<K extends SlotValue['kind']>(value: SlotValue, kind: K): value is ValueOf<K> {
  return value.kind === kind
}
