// Shared maps of keys to values of the application's own types: the one in which the later write
// wins, the one that keeps what was written at once, and the one that the application merges.

import type { HearsayError, Millis, SharedItem } from '../core/index.ts'
import {
  checkFunction,
  checkKey,
  checkStateOptions,
  checkText,
  readFlag,
  show,
  wrong,
} from './arguments.ts'
import { checkNames } from './option-names.ts'
import type {
  Codec,
  CustomChange,
  MapChange,
  MapEntry,
  MapMeta,
  MapWriteOptions,
  MultiChange,
  SharedCustom,
  SharedMap,
  SharedMulti,
  Written,
} from './shared-api.ts'
import { type SharedParts, SharedSpace, type ValueOf, type View } from './shared-space.ts'

type Keyed<C> = Exclude<C, { kind: 'gap' }>

export interface CodedParts<T> extends SharedParts {
  readonly codec: Codec<T>
  /** Called for each value that the codec cannot read. */
  readonly onUnreadable: () => void
}

/** A value that can be read, in a box, as it may be undefined itself. */
interface Box<T> {
  readonly value: T
}

function open<T>({ codec, onUnreadable }: CodedParts<T>, bytes: Uint8Array): Box<T> | undefined {
  try {
    return { value: codec.decode(bytes) }
  } catch {
    onUnreadable()
    return undefined
  }
}

const keyOf = ({ key }: { readonly key: string }) => key

/** A write that had nothing to do: what is there is held here. */
const NOTHING_DONE: Written = { acked: 1, needed: 1 }

// ---- the later write wins ---------------------------------------------------------------

export interface MapParts<T> extends CodedParts<T> {
  readonly ttlMs: Millis | undefined
  /** Unix time. */
  readonly unixMs: () => Millis
}

export function sharedMap<T>(parts: MapParts<T>, map: string): SharedMap<T> {
  const { codec } = parts
  const space = new SharedSpace(parts, 'register', map)
  const entryOf = (key: string, register: ValueOf<'register'>, item: SharedItem) => {
    const box = open(parts, register.value)
    return box && Object.freeze({ key, value: box.value, ...metaOf(register, item) })
  }
  const set = async (key: string, value: T, options: MapWriteOptions = {}) => {
    checkKey(key)
    const ttlMs = checkStateOptions(options).ttlMs ?? parts.ttlMs
    const endsMs = ttlMs === undefined ? undefined : Math.ceil(parts.unixMs() + ttlMs)
    const lease = readFlag('lease', options)
    const bytes = codec.encode(value)
    const op = { lattice: 'register', kind: 'set', value: bytes, endsMs, lease } as const
    return await space.put(key, op, options)
  }
  const find = (key: string) => {
    checkText('key', key)
    return space.find(key)
  }
  /** A key that is there and can be read: the one answer that all readers are given. */
  const read = (key: string) => {
    const found = find(key)
    const box = found && open(parts, found.value.value)
    return found && box && { ...found, box }
  }
  return {
    name: map,
    set,
    get: (key) => read(key)?.box.value,
    async delete(key, options = {}) {
      checkKey(key)
      return await space.put(key, { lattice: 'register', kind: 'delete' }, options)
    },
    async update(key, next, options = {}) {
      checkFunction('next', next)
      checkNames('mapSet', options)
      const found = read(key)
      const unread = found === undefined ? find(key) : undefined
      if (unread !== undefined) throw unreadable(map, key, unread.value)
      const value = next(found?.box.value)
      return value === undefined ? NOTHING_DONE : await set(key, value, options)
    },
    has: (key) => read(key) !== undefined,
    meta(key) {
      const found = read(key)
      return found && Object.freeze(metaOf(found.value, found.item))
    },
    entries(prefix = '') {
      checkText('prefix', prefix)
      return space.list(prefix, entryOf)
    },
    watch: (options) => space.watch(mapView(entryOf), options),
  }
}

