// The canonical form: reading a state to its last byte, telling whether bytes are the one form
// of what they say, merging states in bytes. Also the order of bytes, the same everywhere.

import { ByteReader, EMPTY, equalBytes } from '../../base/bytes.ts'

/** How a kind of state is written, read (undefined for what is none) and merged. */
export interface Form<T> {
  readonly encode: (state: T) => Uint8Array
  readonly decode: (bytes: Uint8Array) => T | undefined
  readonly merge: (one: T, other: T) => T
}

/** Reads all of `bytes`; undefined if they end early, go on, or break the form. */
export function readWhole<T>(bytes: Uint8Array, read: (reader: ByteReader) => T): T | undefined {
  const reader = new ByteReader(bytes)
  const state = read(reader)
  if (reader.left > 0) reader.fail('form')
  return reader.failure === undefined ? state : undefined
}

/** The state, if the bytes are its one form; undefined for anything else. */
export function readCanonical<T>(
  { decode, encode }: Omit<Form<T>, 'merge'>,
  bytes: Uint8Array,
): T | undefined {
  const state = decode(bytes)
  return state !== undefined && equalBytes(encode(state), bytes) ? state : undefined
}

/** Merges two states in bytes; what does not decode counts as nothing. */
export function mergeBytes<T>(form: Form<T>, one: Uint8Array, other: Uint8Array): Uint8Array {
  const mine = form.decode(one)
  const theirs = form.decode(other)
  if (mine === undefined) return theirs === undefined ? EMPTY : other
  return theirs === undefined ? one : form.encode(form.merge(mine, theirs))
}

/** By bytes, the shorter first where one begins with the other. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i++) {
    const difference = (one[i] ?? 0) - (other[i] ?? 0)
    if (difference !== 0) return difference
  }
  return one.length - other.length
}
