// What must hold for any message: it comes back from the wire as it went in, through every layer,
// in any pieces; and text and compression undo themselves.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUtf8, decodeUtf8Lossy, encodeUtf8, utf8Length } from '../../../src/core/base/text.ts'
import { crc32 } from '../../../src/core/wire/crc32.ts'
import { deflate, deflateWithin, Inflater } from '../../../src/core/wire/lzw.ts'
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type StreamMessage,
} from '../../../src/core/wire/messages.ts'
import {
  decodeOwnMessage,
  encodeOwnMessage,
  type OwnMessage,
} from '../../../src/core/wire/own-messages.ts'
import { PacketCodec } from '../../../src/core/wire/packet.ts'
import {
  decodeSerfMessage,
  encodeSerfMessage,
  type SerfMessage,
} from '../../../src/core/wire/serf-messages.ts'
import { packStream, StreamReader } from '../../../src/core/wire/stream.ts'
import { decodeTags, encodeTags } from '../../../src/core/wire/tags.ts'
import { KEY, OTHER_KEY, settingsWith } from './settings.ts'

// A fixed seed, so that a run can be repeated; a failure prints the path to its example.
fc.configureGlobal({ seed: 20260701, numRuns: 150 })

const u8 = fc.integer({ min: 0, max: 0xff })
const u16 = fc.integer({ min: 0, max: 0xffff })
const u32 = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffffffff }))
const u64 = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 64n - 1n))
const i64 = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
const str = fc.string({ unit: 'binary', maxLength: 40 })
const bytes = (maxLength = 300) => fc.uint8Array({ maxLength })
const kind = <K extends string>(name: K) => fc.constant(name)

const source = { sourceAddr: bytes(16), sourcePort: u16, sourceNode: str }
const ping = fc.record({ kind: kind('ping'), seqNo: u32, node: str, ...source })
const ack = fc.record({ kind: kind('ack'), seqNo: u32, payload: bytes() })
const accusation = { incarnation: u32, node: str, from: str }

const message: fc.Arbitrary<Message> = fc.oneof(
  ping,
  ack,
  fc.record({
    kind: kind('indirectPing'),
    seqNo: u32,
    target: bytes(16),
    port: u16,
    node: str,
    nack: fc.boolean(),
    ...source,
  }),
  fc.record({ kind: kind('nack'), seqNo: u32 }),
  fc.record({ kind: kind('suspect'), ...accusation }),
  fc.record({ kind: kind('dead'), ...accusation }),
  fc.record({
    kind: kind('alive'),
    incarnation: u32,
    node: str,
    addr: bytes(16),
    port: u16,
    meta: bytes(600),
    vsn: bytes(6),
  }),
  fc.record({ kind: kind('user'), payload: bytes(1500) }),
)

const nodeState = fc.record({
  name: str,
  addr: bytes(16),
  port: u16,
  meta: bytes(),
  incarnation: u32,
  state: fc.integer({ min: 0, max: 3 }),
  // Long enough that no member takes fewer bytes than a lawful one.
  vsn: fc.uint8Array({ minLength: 6, maxLength: 6 }),
})

const streamMessage: fc.Arbitrary<StreamMessage> = fc.oneof(
  ping,
  ack,
  fc.record({ kind: kind('error'), error: str }),
  fc.record({ kind: kind('userStream'), payload: bytes(5000) }),
  fc.record({
    kind: kind('pushPull'),
    join: fc.boolean(),
    nodes: fc.array(nodeState, { maxLength: 20 }),
    userState: bytes(2000),
  }),
)

const event = { ltime: u64, name: str, payload: bytes() }
const slot = fc.record({
  ltime: u64,
  events: fc.array(fc.record({ name: str, payload: bytes(50) }), { maxLength: 5 }),
})

const serfMessage: fc.Arbitrary<SerfMessage> = fc.oneof(
  fc.record({ kind: kind('leave'), ltime: u64, node: str, prune: fc.boolean() }),
  fc.record({ kind: kind('join'), ltime: u64, node: str }),
  fc.record({ kind: kind('event'), ...event, coalesce: fc.boolean() }),
  fc.record({
    kind: kind('state'),
    ltime: u64,
    statusLtimes: fc.array(fc.tuple(str, u64)).map((entries) => new Map(entries)),
    leftMembers: fc.array(str),
    eventLtime: u64,
    events: fc.array(fc.option(slot, { nil: undefined }), { maxLength: 20 }),
    queryLtime: u64,
  }),
  fc.record({
    kind: kind('query'),
    ...event,
    id: u32,
    addr: bytes(16),
    port: u16,
    sourceNode: str,
    filters: fc.array(bytes(40), { maxLength: 16 }),
    flags: u32,
    relayFactor: u8,
    timeout: i64,
  }),
  fc.record({
    kind: kind('response'),
    ltime: u64,
    id: u32,
    from: str,
    flags: u32,
    payload: bytes(),
  }),
)

