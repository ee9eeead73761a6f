// hearsay's own messages: their bytes, once and for all, and what is refused.

import { describe, expect, it } from 'vitest'
import {
  decodeOwnMessage,
  encodeOwnMessage,
  encodeViewReply,
  type OwnMessage,
  type ViewReply,
} from '../../../src/core/wire/own-messages.ts'
import { bytesOf, hexOf } from '../../golden/golden.ts'

const reply: ViewReply = {
  kind: 'viewReply',
  eventLtime: 7n,
  id: 7,
  checksum: 0xdeadbeef,
  alive: 5,
  suspect: 1,
  dead: 0,
  left: 2,
  rows: [],
}

const EXAMPLES: readonly { readonly message: OwnMessage; readonly hex: string }[] = [
  {
    message: { kind: 'viewRequest', id: 7, checksum: 1 },
    hex: 'e70182a8436865636b73756d01a2496407',
  },
  {
    message: { ...reply, rows: [{ name: 'b', status: 1, incarnation: 3 }] },
    hex:
      'e70288a5416c69766505a8436865636b73756dcedeadbeefa44465616400aa4576656e744c54696d6507a2496407a44c65667402' +
      'a4526f77739183ab496e6361726e6174696f6e03a44e616d65a162a653746174757301a75375737065637401',
  },
  {
    message: { kind: 'receiptRequest', id: 8, ltime: 2n ** 64n - 1n, name: 'deploy' },
    hex: 'e70383a2496408a54c54696d65cfffffffffffffffffa44e616d65a66465706c6f79',
  },
  {
    message: { kind: 'receiptReply', id: 8, known: true, from: 'b', wallMs: 1.5 },
    hex: 'e70484a446726f6da162a2496408a54b6e6f776ec3a657616c6c4d73cb3ff8000000000000',
  },
]

describe('own messages', () => {
  it.each(EXAMPLES)('$message.kind has these bytes, both ways', ({ message, hex }) => {
    expect(hexOf(encodeOwnMessage(message))).toBe(hex)
    expect(decodeOwnMessage(bytesOf(hex))).toEqual(message)
  })

  it.each(EXAMPLES)('$message.kind with a byte behind it, or one short, is refused', ({ hex }) => {
    expect(decodeOwnMessage(bytesOf(`${hex}00`))).toBe('msgpack')
    expect(decodeOwnMessage(bytesOf(hex.slice(0, -2)))).toBe('msgpack')
  })

  it('an unknown type, another first byte and no bytes are refused', () => {
    expect(decodeOwnMessage(bytesOf('e70580'))).toBe('type')
    expect(decodeOwnMessage(bytesOf('e7'))).toBe('type')
    expect(decodeOwnMessage(bytesOf('0380'))).toBe('type')
    expect(decodeOwnMessage(bytesOf(''))).toBe('empty')
  })

  it('a field that a later version adds is passed over', () => {
    expect(decodeOwnMessage(bytesOf('e70182a2496407a358797a9103'))).toEqual({
      kind: 'viewRequest',
      id: 7,
      checksum: 0,
    })
  })

  it('a time that is no number is refused', () => {
    expect(decodeOwnMessage(bytesOf('e70481a657616c6c4d73cb7ff8000000000000'))).toBe('msgpack')
  })

  it('a view reply takes as many rows as fit, and 64 at most', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({
      name: `member-${i}`,
      status: 0,
      incarnation: 1,
    }))
    for (const bytesMax of [100, 140, 141, 200, 1000, 1400, 65_000]) {
      const bytes = encodeViewReply({ ...reply, rows }, bytesMax)
      expect(bytes.length).toBeLessThanOrEqual(bytesMax)
      const read = decodeOwnMessage(bytes)
      if (typeof read === 'string' || read.kind !== 'viewReply') throw new Error('not a reply')
      expect(read.rows).toEqual(rows.slice(0, read.rows.length))
      expect(bytesMax - bytes.length < 60 || read.rows.length === 64).toBe(true)
    }
  })

  it('more than 64 rows are refused', () => {
    const rows = Array.from({ length: 65 }, () => ({ name: 'b', status: 0, incarnation: 1 }))
    expect(decodeOwnMessage(encodeOwnMessage({ ...reply, rows }))).toBe('msgpack')
  })
})
