// What messages may say, by default and under strict: names, addresses, meta, versions, incarnations,
// each at its limit, one over, and as a hostile sender would have it.

import { describe, expect, it } from 'vitest'
import {
  type Alive,
  decodeMessage,
  type IndirectPing,
  type Message,
  type NodeState,
  type Ping,
} from '../../../src/core/wire/messages.ts'
import { checkMessage, checkNodeState } from '../../../src/core/wire/semantics.ts'
import { bytesOf } from '../../golden/golden.ts'

const NONE = new Uint8Array(0)
const context = { loopbackAllowed: false, strict: false, dRange: { min: 2, max: 5 } }
const strict = { ...context, strict: true }
const alive: Alive = {
  kind: 'alive',
  incarnation: 1,
  node: 'node-a',
  addr: Uint8Array.of(10, 0, 0, 1),
  port: 7946,
  meta: NONE,
  vsn: Uint8Array.of(1, 5, 2, 2, 5, 5),
}
const suspect: Message = { kind: 'suspect', incarnation: 1, node: 'node-a', from: 'node-b' }
const ping: Ping = {
  kind: 'ping',
  seqNo: 1,
  node: 'b',
  sourceAddr: NONE,
  sourcePort: 0,
  sourceNode: '',
}
const indirectPing: IndirectPing = {
  ...ping,
  kind: 'indirectPing',
  target: Uint8Array.of(10, 0, 0, 1),
  port: 1,
  nack: true,
}
const state: NodeState = { ...alive, name: 'node-a', state: 0 }

function verdicts(message: Message): unknown[] {
  return [checkMessage(message, context), checkMessage(message, strict)]
}

describe('names', () => {
  it.each([
    ['a', undefined],
    ['a'.repeat(255), undefined],
    ['é'.repeat(127), undefined],
    ['two words', undefined],
    ['узел-1', undefined],
    ['👋', undefined],
    ['', 'name'],
    ['a'.repeat(256), 'name'],
    ['é'.repeat(128), 'name'],
    ['line\nbreak', 'name'],
    ['nul\0', 'name'],
    ['del\u007f', 'name'],
    ['c1\u0085', 'name'],
    ['separator\u2028', 'name'],
    ['turned\u202e', 'name'],
    ['isolated\u2066', 'name'],
  ])('%j', (name, expected) => {
    expect(verdicts({ ...alive, node: name })).toEqual([expected, undefined])
    expect(verdicts({ ...suspect, node: name })).toEqual([expected, undefined])
    expect(verdicts({ ...suspect, from: name })).toEqual([expected, undefined])
    expect(checkNodeState({ ...state, name }, context)).toBe(expected)
  })

  it.each(['c328', 'c0af', 'eda080', 'f8', 'f4908080', 'e282', '80'])(
    'bytes %s, which are not UTF-8, are refused while decoding',
    (hex) => {
      const length = (0xa0 + hex.length / 2).toString(16)
      expect(decodeMessage(bytesOf(`0381a44e6f6465${length}${hex}`))).toBe('name')
    },
  )

  it('a ping may leave them empty, not make them up', () => {
    expect(verdicts({ ...ping, node: '', sourceNode: '' })).toEqual([undefined, undefined])
    expect(verdicts({ ...ping, sourceNode: 'a\nb' })).toEqual(['name', undefined])
    expect(verdicts({ ...ping, sourceAddr: new Uint8Array(5) })).toEqual(['addr', 'addr'])
  })

  it('an indirect ping needs an address to ping', () => {
    expect(verdicts(indirectPing)).toEqual([undefined, undefined])
    expect(verdicts({ ...indirectPing, target: NONE })).toEqual(['addr', 'addr'])
  })
})

