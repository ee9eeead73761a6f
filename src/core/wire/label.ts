// The label header: f4, a length of 1 … 255, the label. In the clear in front of every packet,
// and once in front of what the dialling side of a stream writes; it keeps clusters apart.

import { assert } from '../base/assert.ts'
import { EMPTY } from '../base/bytes.ts'
import { decodeUtf8Lossy, encodeUtf8 } from '../base/text.ts'
import { LABEL_BYTES_MAX } from './limits.ts'
import { TAG } from './messages.ts'

/** The header for `label`, at most 255 bytes as UTF-8; no bytes at all for the empty label. */
export function labelHeader(label: string): Uint8Array {
  if (label === '') return EMPTY
  const text = encodeUtf8(label)
  assert(text.length <= LABEL_BYTES_MAX, 'a label has at most 255 bytes')
  const header = new Uint8Array(2 + text.length)
  header[0] = TAG.label
  header[1] = text.length
  header.set(text, 2)
  return header
}

/** `more`: too few bytes to tell. `foreign`: another label, none, or a second one. */
export type LabelMatch = 'match' | 'more' | 'foreign'

/**
 * Compares the start of `bytes`, of which the first `length` are there, with our own header.
 * On a match what follows stands at `header.length`.
 */
export function matchLabel(bytes: Uint8Array, length: number, header: Uint8Array): LabelMatch {
  for (let i = 0; i < header.length; i++) {
    if (i >= length) return 'more'
    if (bytes[i] !== header[i]) return 'foreign'
  }
  if (header.length >= length) return 'more'
  return bytes[header.length] === TAG.label ? 'foreign' : 'match'
}

const SHOWN_LENGTH_MAX = 64

/** The label in front of `bytes`, made fit to print and cut at 64; '' if there is none. */
export function foreignLabel(bytes: Uint8Array, length: number = bytes.length): string {
  if (bytes[0] !== TAG.label || length < 2) return ''
  const text = decodeUtf8Lossy(bytes, 2, Math.min(2 + (bytes[1] ?? 0), length))
  return [...text].slice(0, SHOWN_LENGTH_MAX).map(printable).join('')
}

/** Letters, marks, numbers, punctuation, symbols and the plain space stay as they are. */
function printable(character: string): string {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character) ? character : '\ufffd'
}
