// Every limit on a datagram: at the limit, one over, and as a hostile sender would have it. What
// messages may say, and streams, have files of their own.

import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../../src/core/base/text.ts'
import { joinCompound } from '../../../src/core/wire/compound.ts'
import { compress } from '../../../src/core/wire/compression.ts'
import { decodeMessage, encodeMessage } from '../../../src/core/wire/messages.ts'
import { PacketCodec } from '../../../src/core/wire/packet.ts'
import { type Cipher, Keyring, seal } from '../../../src/core/wire/sealing.ts'
import { bytesOf } from '../../golden/golden.ts'
import { nodeCipher } from './node-cipher.ts'
import { KEY, keyringOf, settingsWith } from './settings.ts'

const NONE = new Uint8Array(0)
const plain = new PacketCodec(settingsWith())
const user = (size: number) => encodeMessage({ kind: 'user', payload: new Uint8Array(size) })
const nack = encodeMessage({ kind: 'nack', seqNo: 1 })
const ping = encodeMessage({
  kind: 'ping',
  seqNo: 1,
  node: 'b',
  sourceAddr: NONE,
  sourcePort: 0,
  sourceNode: '',
})
const indirectPing = encodeMessage({
  kind: 'indirectPing',
  seqNo: 1,
  target: Uint8Array.of(10, 0, 0, 1),
  port: 1,
  node: 'b',
  nack: true,
  sourceAddr: NONE,
  sourcePort: 0,
  sourceNode: '',
})
const withCrc = (bytes: Uint8Array) => plain.pack([bytes], { crc: true })
const kinds = (bytes: Uint8Array) => plain.unpack(bytes).messages.map(({ kind }) => kind)
const drops = (bytes: Uint8Array) => plain.unpack(bytes).drops

describe('the size of a datagram', () => {
  it.each([
    ['nothing at all', new Uint8Array(0), ['size']],
    ['65 507 bytes', user(65_506), []],
    ['65 508 bytes', user(65_507), ['size']],
    ['a megabyte', user(1_000_000), ['size']],
  ])('%s', (_what, bytes, expected) => {
    expect(drops(bytes)).toEqual(expected)
  })
})

describe('the label', () => {
  const longest = `${'é'.repeat(127)}x`
  const codec = (label: string) => new PacketCodec(settingsWith({ label }))

  it('of 255 bytes is taken, a longer one cannot be configured', () => {
    const packed = codec(longest).pack([nack], { crc: false })
    expect(codec(longest).unpack(packed)).toMatchObject({ drops: [], messages: [{ seqNo: 1 }] })
    expect(() => codec(`${longest}x`)).toThrow('255')
  })

  it.each([
    ['another of the same length', 'f404626c7561'],
    ['a longer one', 'f405626c756565'],
    ['a shorter one', 'f403626c75'],
    ['one of length 0', 'f400'],
    ['one cut short', 'f404626c'],
    ['a lone header byte', 'f4'],
    ['none', ''],
    ['two of ours', 'f404626c7565f404626c7565'],
  ])('%s is refused', (_what, header) => {
    const { drops } = codec('blue').unpack(bytesOf(`${header}0b81a55365714e6f01`))
    expect(drops).toEqual(['label'])
  })

  it('with nothing behind it leaves nothing', () => {
    expect(codec('blue').unpack(bytesOf('f404626c7565')).drops).toEqual(['empty'])
  })
})

