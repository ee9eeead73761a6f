// Odd encodings that the Go decoders take or refuse: ours takes whatever the new generation takes.

import { describe, expect, it } from 'vitest'
import { decodeMessage } from '../../../src/core/wire/messages.ts'
import { ours, text } from '../../golden/compare.ts'
import { bytesOf, type Vector, vectors } from '../../golden/golden.ts'

interface Outcome {
  readonly value?: unknown
  readonly error?: boolean
}

interface ToleranceVector extends Vector {
  readonly struct: string
  readonly decoded: Outcome
  readonly decodedNew?: Outcome
}

const TAG_BY_STRUCT: Readonly<Record<string, number>> = {
  ping: 0,
  indirectPingReq: 1,
  ackResp: 2,
  alive: 4,
}

const all = vectors<ToleranceVector>('decode-tolerance').map((vector) => ({
  ...vector,
  outcome: vector.decodedNew ?? vector.decoded,
}))

describe('odd encodings', () => {
  const taken = all.filter(({ outcome }) => outcome.error !== true)
  it.each(taken)('$name is taken: $what', ({ struct, hex, outcome }) => {
    const tag = (TAG_BY_STRUCT[struct] ?? 99).toString(16).padStart(2, '0')
    expect(text(decodeMessage(bytesOf(tag + hex)))).toEqual(ours(outcome.value))
  })

  const refused = all.filter(({ outcome }) => outcome.error === true)
  it.each(refused)('$name is refused: $what', ({ struct, hex }) => {
    const tag = (TAG_BY_STRUCT[struct] ?? 99).toString(16).padStart(2, '0')
    expect(decodeMessage(bytesOf(tag + hex))).toBe('msgpack')
  })

  it.each([
    'd40102',
    'd5010203',
    'd60102030405',
    'd7000000000000000000',
    `d801${'00'.repeat(16)}`,
    'c70201aabb',
    'c8000201aabb',
    'c90000000201aabb',
  ])('an extension %s inside an unknown field is skipped', (extension) => {
    const message = decodeMessage(bytesOf(`0082a178${extension}a55365714e6f05`))
    expect(message).toMatchObject({ kind: 'ping', seqNo: 5 })
  })

  it('bytes behind a message are ignored', () => {
    expect(decodeMessage(bytesOf('0b81a55365714e6f2affff'))).toEqual({ kind: 'nack', seqNo: 42 })
  })

  it('a name that is not UTF-8 is refused as a name', () => {
    expect(decodeMessage(bytesOf('0081a44e6f6465a2c328'))).toBe('name')
  })
})
