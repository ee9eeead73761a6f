// Every limit on a stream: at the limit, one over, and as a hostile sender would have it. Memory
// follows the bytes received, and work comes in slices.

import { describe, expect, it } from 'vitest'
import { compress } from '../../../src/core/wire/compression.ts'
import { encodeMessage, type NodeState } from '../../../src/core/wire/messages.ts'
import type { WireSettings } from '../../../src/core/wire/settings.ts'
import { packStream, type StreamRead, StreamReader } from '../../../src/core/wire/stream.ts'
import { bytesOf } from '../../golden/golden.ts'
import { KEY, settingsWith } from './settings.ts'

const MIB = 1_048_576
const NONE = new Uint8Array(0)

function accepting(settings: WireSettings = settingsWith(), nodesMax = 200_000): StreamReader {
  return new StreamReader(settings, { dialled: false, nodesMax })
}

function drain(reader: StreamReader): StreamRead {
  let outcome = reader.read()
  while (outcome.kind === 'busy') outcome = reader.read()
  return outcome
}

function outcomeOf(hex: string, reader: StreamReader = accepting()): StreamRead {
  reader.push(bytesOf(hex))
  return drain(reader)
}

const hex32 = (value: number) => (value >>> 0).toString(16).padStart(8, '0')
const sealed = settingsWith({ keys: [KEY] })

describe('the length of a frame', () => {
  it.each([
    [20 * MIB, 'more'],
    [20 * MIB + 1, 'failed'],
    [0xffffffff, 'failed'],
  ])('%i', (length, kind) => {
    expect(outcomeOf(`0a${hex32(length)}01`, accepting(sealed))).toMatchObject({ kind })
  })

  it('costs no memory before the bytes come', () => {
    const reader = accepting(sealed)
    expect(outcomeOf(`0a${hex32(20 * MIB)}01`, reader)).toEqual({ kind: 'more' })
    expect(reader.heldBytes).toBeLessThan(100)
  })

  it.each([0, 28])('of %i is too short to be sealed', (length) => {
    const outcome = outcomeOf(`0a${hex32(length)}${'01'.repeat(length)}`, accepting(sealed))
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crypto' })
  })

  it('with an unknown version is refused before the rest comes', () => {
    const outcome = outcomeOf(`0a${hex32(MIB)}02`, accepting(sealed))
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crypto' })
  })
})

const header = (nodes: string, stateLength: string) =>
  `0682a54e6f646573${nodes}ac5573657253746174654c656e${stateLength}`

describe('the header of a push/pull', () => {
  it.each([
    ['0 members', header('00', '00'), 'message'],
    ['131 072 members', header(`ce${hex32(131_072)}`, '00'), 'more'],
    ['131 073 members', header(`ce${hex32(131_073)}`, '00'), 'failed'],
    ['4 G members', header('ceffffffff', '00'), 'failed'],
    ['2⁵³−1 members', header('cf001fffffffffffff', '00'), 'failed'],
    ['−1 members', header('ff', '00'), 'failed'],
    ['20 MiB of state', header('00', `ce${hex32(20 * MIB)}`), 'more'],
    ['one byte more', header('00', `ce${hex32(20 * MIB + 1)}`), 'failed'],
    ['−1 bytes of state', header('00', 'd3ffffffffffffffff'), 'failed'],
  ])('with %s', (_what, hex, kind) => {
    const reader = accepting()
    expect(outcomeOf(hex, reader)).toMatchObject({ kind })
    expect(reader.heldBytes).toBeLessThan(200)
  })

  it('says no more members than the options allow', () => {
    expect(outcomeOf(header('05', '00'), accepting(settingsWith(), 5)).kind).toBe('more')
    const outcome = outcomeOf(header('06', '00'), accepting(settingsWith(), 5))
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'size' })
  })

  it('is compared with the bytes left where they are known', () => {
    const whole = (hex: string) => {
      const reader = accepting()
      reader.push(compress(bytesOf(hex)))
      return drain(reader)
    }
    const size = { kind: 'failed', reason: 'size' }
    expect(whole(header('02', '00') + '80'.repeat(39))).toMatchObject(size)
    expect(whole(header('02', '00') + '80'.repeat(40))).toMatchObject({ kind: 'message' })
    expect(whole(`${header('00', '05')}aabbccdd`)).toMatchObject(size)
    expect(whole(`${header('00', '04')}aabbccdd`)).toMatchObject({ kind: 'message' })
    expect(whole(`0881aa557365724d73674c656e05aabbccdd`)).toMatchObject(size)
  })
})

describe('the header of a user message', () => {
  it.each([
    [`ce${hex32(20 * MIB)}`, 'more'],
    [`ce${hex32(20 * MIB + 1)}`, 'failed'],
    ['ff', 'failed'],
    ['00', 'message'],
  ])('with a length of %s', (length, kind) => {
    const reader = accepting()
    expect(outcomeOf(`0881aa557365724d73674c656e${length}`, reader)).toMatchObject({ kind })
    expect(reader.heldBytes).toBeLessThan(200)
  })
})

