// Every memberlist message of the golden data, both ways.

import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../../src/core/base/bytes.ts'
import { decodeMessage, encodeMessage, streamCodec } from '../../../src/core/wire/messages.ts'
import { ours, text } from '../../golden/compare.ts'
import { bytesOf, hexOf, type Vector, vectors } from '../../golden/golden.ts'

interface MessageVector extends Vector {
  readonly type: number
  readonly decoded: Readonly<Record<string, unknown>>
}

const all = vectors<MessageVector>('memberlist-messages').filter(({ type }) => type !== 8)
const [packets, errors] = [all.filter(({ type }) => type !== 13), all.filter((v) => v.type === 13)]

/** Go has two ways to say "no bytes"; they mean the same and we always write nil. */
const WRITES_EMPTY_FOR_NIL = ['ack-empty', 'alive-empty-meta']

describe('messages of real memberlist', () => {
  it.each(packets)('decodes $name', ({ hex, decoded }) => {
    expect(text(decodeMessage(bytesOf(hex)))).toEqual(ours(decoded))
  })

  it.each(packets)('encodes $name to the same bytes', ({ name, hex }) => {
    const message = decodeMessage(bytesOf(hex))
    if (typeof message === 'string') throw new Error(message)
    const encoded = encodeMessage(message)
    if (WRITES_EMPTY_FOR_NIL.includes(name)) expect(decodeMessage(encoded)).toEqual(message)
    else expect(hexOf(encoded)).toBe(hex)
  })

  it.each(errors)('decodes and encodes $name', ({ hex, decoded, type }) => {
    const reader = new ByteReader(bytesOf(hex), 1)
    const message = streamCodec(type)?.read(reader)
    expect(reader.failure).toBeUndefined()
    expect(text(message)).toEqual(ours(decoded))
    if (message?.kind === 'error') expect(hexOf(encodeMessage(message))).toBe(hex)
  })

  it('keeps nothing of the packet it decoded, even of a Buffer', () => {
    const alive = '0484a441646472a47f000002a44d657461a16da44e6f6465a161a356736ea6010502000000'
    const packet = Buffer.from(alive, 'hex')
    const message = decodeMessage(packet)
    packet.fill(0)
    if (typeof message === 'string' || message.kind !== 'alive') throw new Error('not an alive')
    expect([message.addr, message.meta, message.vsn].map(hexOf)).toEqual([
      '7f000002',
      '6d',
      '010502000000',
    ])
    const user = Buffer.from('08aabb', 'hex')
    const { payload } = { payload: new Uint8Array(0), ...Object(decodeMessage(user)) }
    user.fill(0)
    expect(hexOf(payload)).toBe('aabb')
  })
})