describe('sealed packets', () => {
  let calls = 0
  const counting: Cipher = {
    seal: nodeCipher.seal,
    open: (...args) => {
      calls++
      return nodeCipher.open(...args)
    },
  }
  const codec = new PacketCodec(settingsWith({ keys: [KEY], cipher: counting }))

  it.each([
    ['version 2', `02${'00'.repeat(60)}`],
    ['version 255', `ff${'00'.repeat(60)}`],
    ['28 bytes of version 1', `01${'00'.repeat(27)}`],
    ['44 bytes of version 0', `00${'00'.repeat(43)}`],
    ['one byte', '01'],
  ])('%s is refused before the cipher is asked', (_what, hex) => {
    calls = 0
    expect(codec.unpack(bytesOf(hex)).drops).toEqual(['crypto'])
    expect(calls).toBe(0)
  })

  it('29 bytes of version 1 are asked about, once a key', () => {
    calls = 0
    expect(codec.unpack(bytesOf(`01${'00'.repeat(28)}`)).drops).toEqual(['crypto'])
    expect(calls).toBe(1)
  })

  it.each([
    [0, ['crypto']],
    [1, []],
    [16, []],
    [17, ['crypto']],
    [255, ['crypto']],
  ])('padding of %i in version 0 gives %j', (padding, expected) => {
    // Sealed as version 1, whose bytes are the same, so that the padding is what we say it is.
    const content = new Uint8Array(nack.length + Math.max(1, padding) + 20)
    content.set(nack)
    content[content.length - 1] = padding
    const nonce = new Uint8Array(12)
    const how = { cipher: nodeCipher, key: bytesOf(KEY), version: 1, nonce, aad: NONE } as const
    const bytes = seal(content, how)
    bytes[0] = 0
    expect(codec.unpack(bytes).drops).toEqual(expected)
  })

  it('that hold nothing leave nothing', () => {
    const nonce = new Uint8Array(12)
    const how = { cipher: nodeCipher, key: bytesOf(KEY), nonce, aad: NONE }
    for (const version of [0, 1] as const) {
      expect(codec.unpack(seal(NONE, { ...how, version })).drops).toEqual(['empty'])
    }
  })
})

describe('keys', () => {
  const problem = (key: Uint8Array) => new Keyring().add(key)

  it.each([16, 24, 32])('of %i bytes are taken', (length) => {
    expect(problem(new Uint8Array(length).fill(1))).toBeUndefined()
  })

  it.each([0, 15, 17, 33, 64])('of %i bytes are refused', (length) => {
    expect(problem(new Uint8Array(length).fill(1))).toContain('16, 24 or 32')
  })

  it('of zeros, and a ninth one, are refused', () => {
    expect(problem(new Uint8Array(16))).toContain('zeros')
    const ring = keyringOf(Array.from({ length: 8 }, (_, i) => `0${i + 1}`.repeat(16)))
    expect(ring.add(new Uint8Array(16).fill(9))).toContain('8 keys')
    expect(ring.add(new Uint8Array(16).fill(8))).toBeUndefined()
    expect(ring.keys).toHaveLength(8)
  })

  it('keep memberlist’s order through add, use and remove', () => {
    const [a, b, c] = ['0a', '0b', '0c'].map((byte) => bytesOf(byte.repeat(16)))
    if (a === undefined || b === undefined || c === undefined) throw new Error('keys')
    const ring = new Keyring()
    for (const key of [a, b, c, b]) ring.add(key)
    expect(ring.keys).toEqual([a, b, c])
    expect(ring.use(c)).toBeUndefined()
    expect(ring.keys).toEqual([c, a, b])
    expect(ring.use(new Uint8Array(16).fill(7))).toContain('not in the keyring')
    expect(ring.remove(c)).toContain('primary')
    expect(ring.remove(a)).toBeUndefined()
    expect(ring.remove(a)).toBeUndefined()
    expect(ring.keys).toEqual([c, b])
  })

  it('are tried primary first, then the one that worked last', () => {
    const [a, b, c] = ['0a', '0b', '0c'].map((byte) => bytesOf(byte.repeat(16)))
    if (a === undefined || b === undefined || c === undefined) throw new Error('keys')
    const ring = new Keyring()
    for (const key of [a, b, c]) ring.add(key)
    const tried = () => {
      const order: Uint8Array[] = []
      ring.firstThatOpens((key) => {
        order.push(key)
        return key[0] === 0x0c ? key : undefined
      })
      return order
    }
    expect(tried()).toEqual([a, b, c])
    expect(tried()).toEqual([a, c])
  })
})

describe('the checksum', () => {
  it.each([
    ['cut short', bytesOf('0c000000')],
    ['wrong', bytesOf('0c000000010b80')],
    ['of a damaged message', withCrc(nack).with(6, 0x82)],
  ])('%s is refused', (_what, bytes) => {
    expect(drops(bytes)).toEqual(['crc'])
  })

  it('of nothing leaves nothing, and one inside another is nesting', () => {
    expect(drops(bytesOf('0c00000000'))).toEqual(['empty'])
    expect(drops(withCrc(withCrc(nack)))).toEqual(['nesting'])
  })
})

