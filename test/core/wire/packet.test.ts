// Datagrams whole: the captures of real clusters, what we pack, and what we refuse.

import { describe, expect, it } from 'vitest'
import { encodeMessage, type Message } from '../../../src/core/wire/messages.ts'
import { PacketCodec } from '../../../src/core/wire/packet.ts'
import { checkMessage } from '../../../src/core/wire/semantics.ts'
import { ours, text } from '../../golden/compare.ts'
import { bytesOf, capture, hexOf } from '../../golden/golden.ts'
import { KEY, keyringOf, OTHER_KEY, settingsWith } from './settings.ts'

interface Capture {
  readonly label?: string
  readonly keys?: readonly string[]
  readonly packets: readonly {
    readonly name: string
    readonly hex: string
    readonly decoded: {
      readonly messages: readonly {
        readonly name: string
        readonly fields?: Readonly<Record<string, unknown>>
        readonly payload?: string
      }[]
    }
  }[]
}

const CAPTURES = [
  'capture-memberlist-plain',
  'capture-label',
  'capture-label-encrypted',
  'capture-alertmanager',
  'capture-serf-plain',
  'capture-serf-new-plain',
  'capture-serf-encrypted',
]

const KIND_BY_NAME: Readonly<Record<string, string>> = { ackResp: 'ack', nackResp: 'nack' }

describe('packets of real clusters', () => {
  it.each(CAPTURES)('every packet of %s is read as the real decoder read it', (file) => {
    const { label = '', keys, packets } = capture<Capture>(file)
    const codec = new PacketCodec(settingsWith({ label, ...(keys && { keys }) }))
    for (const { name, hex, decoded } of packets) {
      const { messages, drops, authenticated } = codec.unpack(bytesOf(hex))
      expect({ name, drops, authenticated }).toEqual({ name, drops: [], authenticated: true })
      expect(messages.map(({ kind }) => kind)).toEqual(
        decoded.messages.map((message) => KIND_BY_NAME[message.name] ?? message.name),
      )
      expect(messages.map(text)).toEqual(
        decoded.messages.map(({ fields, payload }) => ours(fields ?? { Payload: payload ?? '' })),
      )
    }
  })

  it.each(CAPTURES)('every message of %s passes the semantic check', (file) => {
    const { label = '', keys, packets } = capture<Capture>(file)
    const codec = new PacketCodec(settingsWith({ label, ...(keys && { keys }) }))
    const dRange = file.includes('serf') ? { min: 2, max: 5 } : { min: 0, max: 0 }
    const context = { loopbackAllowed: true, strict: false, dRange }
    for (const { hex } of packets) {
      for (const message of codec.unpack(bytesOf(hex)).messages) {
        expect(checkMessage(message, context)).toBeUndefined()
      }
    }
  })

  it.each(CAPTURES)('what we pack of %s is read back as the same', (file) => {
    const { label = '', keys, packets } = capture<Capture>(file)
    const shape = { label, compression: true, ...(keys && { keys }) }
    for (const cipherVersion of [0, 1] as const) {
      const codec = new PacketCodec(settingsWith({ ...shape, cipherVersion }))
      for (const { hex } of packets) {
        const { messages } = codec.unpack(bytesOf(hex))
        const packed = codec.pack(messages.map(encodeMessage), { crc: cipherVersion === 1 })
        expect(codec.unpack(packed)).toMatchObject({ messages, drops: [] })
      }
    }
  })
})

const ping: Message = {
  kind: 'ping',
  seqNo: 7,
  node: 'b',
  sourceAddr: new Uint8Array(0),
  sourcePort: 0,
  sourceNode: 'a',
}
const user = (size: number): Message => ({ kind: 'user', payload: new Uint8Array(size).fill(65) })