describe('addresses', () => {
  const v6 = (...tail: readonly number[]) =>
    Uint8Array.from([...Array<number>(16 - tail.length).fill(0), ...tail])
  const mapped = (...ip: readonly number[]) => v6(0xff, 0xff, ...ip)

  it.each([
    ['10.0.0.1', Uint8Array.of(10, 0, 0, 1), undefined, undefined],
    ['no bytes', NONE, 'addr', 'addr'],
    ['five bytes', new Uint8Array(5).fill(1), 'addr', 'addr'],
    ['17 bytes', new Uint8Array(17).fill(1), 'addr', 'addr'],
    ['0.0.0.0', Uint8Array.of(0, 0, 0, 0), 'addr', undefined],
    ['255.255.255.255', Uint8Array.of(255, 255, 255, 255), 'addr', undefined],
    ['224.0.0.1', Uint8Array.of(224, 0, 0, 1), 'addr', undefined],
    ['239.255.255.255', Uint8Array.of(239, 255, 255, 255), 'addr', undefined],
    ['240.0.0.1', Uint8Array.of(240, 0, 0, 1), undefined, undefined],
    ['127.0.0.1', Uint8Array.of(127, 0, 0, 1), 'addr', undefined],
    ['::', v6(), 'addr', undefined],
    ['::1', v6(1), 'addr', undefined],
    ['::2', v6(2), undefined, undefined],
    ['ff02::1', v6(1).with(0, 0xff), 'addr', undefined],
    ['2001:db8::1', v6(1).with(0, 0x20).with(1, 0x01), undefined, undefined],
    ['::ffff:10.0.0.1', mapped(10, 0, 0, 1), undefined, undefined],
    ['::ffff:0.0.0.0', mapped(0, 0, 0, 0), 'addr', undefined],
    ['::ffff:127.0.0.1', mapped(127, 0, 0, 1), 'addr', undefined],
    ['::ffff:224.0.0.1', mapped(224, 0, 0, 1), 'addr', undefined],
  ])('%s', (_what, addr, byDefault, underStrict) => {
    expect(verdicts({ ...alive, addr })).toEqual([byDefault, underStrict])
    expect(checkNodeState({ ...state, addr }, context)).toBe(byDefault)
  })

  it('loopback ones are taken where we have one ourselves', () => {
    const here = { ...context, loopbackAllowed: true }
    for (const addr of [Uint8Array.of(127, 0, 0, 1), v6(1), mapped(127, 9, 9, 9)]) {
      expect(checkMessage({ ...alive, addr }, here)).toBeUndefined()
    }
  })

  it('outside the allowed networks are refused, under strict too', () => {
    const ipAllowed = (ip: Uint8Array) => ip[0] === 10
    const outside = { ...alive, addr: Uint8Array.of(11, 0, 0, 1) }
    for (const rules of [context, strict]) {
      expect(checkMessage(alive, { ...rules, ipAllowed })).toBeUndefined()
      expect(checkMessage(outside, { ...rules, ipAllowed })).toBe('addr')
    }
  })
})

describe('meta', () => {
  it.each([
    [512, undefined],
    [513, 'meta'],
    [60_000, 'meta'],
  ])('of %i bytes', (size, expected) => {
    const meta = new Uint8Array(size)
    expect(verdicts({ ...alive, meta })).toEqual([expected, undefined])
    expect(checkNodeState({ ...state, meta }, context)).toBe(expected)
  })
})

describe('versions', () => {
  it.each([
    ['010502020505', undefined, undefined],
    ['01050202050506', undefined, undefined],
    ['', 'vsn', undefined],
    ['0105020205', 'vsn', undefined],
    ['000502020505', 'vsn', 'vsn'],
    ['010002020505', 'vsn', 'vsn'],
    ['030202020505', 'vsn', 'vsn'],
    ['010506020505', 'vsn', undefined],
    ['000000000000', 'vsn', 'vsn'],
    ['060906020505', 'vsn', undefined],
    ['050905020505', undefined, undefined],
    ['010502050205', 'vsn', undefined],
    ['010502060906', 'vsn', undefined],
    ['010502050905', undefined, undefined],
    ['010502000000', 'vsn', undefined],
  ])('%s', (hex, byDefault, underStrict) => {
    const vsn = bytesOf(hex)
    expect(verdicts({ ...alive, vsn })).toEqual([byDefault, underStrict])
    expect(checkNodeState({ ...state, vsn }, context)).toBe(byDefault)
  })
})

describe('incarnations', () => {
  const top = 2 ** 32 - 1

  it.each([
    [top - 1, undefined, 'incarnation'],
    [top - 2, undefined, undefined],
    [top, 'incarnation', 'incarnation'],
  ])('%i', (incarnation, ofAlive, ofAccused) => {
    expect(verdicts({ ...alive, incarnation })).toEqual([ofAlive, undefined])
    expect(verdicts({ ...suspect, incarnation })).toEqual([ofAccused, undefined])
    expect(verdicts({ ...suspect, kind: 'dead', incarnation })).toEqual([ofAccused, undefined])
    expect(checkNodeState({ ...state, incarnation }, context)).toBe(ofAlive)
    expect(checkNodeState({ ...state, state: 2, incarnation }, context)).toBe(ofAccused)
  })
})

describe('the state of a member in a push/pull', () => {
  it.each([
    [0, undefined],
    [3, undefined],
    [4, 'state'],
    [-1, 'state'],
    [2 ** 40, 'state'],
  ])('%i', (value, expected) => {
    expect(checkNodeState({ ...state, state: value }, context)).toBe(expected)
    expect(checkNodeState({ ...state, state: value }, strict)).toBe(expected)
  })
})