describe('compression', () => {
  it('may give 65 536 bytes and not one more', () => {
    expect(kinds(compress(user(65_535)))).toEqual(['user'])
    expect(drops(compress(user(65_536)))).toEqual(['bomb'])
    expect(drops(compress(user(50_000_000)))).toEqual(['bomb'])
  })

  it('may stand once, and only outside a compound', () => {
    expect(drops(compress(compress(nack)))).toEqual(['nesting'])
    const inside = joinCompound([compress(nack), nack])
    expect(plain.unpack(inside)).toMatchObject({ drops: ['nesting'], messages: [{ seqNo: 1 }] })
    expect(drops(compress(withCrc(nack)))).toEqual(['nesting'])
  })

  it.each([
    ['another algorithm', '0982a4416c676f01a3427566a400830404', 'compress'],
    ['no end code', '0982a4416c676f00a3427566a3008304', 'compress'],
    ['no bytes', '0982a4416c676f00a3427566a0', 'compress'],
    ['an expansion to nothing', '0982a4416c676f00a3427566a3000302', 'empty'],
    ['a body longer than the packet', '0982a4416c676f00a3427566dbffffffff00', 'msgpack'],
    ['no map', '09', 'msgpack'],
  ])('with %s is refused', (_what, hex, reason) => {
    expect(drops(bytesOf(hex))).toEqual([reason])
  })
})

describe('a compound', () => {
  it('of none gives nothing, of 255 all', () => {
    expect(plain.unpack(bytesOf('0700'))).toMatchObject({ messages: [], drops: [] })
    expect(kinds(joinCompound(Array(255).fill(nack)))).toHaveLength(255)
    expect(() => joinCompound(Array(256).fill(nack))).toThrow('255')
  })

  it('without count, or with a cut list of lengths, gives nothing', () => {
    for (const hex of ['07', '0701', '070100', '07ff0001']) {
      expect(plain.unpack(bytesOf(hex))).toMatchObject({
        messages: [],
        drops: ['compound_truncated'],
      })
    }
  })

  it('cut short gives its whole parts', () => {
    const whole = joinCompound([nack, nack, nack])
    const cut = plain.unpack(whole.subarray(0, whole.length - 1))
    expect(cut).toMatchObject({ drops: ['compound_truncated'] })
    expect(cut.messages).toHaveLength(2)
  })

  it('with parts of no bytes gives the others', () => {
    expect(plain.unpack(joinCompound([NONE, nack, NONE]))).toMatchObject({
      messages: [{ kind: 'nack' }],
      drops: [],
    })
  })

  it('in a compound is refused, and the parts beside it are taken', () => {
    const nested = joinCompound([joinCompound([nack]), withCrc(nack), nack])
    expect(plain.unpack(nested)).toMatchObject({
      messages: [{ kind: 'nack' }],
      drops: ['nesting', 'nesting'],
    })
  })

  it.each([
    ['a table of members', '0683a44a6f696ec2a54e6f64657300ac5573657253746174654c656e00', 'type'],
    ['an encrypted frame', '0a0000000101', 'type'],
    ['a label', 'f404626c7565', 'nesting'],
    ['an error', '0d81a54572726f72a4626f6f6d', 'type'],
  ])('with %s among its parts gives the others', (_what, hex, reason) => {
    expect(plain.unpack(joinCompound([nack, bytesOf(hex), nack]))).toMatchObject({
      messages: [{ kind: 'nack' }, { kind: 'nack' }],
      drops: [reason],
    })
  })

  it('with a malformed part gives the others', () => {
    const bytes = joinCompound([bytesOf('0b05'), nack, bytesOf('63')])
    expect(plain.unpack(bytes)).toMatchObject({
      messages: [{ kind: 'nack' }],
      drops: ['msgpack', 'type'],
    })
  })

  it('is answered for one ping and one indirect ping', () => {
    const parts = [ping, indirectPing, ping, indirectPing, ping, nack]
    const { messages, drops } = plain.unpack(joinCompound(parts))
    expect(messages.map(({ kind }) => kind)).toEqual(['ping', 'indirectPing', 'nack'])
    expect(drops).toEqual(['extra_ping', 'extra_ping', 'extra_ping'])
    expect(kinds(joinCompound(Array(255).fill(ping)))).toEqual(['ping'])
  })
})