describe('packing', () => {
  it('sends a lone message bare', () => {
    const bytes = encodeMessage(ping)
    expect(new PacketCodec(settingsWith()).pack([bytes], { crc: false })).toEqual(bytes)
  })

  it('puts the layers in memberlist’s order', () => {
    const codec = new PacketCodec(settingsWith({ label: 'blue', compression: true }))
    const packed = codec.pack([encodeMessage(ping), encodeMessage(user(300))], { crc: true })
    expect(hexOf(packed).slice(0, 14)).toBe('f404626c75650c')
    expect(packed[11]).toBe(9)
  })

  it('leaves a message alone that compression would not shorten', () => {
    const codec = new PacketCodec(settingsWith({ compression: true }))
    const noise = Uint8Array.from({ length: 200 }, (_, i) => (i * 151 + (i >> 3) * 29) & 0xff)
    const message = encodeMessage({ kind: 'user', payload: noise })
    expect(codec.pack([message], { crc: false })).toEqual(message)
  })

  it('adds no checksum unless asked, or everywhere', () => {
    const everywhere = new PacketCodec(settingsWith({ crcEverywhere: true }))
    expect(everywhere.pack([encodeMessage(ping)], { crc: false })[0]).toBe(12)
    expect(everywhere.overheadBytes).toBe(5)
  })

  it('counts label and seal in the budget', () => {
    const plain = new PacketCodec(settingsWith())
    expect([plain.overheadBytes, plain.budget(0), plain.budget(60)]).toEqual([0, 1398, 1336])
    const sealed = new PacketCodec(settingsWith({ label: 'blue', keys: [KEY] }))
    expect([sealed.overheadBytes, sealed.budget(0)]).toEqual([35, 1363])
    const padded = new PacketCodec(settingsWith({ keys: [KEY], cipherVersion: 0 }))
    expect(padded.overheadBytes).toBe(45)
    expect(plain.budget(2000)).toBe(0)
  })

  it('fills a packet to the limit and never beyond', () => {
    const codec = new PacketCodec(settingsWith({ label: 'blue', keys: [KEY] }))
    const parts = [encodeMessage(ping)]
    const room = codec.budget(parts[0]?.length ?? 0)
    parts.push(encodeMessage(user(room - 2 - 1)))
    expect(codec.pack(parts, { crc: false }).length).toBe(1400)
  })
})

describe('keys', () => {
  it('opens with any key of the ring, and seals with the primary one', () => {
    const before = settingsWith({ keys: [KEY] })
    const after = { ...settingsWith(), ...before, keyring: keyringOf([OTHER_KEY, KEY]) }
    const packed = new PacketCodec(before).pack([encodeMessage(ping)], { crc: false })
    expect(new PacketCodec(after).unpack(packed).messages).toEqual([ping])
    const answer = new PacketCodec(after).pack([encodeMessage(ping)], { crc: false })
    expect(new PacketCodec(before).unpack(answer).drops).toEqual(['crypto'])
  })

  it('reads plain packets too while verifyIncoming is off, as not authenticated', () => {
    const codec = new PacketCodec(settingsWith({ keys: [KEY], verifyIncoming: false }))
    const plain = codec.unpack(encodeMessage(ping))
    expect(plain).toMatchObject({ messages: [ping], authenticated: false, drops: [] })
    const sealed = codec.unpack(codec.pack([encodeMessage(ping)], { crc: false }))
    expect(sealed).toMatchObject({ messages: [ping], authenticated: true })
  })

  it('are said to be missing on the side that has none, whatever the first bytes', () => {
    const locked = (cipherVersion: 0 | 1) =>
      new PacketCodec(settingsWith({ keys: [KEY], cipherVersion }))
    const other = new PacketCodec(settingsWith({ keys: [OTHER_KEY] }))
    const open = new PacketCodec(settingsWith())
    const bytes = encodeMessage(ping)
    for (const version of [0, 1] as const) {
      const sealed = locked(version).pack([bytes], { crc: false })
      expect(open.unpack(sealed).keyTrouble).toBe('none-here')
      expect(other.unpack(sealed).keyTrouble).toBe('other')
    }
    for (const parts of [[bytes], [bytes, bytes]]) {
      expect(other.unpack(open.pack(parts, { crc: true })).keyTrouble).toBe('none-there')
      expect(open.unpack(open.pack(parts, { crc: true })).keyTrouble).toBeUndefined()
    }
    expect(other.unpack(bytesOf('ff00')).keyTrouble).toBe('not-gossip')
  })

  it('sends plain while verifyOutgoing is off', () => {
    const codec = new PacketCodec(settingsWith({ keys: [KEY], verifyOutgoing: false }))
    expect(codec.pack([encodeMessage(ping)], { crc: false })).toEqual(encodeMessage(ping))
    expect(codec.overheadBytes).toBe(0)
  })
})

describe('labels', () => {
  it('names the other label, fit to print', () => {
    const ours = new PacketCodec(settingsWith({ label: 'blue' }))
    const packed = (label: string) =>
      new PacketCodec(settingsWith({ label })).pack([encodeMessage(ping)], { crc: false })
    expect(ours.unpack(packed('green'))).toMatchObject({ drops: ['label'], foreignLabel: 'green' })
    expect(ours.unpack(packed('a\u202e\nb'))).toMatchObject({ foreignLabel: 'a\ufffd\ufffdb' })
    expect(ours.unpack(packed('x'.repeat(255))).foreignLabel).toHaveLength(64)
    expect(ours.unpack(encodeMessage(ping))).toMatchObject({ drops: ['label'], foreignLabel: '' })
  })

  it('refuses a label where none is configured, and a second one', () => {
    const none = new PacketCodec(settingsWith())
    expect(none.unpack(bytesOf('f404626c75650b80')).drops).toEqual(['label'])
    const blue = new PacketCodec(settingsWith({ label: 'blue' }))
    expect(blue.unpack(bytesOf('f404626c7565f404626c75650b80')).drops).toEqual(['label'])
  })
})
