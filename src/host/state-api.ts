// The shapes of replicated state that people meet: keys of one's own, reads of everybody's,
// and a watch; shared values are in shared-api.ts. Types only; `state.ts` implements them.

import type { StateStats } from '../core/index.ts'
import type {
  OwnWriteOptions,
  SharedKind,
  SharedValues,
  StateExplanation,
  StateReady,
  StateReadyOptions,
  Synced,
  SyncOptions,
  WriteOptions,
  Written,
} from './shared-api.ts'

export type * from './shared-api.ts'

/** What people hand over: bytes and text go as they are, anything else as JSON. */
export type StateValue = Uint8Array | string | object | number | boolean | null

/** The same, or nothing at all. */
export type Payload = StateValue | undefined

/** A key of a member, as it is now. */
export interface StateKey {
  readonly node: string
  readonly key: string
  /** A copy of its bytes. */
  readonly value: Uint8Array
  /** The value as text, if it is UTF-8; empty if not. */
  readonly text: string
  /** Rises with every write of its owner, until the owner restarts. */
  readonly version: number
  /** Unix time at which it ends by itself, if it does. */
  readonly expiresMs: number | undefined
}

/** What has become of a key. Of several changes between two reads the last is told. */
export type StateChange =
  | ({ readonly kind: 'set' } & StateKey)
  | { readonly kind: 'delete' | 'expire'; readonly node: string; readonly key: string }
  /** The reader was too slow, and changes were dropped: read everything again. */
  | { readonly kind: 'gap'; readonly missed: number }

/** Keys that this node alone writes, and all read. */
export interface OwnKeys {
  /**
   * Sets a key; all members have it a moment later. Bytes and text go as they are, anything else
   * as JSON, unless that would change it (`HEARSAY_CONFIG`). Rejects with `HEARSAY_TOO_LARGE` (256 bytes of key, 64 KiB of value),
   * `HEARSAY_NO_ROOM`, `HEARSAY_NOT_SHARING` or `HEARSAY_CLOCK_AHEAD` (most others refuse what is written here).
   */
  readonly set: (key: string, value: StateValue, options?: OwnWriteOptions) => Promise<Written>
  /** Deletes a key; it is no error if there is none. */
  readonly delete: (key: string, options?: WriteOptions) => Promise<Written>
  readonly get: (key: string) => StateKey | undefined
  /** Keys that begin with `prefix` (all if left out), sorted. */
  readonly entries: (prefix?: string) => readonly StateKey[]
}

/** What one member has set, as it last left it, even if it is gone. */
export type KeysOf = Pick<OwnKeys, 'get' | 'entries'>

export interface StateWatchOptions {
  /** Keys that begin with this; all if left out. */
  readonly prefix?: string | undefined
  /** Only this member's keys. */
  readonly node?: string | undefined
  /** Begins with a `set` for each key there is. */
  readonly initial?: boolean | undefined
  /** Aborting ends the watch. */
  readonly signal?: AbortSignal | undefined
}

/** Small data that all members hold: keys of one's own, and shared values of several kinds. */
export interface NodeState extends SharedValues {
  readonly own: OwnKeys
  readonly of: (node: string) => KeysOf
  /** Keys of all members that are alive or suspect, sorted by member, then key. */
  readonly query: (prefix?: string) => readonly StateKey[]
  /** Changes as they come; bounded (10 000 keys), a `gap` says what was lost. */
  readonly watch: (options?: StateWatchOptions) => AsyncIterableIterator<StateChange>
  readonly stats: () => StateStats
  /**
   * Catches up with other members, then resolves: what they held is read here from then on.
   * Rejects with `HEARSAY_TIMEOUT` if too few of them answered.
   */
  readonly sync: (options?: SyncOptions) => Promise<Synced>
  /**
   * Why a shared key reads as it does here: who added what to it, and what keeps its traces. The
   * element of a set is its key; what has no keys has the empty one. Default kind: `map`.
   */
  readonly explain: (name: string, key?: string, kind?: SharedKind) => StateExplanation
  /** Resolves once this node has caught up with a few members and holds the keys asked for. */
  readonly ready: (options?: StateReadyOptions) => Promise<StateReady>
}