describe('the type of a message in a packet', () => {
  it.each([6, 10, 13, 14, 99, 255])('%i is refused', (tag) => {
    expect(drops(Uint8Array.of(tag, 0x80))).toEqual(['type'])
  })

  it.each([0, 1, 2, 3, 4, 5, 8, 11])('%i is taken', (tag) => {
    expect(kinds(Uint8Array.of(tag, 0x80))).toHaveLength(1)
  })
})

describe('msgpack', () => {
  const filler = (count: number) => Array.from({ length: count }, () => 'a17800').join('')
  const map16 = (count: number, body: string) =>
    bytesOf(`0bde${count.toString(16).padStart(4, '0')}${body}`)

  it('maps of 64 entries are read, of 65 are not', () => {
    expect(decodeMessage(map16(64, filler(64)))).toMatchObject({ kind: 'nack' })
    expect(decodeMessage(map16(65, filler(65)))).toBe('msgpack')
  })

  it.each([
    ['a text of 4 GiB', '0081a44e6f6465dbffffffff'],
    ['bytes of 4 GiB', '0281a75061796c6f6164c6ffffffff'],
    ['an array of 4 G numbers for bytes', '0281a75061796c6f6164ddffffffff'],
    ['a map of 4 G entries', '00dfffffffff'],
    ['a struct as an array of 4 G', '00ddffffffff'],
    ['an unknown map of 4 G entries', '0081a178dfffffffff'],
    ['an unknown extension of 4 GiB', '0081a178c9ffffffff'],
    ['the byte that means nothing', '0081a178c1'],
    ['a key that is a number', '008105a178'],
    ['a fraction for a number', '0b81a55365714e6fcb3ff0000000000000'],
    ['NaN for a number', '0b81a55365714e6fcb7ff8000000000000'],
    ['infinity for a number', '0b81a55365714e6fca7f800000'],
    ['2³² for a u32', '0b81a55365714e6fcf0000000100000000'],
    ['2⁶⁴−1 for a u32', '0b81a55365714e6fcfffffffffffffffff'],
    ['−1 in every width', '0b81a55365714e6fd0ff'],
    ['−1 in every width', '0b81a55365714e6fd1ffff'],
    ['−1 in every width', '0b81a55365714e6fd2ffffffff'],
    ['−1 in every width', '0b81a55365714e6fd3ffffffffffffffff'],
    ['256 among the integers of bytes', '0281a75061796c6f616491cd0100'],
    ['text for a bool', '0181a44e61636ba161'],
  ])('%s is refused: %s', (_what, hex) => {
    expect(decodeMessage(bytesOf(hex))).toBe('msgpack')
  })

  it('2³²−1 is read for a u32', () => {
    expect(decodeMessage(bytesOf('0b81a55365714e6fceffffffff'))).toMatchObject({
      seqNo: 0xffffffff,
    })
  })

  it('an unknown value nested 30 000 deep is passed over without recursion', () => {
    const deep = `${'91'.repeat(30_000)}c0`
    expect(decodeMessage(bytesOf(`0b82a178${deep}a55365714e6f05`))).toMatchObject({ seqNo: 5 })
  })

  it('an array of integers for bytes has at most 65 536', () => {
    const payload = (count: number) =>
      bytesOf(`0281a75061796c6f6164dd${count.toString(16).padStart(8, '0')}${'01'.repeat(count)}`)
    expect(decodeMessage(payload(65_536))).toMatchObject({ payload: { length: 65_536 } })
    expect(decodeMessage(payload(65_537))).toBe('msgpack')
  })

  it('keys with a meaning in JavaScript have none', () => {
    const hex = `0083a95f5f70726f746f5f5f81a16101ab636f6e7374727563746f7205a55365714e6f05`
    const message = decodeMessage(bytesOf(hex))
    expect(message).toMatchObject({ kind: 'ping', seqNo: 5 })
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype)
  })
})

describe('text', () => {
  it.each(['', 'a', 'é', '€', '😀', 'mixed é€😀 text', '\u0000\u007f'])(
    '%j is UTF-8 as Node writes it',
    (text) => {
      expect(encodeUtf8(text)).toEqual(new Uint8Array(Buffer.from(text, 'utf8')))
    },
  )

  it('a lone surrogate is written as U+FFFD', () => {
    expect(encodeUtf8('a\ud800b')).toEqual(new Uint8Array(Buffer.from('a\ufffdb', 'utf8')))
  })
})
