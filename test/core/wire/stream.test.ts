// Streams whole, byte by byte and in random pieces: captures, golden vectors, and our own.

import { describe, expect, it } from 'vitest'
import { Random } from '../../../src/core/base/random.ts'
import {
  encodeMessage,
  type NodeState,
  type StreamMessage,
} from '../../../src/core/wire/messages.ts'
import { checkNodeState } from '../../../src/core/wire/semantics.ts'
import type { WireSettings } from '../../../src/core/wire/settings.ts'
import { packStream, type StreamRead, StreamReader } from '../../../src/core/wire/stream.ts'
import { ours, text } from '../../golden/compare.ts'
import { bytesOf, capture, hexOf, type Vector, vectors } from '../../golden/golden.ts'
import { KEY, OTHER_KEY, settingsWith } from './settings.ts'

type Cut = (length: number) => number

const WHOLE: Cut = (length) => length
const BYTE_BY_BYTE: Cut = () => 1
const random = new Random(7)
const ANYHOW: Cut = () => 1 + random.below(random.chance(0.5) ? 8 : 400)
const CUTS: readonly Cut[] = [WHOLE, BYTE_BY_BYTE, ANYHOW]

/** Feeds `bytes` in pieces, reads after each, and ends; gives the first outcome that is one. */
function feed(bytes: Uint8Array, settings: WireSettings, how: { dialled: boolean; cut: Cut }) {
  const reader = new StreamReader(settings, { dialled: how.dialled, nodesMax: 20_000 })
  let at = 0
  while (at < bytes.length) {
    const size = how.cut(bytes.length)
    reader.push(bytes.subarray(at, at + size))
    at += size
    const outcome = drain(reader)
    if (outcome.kind !== 'more') return outcome
  }
  reader.end()
  return drain(reader)
}

function drain(reader: StreamReader): StreamRead {
  for (;;) {
    const outcome = reader.read()
    if (outcome.kind !== 'busy') return outcome
  }
}

function messageOf(outcome: StreamRead): StreamMessage {
  if (outcome.kind !== 'message') throw new Error(JSON.stringify(outcome))
  return outcome.message
}

interface Side {
  readonly name?: string
  readonly Nodes?: readonly unknown[]
  readonly UserState?: string
  readonly Header?: { readonly Join: boolean }
  readonly payload?: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly empty?: boolean
}

interface Capture {
  readonly label?: string
  readonly keys?: readonly string[]
  readonly streams: readonly {
    readonly name: string
    readonly clientHex: string
    readonly serverHex: string
    readonly decoded: { readonly client: Side; readonly server: Side }
  }[]
}

