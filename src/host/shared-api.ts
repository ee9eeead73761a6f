// The shapes of shared maps that people meet: keys that every node may write, of several kinds.
// Types only; `shared-*.ts` implements them. What each kind does when two nodes write at once is
// told in docs/state.md.

/** How values of an application become bytes, and back. */
export interface Codec<T> {
  readonly encode: (value: T) => Uint8Array
  /**
   * May throw on bytes that are none of its own: they are then not there for the reader, in
   * whatever way it asks, and a watch tells `delete`.
   */
  readonly decode: (bytes: Uint8Array) => T
}

/** How a write is done. */
export interface WriteOptions {
  /**
   * Waits until so many members hold the write, this node included: a number, or more than half
   * of all members that hold state. At once if left out.
   */
  readonly acks?: number | 'majority' | undefined
  /** How long to wait for them; default 5000. The write stays, whatever comes of the wait. */
  readonly timeoutMs?: number | undefined
}

/** How a key of one's own is set. */
export interface OwnWriteOptions extends WriteOptions {
  /** How long the key lives; default: for ever, or what its map says. */
  readonly ttlMs?: number | undefined
}

/** What is known of a write when it resolves. */
export interface Written {
  /** Members known to hold it, this node included. */
  readonly acked: number
  /** How many were asked for. `acked` below it: time was over; the write stays and spreads. */
  readonly needed: number
}

export interface SharedWatchOptions {
  /** Keys that begin with this; all if left out. */
  readonly prefix?: string | undefined
  /** Begins with what there is. */
  readonly initial?: boolean | undefined
  /** Aborting ends the watch. */
  readonly signal?: AbortSignal | undefined
}

/** The reader was too slow, and changes were dropped: read everything again. */
export interface WatchGap {
  readonly kind: 'gap'
  readonly missed: number
}

