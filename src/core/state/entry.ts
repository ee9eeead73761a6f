// One key of one stream as we hold it, and what the application hears when it changes.

import type { EntryKind, StateEntry } from '../wire/state-parts.ts'

/** Mutable inside the replica that holds it, and nowhere else. */
export interface Entry {
  readonly key: string
  readonly version: number
  /** A deleted or expired key is kept, so that older versions of it cannot come back. */
  kind: EntryKind
  value: Uint8Array
  /** Machine time; Infinity if it lives for ever. */
  readonly expiresMs: number
  /** Of key and value. */
  sizeBytes: number
  /** False once a later version of the key has taken its place. */
  isCurrent: boolean
}

/** A key that looks different from now on. */
export interface KeyChange {
  readonly kind: 'set' | 'delete' | 'expire'
  readonly key: string
  readonly version: number
  /** Empty unless set. */
  readonly value: Uint8Array
}

export const NO_VALUE = new Uint8Array(0)

/** The entry as it goes to others at `nowMs`: how long it has still to live is relative. */
export function wireEntry(entry: Entry, nowMs: number): StateEntry {
  const { key, version, kind, value, expiresMs } = entry
  if (expiresMs === Number.POSITIVE_INFINITY || kind !== 'set') {
    return { key, version, kind, value, ttlMs: undefined }
  }
  const ttlMs = expiresMs - nowMs
  if (ttlMs > 0) return { key, version, kind, value, ttlMs }
  return { key, version, kind: 'expired', value: NO_VALUE, ttlMs: undefined }
}