/** Nobody shall make a new value of nothing, in place of one that others can read. */
function unreadable(map: string, key: string, { writer }: ValueOf<'register'>): HearsayError {
  const what = `update: the codec of map(${show(map)}) cannot read ${show(key)} as ${writer.name} wrote it`
  return wrong(`${what}; use the codec of ${writer.name}, or set() or delete() to overwrite it`)
}

function metaOf(register: ValueOf<'register'>, { slots }: SharedItem): MapMeta {
  const { stamp, writer, endsMs: expiresMs, lease } = register
  const { ms: writtenMs, counter } = stamp
  return { writer: writer.name, writtenMs, counter, expiresMs, lease, slots }
}

function mapView<T>(
  entryOf: (key: string, value: ValueOf<'register'>, item: SharedItem) => MapEntry<T> | undefined,
): View<'register', Keyed<MapChange<T>>> {
  return {
    set(key, value, item) {
      const entry = entryOf(key, value, item)
      return entry && { kind: 'set', ...entry }
    },
    gone: (key, kind) => ({ kind, key }),
    keyOf,
  }
}

// ---- all that was written at once ---------------------------------------------------------

export function sharedMulti<T>(parts: CodedParts<T>, map: string): SharedMulti<T> {
  const { codec } = parts
  const space = new SharedSpace(parts, 'multi', map)
  const valuesOf = ({ values }: ValueOf<'multi'>) =>
    values.flatMap((bytes) => {
      const box = open(parts, bytes)
      return box === undefined ? [] : [box.value]
    })
  const entryOf = (key: string, value: ValueOf<'multi'>) => {
    const values = valuesOf(value)
    return values.length === 0 ? undefined : { key, values }
  }
  const view: View<'multi', Keyed<MultiChange<T>>> = {
    set(key, value) {
      const entry = entryOf(key, value)
      return entry && { kind: 'set', ...entry }
    },
    gone: (key) => ({ kind: 'delete', key }),
    keyOf,
  }
  return {
    name: map,
    async set(key, value, options = {}) {
      checkKey(key)
      const op = { lattice: 'multi', kind: 'set', value: codec.encode(value) } as const
      return await space.put(key, op, options)
    },
    async delete(key, options = {}) {
      checkKey(key)
      return await space.put(key, { lattice: 'multi', kind: 'delete' }, options)
    },
    get(key) {
      checkText('key', key)
      const found = space.find(key)
      return found === undefined ? [] : valuesOf(found.value)
    },
    entries(prefix = '') {
      checkText('prefix', prefix)
      return space.list(prefix, entryOf)
    },
    watch: (options) => space.watch(view, options),
  }
}

// ---- merged by the application --------------------------------------------------------------

export interface CustomParts<T> extends CodedParts<T> {
  /** Throws if a value is none, or merging it with what is there breaks a law. */
  readonly check: (bytes: Uint8Array, present: Uint8Array | undefined) => void
}

export function sharedCustom<T>(parts: CustomParts<T>, map: string): SharedCustom<T> {
  const { codec, check } = parts
  const space = new SharedSpace(parts, 'custom', map)
  const view: View<'custom', Keyed<CustomChange<T>>> = {
    set(key, { value: bytes }) {
      const box = open(parts, bytes)
      return box && { kind: 'set', key, value: box.value }
    },
    gone: (key) => ({ kind: 'delete', key }),
    keyOf,
  }
  return {
    name: map,
    async merge(key, value, options = {}) {
      checkKey(key)
      const bytes = codec.encode(value)
      check(bytes, space.find(key)?.value.value)
      return await space.put(key, { lattice: 'custom', kind: 'merge', value: bytes }, options)
    },
    get(key) {
      checkText('key', key)
      const found = space.find(key)
      return found && open(parts, found.value.value)?.value
    },
    entries(prefix = '') {
      checkText('prefix', prefix)
      return space.list(prefix, (key, { value: bytes }) => {
        const box = open(parts, bytes)
        return box && { key, value: box.value }
      })
    },
    watch: (options) => space.watch(view, options),
  }
}