/** What the real decoder made of one side, in our words. */
function expected({ name, Header, Nodes, UserState, payload, fields }: Side): unknown {
  if (name === 'pushPull') {
    return { join: Header?.Join, nodes: ours(Nodes ?? []), userState: UserState ?? '' }
  }
  return name === 'user' ? { payload: payload ?? '' } : ours(fields ?? {})
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

describe('streams of real clusters', () => {
  it.each(CAPTURES)('every stream of %s is read as the real decoder read it', (file) => {
    const { label = '', keys, streams } = capture<Capture>(file)
    const settings = settingsWith({ label, ...(keys && { keys }) })
    for (const { clientHex, serverHex, decoded } of streams) {
      for (const cut of CUTS) {
        const client = feed(bytesOf(clientHex), settings, { dialled: false, cut })
        expect(text(messageOf(client))).toEqual(expected(decoded.client))
        if (decoded.server.empty === true) continue
        const server = feed(bytesOf(serverHex), settings, { dialled: true, cut })
        expect(text(messageOf(server))).toEqual(expected(decoded.server))
      }
    }
  })

  it.each(CAPTURES)('what we write for %s is read back as the same', (file) => {
    const { label = '', keys, streams } = capture<Capture>(file)
    const settings = settingsWith({ label, compression: true, ...(keys && { keys }) })
    for (const { clientHex } of streams) {
      const message = messageOf(feed(bytesOf(clientHex), settings, { dialled: false, cut: WHOLE }))
      const packed = packStream(encodeMessage(message), settings, { dialled: true })
      const read = feed(packed, settings, { dialled: false, cut: ANYHOW })
      expect(messageOf(read)).toEqual(message)
    }
  })

  it('plain memberlist streams are written byte for byte', () => {
    const { streams } = capture<Capture>('capture-memberlist-plain')
    const settings = settingsWith({ compression: true })
    for (const { clientHex } of streams) {
      const message = messageOf(feed(bytesOf(clientHex), settings, { dialled: false, cut: WHOLE }))
      const packed = packStream(encodeMessage(message), settings, { dialled: true })
      expect(hexOf(packed)).toBe(clientHex)
    }
  })
})

interface PushPullVector extends Vector {
  readonly decoded: Side
}

describe('push/pull', () => {
  const all = vectors<PushPullVector>('push-pull')

  it.each(all)('$name is read plain, in any pieces', ({ hex, hexNew, decoded }) => {
    for (const form of [hex, hexNew ?? hex]) {
      for (const cut of CUTS) {
        const outcome = feed(bytesOf(form), settingsWith(), { dialled: false, cut })
        expect(text(messageOf(outcome))).toEqual(expected({ ...decoded, name: 'pushPull' }))
      }
    }
  })

  it.each(all)('$name is encoded to the same bytes', ({ hex }) => {
    const message = messageOf(feed(bytesOf(hex), settingsWith(), { dialled: false, cut: WHOLE }))
    // Where Go had an empty meta and not a nil one, we write the nil.
    const emptyAsNil = hex.replaceAll('a44d657461a0', 'a44d657461c0')
    expect(hexOf(encodeMessage(message))).toBe(emptyAsNil)
  })

  it('a table of thousands is read in slices', () => {
    const message: StreamMessage = {
      kind: 'pushPull',
      join: false,
      nodes: Array.from({ length: 5000 }, (_, i) => node(`member-${i}`)),
      userState: bytesOf('0102'),
    }
    const settings = settingsWith({ compression: true, keys: [KEY], label: 'blue' })
    const reader = new StreamReader(settings, { dialled: false, nodesMax: 5000 })
    reader.push(packStream(encodeMessage(message), settings, { dialled: true }))
    let busy = 0
    let outcome = reader.read()
    for (; outcome.kind === 'busy'; outcome = reader.read()) busy++
    expect(messageOf(outcome)).toEqual(message)
    expect(busy).toBeGreaterThan(5000 / 256)
  })

  it('a member whose name is not UTF-8 is left out, the others are kept', () => {
    const good = encodeMessage({
      kind: 'pushPull',
      join: true,
      nodes: [node('first'), node('bad!!'), node('last')],
      userState: bytesOf('aa'),
    })
    const hex = hexOf(good).replace(hexOf(Buffer.from('bad!!')), 'c328c328c3')
    const reader = new StreamReader(settingsWith(), { dialled: false, nodesMax: 3 })
    reader.push(bytesOf(hex))
    const message = messageOf(drain(reader))
    if (message.kind !== 'pushPull') throw new Error(message.kind)
    expect(message.nodes.map(({ name }) => name)).toEqual(['first', 'last'])
    expect(hexOf(message.userState)).toBe('aa')
    expect(reader.skippedNodes).toBe(1)
  })

  it('members of real clusters pass the semantic check', () => {
    const { streams } = capture<Capture>('capture-memberlist-plain')
    const context = { loopbackAllowed: true, strict: false, dRange: { min: 0, max: 0 } }
    for (const { serverHex, decoded } of streams) {
      if (decoded.server.empty === true) continue
      const outcome = feed(bytesOf(serverHex), settingsWith(), { dialled: true, cut: WHOLE })
      const message = messageOf(outcome)
      if (message.kind !== 'pushPull') throw new Error(message.kind)
      for (const state of message.nodes) expect(checkNodeState(state, context)).toBeUndefined()
    }
  })
})

interface HeaderVector extends Vector {
  readonly type: number
  readonly decoded: { readonly UserMsgLen: number }
}

describe('user messages', () => {
  const all = vectors<HeaderVector>('memberlist-messages').filter(({ type }) => type === 8)

  it.each(all)('$name is read in both forms, and written as the older one', (vector) => {
    const payload = Uint8Array.from({ length: vector.decoded.UserMsgLen }, (_, i) => i & 0xff)
    for (const header of [vector.hex, vector.hexNew ?? vector.hex]) {
      const bytes = Uint8Array.of(...bytesOf(header), ...payload)
      const outcome = feed(bytes, settingsWith(), { dialled: false, cut: ANYHOW })
      expect(messageOf(outcome)).toEqual({ kind: 'userStream', payload })
    }
    const written = encodeMessage({ kind: 'userStream', payload })
    expect(hexOf(written)).toBe(vector.hex + hexOf(payload))
  })
})

function node(name: string): NodeState {
  return {
    name,
    addr: Uint8Array.of(10, 0, 0, 1),
    port: 7946,
    meta: Uint8Array.of(1, 2, 3),
    incarnation: 3,
    state: 0,
    vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
  }
}

interface StreamVector extends Vector {
  readonly key: string
  readonly label: string
  readonly version: 0 | 1
  readonly plain: string
  readonly stream?: boolean
}

describe('sealed streams', () => {
  const all = vectors<StreamVector>('encryption').filter(({ stream }) => stream === true)

  it.each(all)('$name is sealed to the same bytes: $what', (vector) => {
    const { hex, key, label, version, plain } = vector
    const bytes = bytesOf(hex)
    const nonceAt = (label === '' ? 0 : 2 + label.length) + 6
    const settings = {
      ...settingsWith({ keys: [key], label, cipherVersion: version }),
      nonce: () => bytes.slice(nonceAt, nonceAt + 12),
    }
    expect(hexOf(packStream(bytesOf(plain), settings, { dialled: true }))).toBe(hex)
  })

  it.each(all)('$name is opened, in any pieces', ({ hex, key, label, plain }) => {
    const settings = settingsWith({ keys: [key], label })
    const plainly = feed(bytesOf(plain), settingsWith(), { dialled: false, cut: WHOLE })
    for (const cut of CUTS) {
      const outcome = feed(bytesOf(hex), settings, { dialled: false, cut })
      // One of the vectors seals an alive, which no stream may carry; it opens all the same.
      expect(outcome).toEqual({ ...plainly, authenticated: true })
    }
  })

  const ack = encodeMessage({ kind: 'ack', seqNo: 9, payload: new Uint8Array(0) })

  it.each([
    ['a plain stream where sealed ones are required', {}, { keys: [KEY] }],
    ['a sealed stream without a key', { keys: [KEY] }, {}],
    ['a stream sealed with another key', { keys: [OTHER_KEY] }, { keys: [KEY] }],
  ])('%s is refused', (_what, theirs, mine) => {
    const packed = packStream(ack, settingsWith(theirs), { dialled: true })
    const outcome = feed(packed, settingsWith(mine), { dialled: false, cut: WHOLE })
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crypto', authenticated: false })
  })

  it('a plain stream is read while verifyIncoming is off, as not authenticated', () => {
    const settings = settingsWith({ keys: [KEY], verifyIncoming: false })
    const outcome = feed(ack, settings, { dialled: false, cut: BYTE_BY_BYTE })
    expect(outcome).toMatchObject({ kind: 'message', authenticated: false })
  })
})

describe('labels of streams', () => {
  const ack = encodeMessage({ kind: 'ack', seqNo: 9, payload: new Uint8Array(0) })
  const blue = settingsWith({ label: 'blue' })

  it('only the dialling side writes one', () => {
    expect(hexOf(packStream(ack, blue, { dialled: true })).startsWith('f404626c7565')).toBe(true)
    expect(packStream(ack, blue, { dialled: false })).toEqual(ack)
    const answer = feed(ack, blue, { dialled: true, cut: WHOLE })
    expect(answer).toMatchObject({ kind: 'message', message: { kind: 'ack', seqNo: 9 } })
  })

  it('another one, or none, is refused and named', () => {
    const green = packStream(ack, settingsWith({ label: 'green' }), { dialled: true })
    for (const cut of CUTS) {
      const outcome = feed(green, blue, { dialled: false, cut })
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'label', foreignLabel: 'green' })
      expect(feed(ack, blue, { dialled: false, cut })).toMatchObject({ foreignLabel: '' })
    }
    const unexpected = feed(green, settingsWith(), { dialled: false, cut: WHOLE })
    expect(unexpected).toMatchObject({ reason: 'label', foreignLabel: 'green' })
  })

  it('a stream that ends inside the label is still named', () => {
    const outcome = feed(bytesOf('f405677265'), blue, { dialled: false, cut: WHOLE })
    expect(outcome).toMatchObject({ reason: 'label', foreignLabel: 'gre' })
  })
})

describe('the end of a stream', () => {
  it('before the first byte is empty', () => {
    const outcome = feed(new Uint8Array(0), settingsWith(), { dialled: false, cut: WHOLE })
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'empty' })
  })

  it('inside a message is a truncation, wherever it falls', () => {
    const whole = bytesOf(vectors<PushPullVector>('push-pull')[0]?.hex ?? '')
    for (let length = 1; length < whole.length; length++) {
      const outcome = feed(whole.subarray(0, length), settingsWith(), {
        dialled: false,
        cut: WHOLE,
      })
      expect(outcome).toMatchObject({ kind: 'failed', reason: 'truncated' })
    }
  })

  it('after a message changes nothing', () => {
    const reader = new StreamReader(settingsWith(), { dialled: false, nodesMax: 1 })
    reader.push(bytesOf('0082a44e6f6465a0a55365714e6f07ffffff'))
    expect(drain(reader)).toMatchObject({ kind: 'message', message: { kind: 'ping', seqNo: 7 } })
    reader.push(bytesOf('00'))
    reader.end()
    expect(drain(reader)).toEqual({ kind: 'more' })
    expect(reader.heldBytes).toBe(0)
  })
})