export interface SyncOptions {
  /**
   * How many other members to catch up with; default `majority`: as many as are more than half of
   * all members, with this node.
   */
  readonly peers?: number | 'majority' | undefined
  /** Default 5000. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** This node holds all that so many others held. */
export interface Synced {
  readonly synced: number
  readonly needed: number
}

export interface StateReadyOptions {
  /** Default 10 000. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Keys of shared maps that must be there, as `map/key`. */
  readonly keys?: readonly string[] | undefined
}

export interface StateReady {
  /** False: time was over first; what is missing comes later. */
  readonly settled: boolean
  /** Members this node has caught up with: three, or all there are. */
  readonly peersSynced: number
}

// ---- maps -------------------------------------------------------------------------------

/** Who wrote a key of a map last, and when. */
export interface MapMeta {
  /** The node that wrote it. */
  readonly writer: string
  /** Unix time of the write, by the clock that orders all writes. */
  readonly writtenMs: number
  /** Orders writes of one millisecond. */
  readonly counter: number
  /** Unix time at which it ends by itself, if it does. */
  readonly expiresMs: number | undefined
  /** It is read only while the node that wrote it lives. */
  readonly lease: boolean
  /** How many lives of nodes have a part in the key: more than one until it is tidied up. */
  readonly slots: number
}

export interface MapEntry<T> extends MapMeta {
  readonly key: string
  readonly value: T
}

/**
 * What has become of a key. Of several changes between two reads the last is told. `delete` is
 * told as well of a key whose new value the codec cannot read.
 */
export type MapChange<T> =
  | ({ readonly kind: 'set' } & MapEntry<T>)
  | { readonly kind: 'delete' | 'expire'; readonly key: string }
  | WatchGap

export interface MapWriteOptions extends OwnWriteOptions {
  /**
   * The key is read only while this node lives: not after it has left or failed, nor in its next
   * life. Setting it anew makes it a key like others.
   */
  readonly lease?: boolean | undefined
}

/** Keys that all nodes write; of two writes of a key the later wins, by a hybrid clock. */
export interface SharedMap<T> {
  readonly name: string
  /**
   * Sets a key. Rejects with `HEARSAY_TOO_LARGE`, `HEARSAY_NO_ROOM`, `HEARSAY_NOT_SHARING`, or
   * `HEARSAY_CLOCK_AHEAD` if the clock that orders writes is a minute ahead of this machine's, or
   * most others refuse what this node writes since its clock is ahead of theirs.
   */
  readonly set: (key: string, value: T, options?: MapWriteOptions) => Promise<Written>
  /** Deletes a key; it is no error if there is none. */
  readonly delete: (key: string, options?: WriteOptions) => Promise<Written>
  /**
   * Sets a key to what `next` makes of its present value here; undefined leaves it alone. Another
   * node may write meanwhile: this is no agreement of the cluster. Rejects with `HEARSAY_CONFIG`,
   * and writes nothing, where the codec cannot read the present value.
   */
  readonly update: (
    key: string,
    next: (value: T | undefined) => T | undefined,
    options?: MapWriteOptions,
  ) => Promise<Written>
  readonly get: (key: string) => T | undefined
  readonly has: (key: string) => boolean
  readonly meta: (key: string) => MapMeta | undefined
  /** Keys that begin with `prefix` (all if left out), sorted. */
  readonly entries: (prefix?: string) => readonly MapEntry<T>[]
  readonly watch: (options?: SharedWatchOptions) => AsyncIterableIterator<MapChange<T>>
}

/** Keys whose values stand side by side if written at once, until somebody decides. */
export interface SharedMulti<T> {
  readonly name: string
  /** Takes the place of all values seen here. */
  readonly set: (key: string, value: T, options?: WriteOptions) => Promise<Written>
  readonly delete: (key: string, options?: WriteOptions) => Promise<Written>
  /** None if there is no such key; several if nodes wrote at once. The same order everywhere. */
  readonly get: (key: string) => readonly T[]
  readonly entries: (
    prefix?: string,
  ) => readonly { readonly key: string; readonly values: readonly T[] }[]
  readonly watch: (options?: SharedWatchOptions) => AsyncIterableIterator<MultiChange<T>>
}

export type MultiChange<T> =
  | { readonly kind: 'set'; readonly key: string; readonly values: readonly T[] }
  | { readonly kind: 'delete'; readonly key: string }
  | WatchGap

/** How an application merges its own values. All must be pure, and the same on all nodes. */
export interface CustomOptions<T> {
  /** Commutative, associative, idempotent: tried on what it meets, unless in production. */
  readonly merge: (one: T, other: T) => T
  /** False for what is no value; such values of others are passed on, but not read. */
  readonly validate?: ((value: T) => boolean) | undefined
  /** Default `codecs.json()`. */
  readonly codec?: Codec<T> | undefined
  /** Values to try the merge on at once. */
  readonly samples?: readonly T[] | undefined
}

/** Keys whose values the application merges itself. */
export interface SharedCustom<T> {
  readonly name: string
  /** Merges a value into a key. */
  readonly merge: (key: string, value: T, options?: WriteOptions) => Promise<Written>
  readonly get: (key: string) => T | undefined
  readonly entries: (prefix?: string) => readonly { readonly key: string; readonly value: T }[]
  readonly watch: (options?: SharedWatchOptions) => AsyncIterableIterator<CustomChange<T>>
}

export type CustomChange<T> =
  | { readonly kind: 'set'; readonly key: string; readonly value: T }
  /** It cannot be read here any more. */
  | { readonly kind: 'delete'; readonly key: string }
  | WatchGap

// ---- sets -------------------------------------------------------------------------------

/** A set of texts; adding wins over removing at the same time. */
export interface SharedSet {
  readonly name: string
  readonly add: (element: string, options?: WriteOptions) => Promise<Written>
  readonly remove: (element: string, options?: WriteOptions) => Promise<Written>
  readonly has: (element: string) => boolean
  /** Sorted. */
  readonly values: () => readonly string[]
  readonly watch: (options?: SharedWatchOptions) => AsyncIterableIterator<SetChange>
}

export type SetChange = { readonly kind: 'add' | 'remove'; readonly element: string } | WatchGap

// ---- single values ------------------------------------------------------------------------

export type ValueWatchOptions = Omit<SharedWatchOptions, 'prefix'>

/** One value has changed. */
export type ValueChange<T> = { readonly kind: 'set'; readonly value: T } | WatchGap

/** A number that all nodes count up and down. */
export interface SharedCounter {
  readonly name: string
  /**
   * Adds a whole number of -(2⁵³−1) to 2⁵³−1, 1 if left out; negative counts down. Rejects with
   * `HEARSAY_NO_ROOM` where all that this life of the node has added, or all that it has taken,
   * would come to more than 2⁵³−1.
   */
  readonly add: (by?: number, options?: WriteOptions) => Promise<Written>
  /** What all have added in all; 0 before that. Exact up to 2⁵³−1, then the nearest number. */
  readonly value: number
  readonly watch: (options?: ValueWatchOptions) => AsyncIterableIterator<ValueChange<number>>
}

/** Something that becomes true once and stays true. */
export interface SharedFlag {
  readonly name: string
  readonly raise: (options?: WriteOptions) => Promise<Written>
  readonly isRaised: boolean
  readonly watch: (options?: ValueWatchOptions) => AsyncIterableIterator<ValueChange<true>>
}

/** The greatest, or the least, of all numbers that nodes have offered. */
export interface SharedExtreme {
  readonly name: string
  /** A finite number. */
  readonly offer: (value: number, options?: WriteOptions) => Promise<Written>
  /** Undefined until one was offered. */
  readonly value: number | undefined
  readonly watch: (options?: ValueWatchOptions) => AsyncIterableIterator<ValueChange<number>>
}

// ---- why they read as they do -------------------------------------------------------------

export type SharedKind = 'map' | 'counter' | 'set' | 'flag' | 'max' | 'min' | 'multi' | 'custom'

/** Why a shared key reads as it does here. */
export interface StateExplanation {
  readonly kind: SharedKind
  readonly name: string
  readonly key: string
  /** One sentence. */
  readonly verdict: string
  /** What each life of a node has added to it, by node. */
  readonly slots: readonly SlotExplanation[]
  /** Members that the clean-up of this node waits for; the gone that are not evicted among them. */
  readonly waitingFor: readonly string[]
}

export interface SlotExplanation {
  readonly node: string
  /** Which life of the node. */
  readonly generation: number
  /** Of the node's writes. */
  readonly version: number
  readonly sizeBytes: number
  /** Written by this node, in this life. */
  readonly self: boolean
  /** What it says alone. */
  readonly text: string
  /** Of a lease: what became of the node that wrote it, so that readers are not shown it. */
  readonly hidden: 'failed' | 'left' | 'unknown' | 'returned' | 'restarted' | undefined
  /** Nodes whose slots say all that this one does: it is needless once all know. */
  readonly coveredBy: readonly string[]
  /** Of our own slot: members that are not known to hold it, and so keep it here. */
  readonly unheard: readonly string[]
}

// ---- where they come from -----------------------------------------------------------------

export interface MapOptions<T> {
  /** Default `codecs.json()`. All nodes must use the same. */
  readonly codec?: Codec<T> | undefined
  /** How long keys live unless told otherwise; for ever if left out. */
  readonly ttlMs?: number | undefined
}

/**
 * Shared values, each known by its kind and name: what nodes of the same cluster call by the
 * same kind and name is the same value. Names have 1 to 128 bytes.
 */
export interface SharedValues {
  readonly map: <T = unknown>(name: string, options?: MapOptions<T>) => SharedMap<T>
  readonly multi: <T = unknown>(
    name: string,
    options?: Pick<MapOptions<T>, 'codec'>,
  ) => SharedMulti<T>
  readonly custom: <T = unknown>(name: string, options: CustomOptions<T>) => SharedCustom<T>
  readonly set: (name: string) => SharedSet
  readonly counter: (name: string) => SharedCounter
  readonly flag: (name: string) => SharedFlag
  readonly max: (name: string) => SharedExtreme
  readonly min: (name: string) => SharedExtreme
}