describe('a single item of a plain stream', () => {
  const meta = (length: string) => `${header('01', '00')}81a44d657461${length}`

  it('of more than 64 KiB is refused when its length is read', () => {
    expect(outcomeOf(meta('dafff0')).kind).toBe('more')
    expect(outcomeOf(meta('db00010000'))).toMatchObject({ kind: 'failed', reason: 'size' })
    expect(outcomeOf(meta('dbffffffff'))).toMatchObject({ kind: 'failed', reason: 'size' })
  })

  it('that nests without end is given up, fed byte by byte', () => {
    const reader = accepting()
    reader.push(bytesOf(`${header('01', '00')}81a178`))
    let pushed = 0
    while (drain(reader).kind === 'more' && pushed < 100_000) {
      reader.push(Uint8Array.of(0x91))
      pushed++
    }
    expect(drain(reader)).toMatchObject({ kind: 'failed', reason: 'size' })
    expect(pushed).toBeLessThan(65_536)
  })

  it('in front of compressed bytes is given up too', () => {
    const reader = accepting()
    reader.push(bytesOf('0983a178'))
    let pushed = 0
    while (drain(reader).kind === 'more' && pushed < 100_000) {
      reader.push(Uint8Array.of(0x91))
      pushed++
    }
    expect(drain(reader)).toMatchObject({ kind: 'failed', reason: 'size' })
  })
})

describe('what a stream decompresses to', () => {
  const zeros = (size: number) =>
    compress(encodeMessage({ kind: 'userStream', payload: new Uint8Array(size) }))

  it('is read in slices of about 256 KiB', () => {
    const reader = accepting()
    reader.push(zeros(2 * MIB))
    let busy = 0
    let outcome = reader.read()
    for (; outcome.kind === 'busy'; outcome = reader.read()) busy++
    expect(outcome).toMatchObject({ kind: 'message', message: { payload: { length: 2 * MIB } } })
    expect(busy).toBe(7)
  })

  it('is at most 40 MiB, and is held to that while it grows', () => {
    const reader = accepting()
    reader.push(zeros(45 * MIB))
    let heldMax = 0
    let outcome = reader.read()
    for (; outcome.kind === 'busy'; outcome = reader.read()) {
      heldMax = Math.max(heldMax, reader.heldBytes)
    }
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'bomb' })
    expect(heldMax).toBeLessThan(41 * MIB)
    expect(reader.heldBytes).toBe(0)
  })

  it('of clear codes only is given back in slices too', () => {
    // Nine bits of 256 again and again: much input, no output.
    const clears = new Uint8Array(9 * 100_000)
    for (let i = 0; i < clears.length * 8; i += 9) {
      const bit = i + 8
      clears[bit >> 3] = (clears[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
    const body = hex32(clears.length)
    const reader = accepting()
    reader.push(bytesOf(`0982a4416c676f00a3427566db${body}`))
    reader.push(clears)
    expect(reader.read().kind).toBe('busy')
    expect(drain(reader)).toMatchObject({ kind: 'failed', reason: 'compress' })
  })

  it.each([
    ['nothing', '0982a4416c676f00a3427566a3000302', 'empty'],
    ['a compressed message again', '', 'nesting'],
  ])('must not be %s', (_what, hex, reason) => {
    const reader = accepting()
    reader.push(hex === '' ? compress(zeros(10)) : bytesOf(hex))
    expect(drain(reader)).toMatchObject({ kind: 'failed', reason })
  })

  it('may have a body of 20 MiB, not more', () => {
    const body = (size: number) => `0982a4416c676f00a3427566db${hex32(size)}`
    const reader = accepting()
    expect(outcomeOf(body(20 * MIB), reader).kind).toBe('more')
    expect(reader.heldBytes).toBeLessThan(100)
    expect(outcomeOf(body(20 * MIB + 64))).toMatchObject({ kind: 'failed', reason: 'size' })
  })
})

describe('what a stream takes in', () => {
  it('is held at no more than about twice its bytes', () => {
    const reader = accepting()
    reader.push(bytesOf(`0881aa557365724d73674c656ece${hex32(10 * MIB)}`))
    const chunk = new Uint8Array(65_536)
    for (let received = 0; received < 9 * MIB; received += chunk.length) {
      reader.push(chunk)
      expect(drain(reader).kind).toBe('more')
      expect(reader.heldBytes).toBeLessThan(2 * (received + chunk.length) + 1000)
    }
  })

  it('ends at 40 MiB, whatever it is', () => {
    const reader = accepting(sealed)
    const chunk = new Uint8Array(MIB)
    reader.push(bytesOf(`0a${hex32(20 * MIB)}01`))
    for (let i = 0; i < 39; i++) reader.push(chunk)
    expect(reader.heldBytes).toBeGreaterThan(0)
    reader.push(chunk)
    expect(drain(reader)).toMatchObject({ kind: 'failed', reason: 'size' })
    expect(reader.heldBytes).toBe(0)
  })
})

describe('a table of members', () => {
  const state: NodeState = {
    name: 'n',
    addr: Uint8Array.of(10, 0, 0, 1),
    port: 1,
    meta: NONE,
    incarnation: 1,
    state: 0,
    vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
  }

  it.each([true, false])('is read 256 at a time, compressed: %s', (compression) => {
    const nodes = Array.from({ length: 1024 }, () => state)
    const message = encodeMessage({ kind: 'pushPull', join: false, nodes, userState: NONE })
    const reader = accepting()
    reader.push(packStream(message, settingsWith({ compression }), { dialled: true }))
    let busy = 0
    for (let outcome = reader.read(); outcome.kind === 'busy'; outcome = reader.read()) busy++
    expect(busy).toBe(3)
  })
})

describe('the type of a message on a stream', () => {
  it.each([1, 3, 4, 5, 7, 11, 12, 14, 255])('%i is refused', (tag) => {
    const outcome = outcomeOf(Buffer.from([tag, 0x80]).toString('hex'))
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'type' })
  })

  it('a frame or a label inside a frame is nesting', () => {
    for (const inner of ['0a000000', 'f40161']) {
      const packed = packStream(bytesOf(inner), sealed, { dialled: true })
      const reader = accepting(sealed)
      reader.push(packed)
      expect(drain(reader)).toMatchObject({ kind: 'failed', reason: 'nesting' })
    }
  })
})
