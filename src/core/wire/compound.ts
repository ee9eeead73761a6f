// Several messages to one destination in one packet: a type byte, a count, the lengths, then the
// messages one after the other (memberlist's compound message).

import { assert } from '../base/assert.ts'
import { COMPOUND_PARTS_MAX } from './limits.ts'
import { TAG } from './messages.ts'

/** What each part costs beside its own bytes: its length. */
export const COMPOUND_PART_OVERHEAD_BYTES = 2
/** What a compound costs beside its parts: the type byte and the count. */
export const COMPOUND_OVERHEAD_BYTES = 2

/** Joins 1 … 255 messages of at most 65 535 bytes each. */
export function joinCompound(parts: readonly Uint8Array[]): Uint8Array {
  assert(
    parts.length >= 1 && parts.length <= COMPOUND_PARTS_MAX,
    'a compound has 1 to 255 parts, the outbox spreads more over several packets',
  )
  let at = 2 + 2 * parts.length
  let size = at
  for (const part of parts) size += part.length
  const bytes = new Uint8Array(size)
  bytes[0] = TAG.compound
  bytes[1] = parts.length
  parts.forEach((part, i) => {
    assert(part.length <= 0xffff, 'a part of a compound has at most 65535 bytes')
    bytes[2 + 2 * i] = part.length >>> 8
    bytes[3 + 2 * i] = part.length
    bytes.set(part, at)
    at += part.length
  })
  return bytes
}

/** Where a part stands: from its type byte to one behind its last. */
interface Span {
  readonly from: number
  readonly to: number
}

export interface SplitCompound {
  /** The parts that are there in full; parts of no bytes are left out. */
  readonly parts: readonly Span[]
  /** The list of lengths or some of the last parts are missing. */
  readonly isTruncated: boolean
}

/** Finds the parts of the compound in bytes `from` … `to`−1, its type byte first. */
export function splitCompound(bytes: Uint8Array, from: number, to: number): SplitCompound {
  const count = from + 1 < to ? (bytes[from + 1] ?? 0) : 0
  const lengthsAt = from + 2
  const parts: Span[] = []
  let at = lengthsAt + 2 * count
  if (at > to) return { parts, isTruncated: true }
  for (let i = 0; i < count; i++) {
    const lengthAt = lengthsAt + 2 * i
    const end = at + (bytes[lengthAt] ?? 0) * 256 + (bytes[lengthAt + 1] ?? 0)
    if (end > to) return { parts, isTruncated: true }
    // Old Serf crashes on an empty part; a lawful sender of one means nothing by it.
    if (end > at) parts.push({ from: at, to: end })
    at = end
  }
  return { parts, isTruncated: false }
}