const ownMessage: fc.Arbitrary<OwnMessage> = fc.oneof(
  fc.record({ kind: kind('viewRequest'), id: u32, checksum: u32 }),
  fc.record({
    kind: kind('viewReply'),
    id: u32,
    checksum: u32,
    alive: u32,
    suspect: u32,
    dead: u32,
    left: u32,
    eventLtime: u64,
    rows: fc.array(fc.record({ name: str, status: u8, incarnation: u32 }), { maxLength: 64 }),
  }),
  fc.record({ kind: kind('receiptRequest'), id: u32, ltime: u64, name: str }),
  fc.record({
    kind: kind('receiptReply'),
    id: u32,
    known: fc.boolean(),
    from: str,
    wallMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
)

const settings = fc
  .record({
    label: fc.constantFrom('', 'blue', 'ünï/cödé'),
    keys: fc.constantFrom(undefined, [KEY], [KEY, OTHER_KEY]),
    compression: fc.boolean(),
    cipherVersion: fc.constantFrom(0 as const, 1 as const),
    crcEverywhere: fc.boolean(),
  })
  .map(({ keys, ...rest }) => settingsWith({ ...rest, ...(keys && { keys }) }))

describe('any message', () => {
  it('comes back as it went in', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decodeMessage(encodeMessage(value))).toEqual(value)
      }),
    )
  })

  it('comes back through every layer of a packet', () => {
    const some = fc.array(message, { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(settings, some, fc.boolean(), (how, values, crc) => {
        const codec = new PacketCodec(how)
        const { messages, drops } = codec.unpack(codec.pack(values.map(encodeMessage), { crc }))
        const seen = new Set<string>()
        const kept = values.filter((value) => !isRepeatedPing(value, seen))
        expect(messages).toEqual(kept)
        expect(drops).toEqual(Array(values.length - kept.length).fill('extra_ping'))
      }),
    )
  })

  it('comes back from a stream in any pieces', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 })
    fc.assert(
      fc.property(settings, streamMessage, cuts, fc.boolean(), (how, value, sizes, dialled) => {
        const packed = packStream(encodeMessage(value), how, { dialled })
        const reader = new StreamReader(how, { dialled: !dialled, nodesMax: 100 })
        let outcome = reader.read()
        for (let at = 0, i = 0; outcome.kind === 'more' && at < packed.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          reader.push(packed.subarray(at, at + size))
          at += size
          do outcome = reader.read()
          while (outcome.kind === 'busy')
        }
        expect(outcome).toMatchObject({ kind: 'message', message: value })
      }),
    )
  })

  it('of Serf comes back as it went in', () => {
    fc.assert(
      fc.property(serfMessage, (value) => {
        expect(decodeSerfMessage(encodeSerfMessage(value))).toEqual(value)
      }),
    )
  })

  it('of our own comes back as it went in', () => {
    fc.assert(
      fc.property(ownMessage, (value) => {
        expect(decodeOwnMessage(encodeOwnMessage(value))).toEqual(value)
      }),
    )
  })
})

function isRepeatedPing(value: Message, seen: Set<string>): boolean {
  if (value.kind !== 'ping' && value.kind !== 'indirectPing') return false
  const isRepeated = seen.has(value.kind)
  seen.add(value.kind)
  return isRepeated
}

describe('any tags', () => {
  it('come back unless they exceed 512 bytes', () => {
    const tags = fc.array(fc.tuple(str, str), { maxLength: 12 }).map((entries) => new Map(entries))
    fc.assert(
      fc.property(tags, (value) => {
        const meta = encodeTags(value)
        if (meta === undefined) return
        expect(meta.length).toBeLessThanOrEqual(512)
        expect(decodeTags(meta)).toEqual(value)
      }),
    )
  })
})

describe('any bytes', () => {
  it('as text are read as Node reads them', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    fc.assert(
      fc.property(fc.oneof(bytes(), fc.string({ unit: 'binary' }).map(encodeUtf8)), (value) => {
        let expected: string | undefined
        try {
          expected = decoder.decode(value)
        } catch {
          expected = undefined
        }
        expect(decodeUtf8(value)).toBe(expected)
        if (expected !== undefined) expect(decodeUtf8Lossy(value)).toBe(expected)
      }),
    )
  })

  it('come back from LZW, in steps of any size', () => {
    const some = fc.oneof(
      bytes(6000),
      fc.uint8Array({ max: 3, maxLength: 20_000 }),
      fc.uint8Array({ max: 60, minLength: 9000, maxLength: 30_000 }),
    )
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 5000 }), (value, stepBytes) => {
        const stream = deflate(value)
        const inflater = new Inflater()
        inflater.start(stream, { from: 0, to: stream.length, lengthMax: value.length })
        let status = inflater.step(stepBytes)
        while (status === 'busy') status = inflater.step(stepBytes)
        expect(status).toBe('done')
        expect(Buffer.compare(inflater.output, value)).toBe(0)
        expect(deflateWithin(value, stream.length)).toEqual(stream)
        expect(deflateWithin(value, stream.length - 1)).toBeUndefined()
      }),
    )
  })

  it('have the checksum of their definition', () => {
    const bitwise = (value: Uint8Array) => {
      let crc = 0xffffffff
      for (const byte of value) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
      }
      return ~crc >>> 0
    }
    fc.assert(
      fc.property(bytes(), (value) => {
        expect(crc32(value)).toBe(bitwise(value))
      }),
    )
  })
})

describe('any text', () => {
  it('takes as many bytes as Node says, lone surrogates included', () => {
    const text = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => {
      return String.fromCharCode(...units)
    })
    fc.assert(
      fc.property(text, (value) => {
        expect(utf8Length(value)).toBe(Buffer.byteLength(value))
        expect(encodeUtf8(value)).toEqual(new Uint8Array(Buffer.from(value, 'utf8')))
      }),
    )
  })
})
