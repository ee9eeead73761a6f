// Serf's messages and tags: golden vectors both ways, and every one inside the captures.

import { describe, expect, it } from 'vitest'
import { PacketCodec } from '../../../src/core/wire/packet.ts'
import {
  decodeSerfMessage,
  encodeSerfMessage,
  type SerfMessage,
} from '../../../src/core/wire/serf-messages.ts'
import { decodeTags, encodeTags, hasTags } from '../../../src/core/wire/tags.ts'
import { ours, text } from '../../golden/compare.ts'
import { bytesOf, capture, hexOf, type Vector, vectors } from '../../golden/golden.ts'
import { settingsWith } from './settings.ts'

interface SerfVector extends Vector {
  readonly type: number
  readonly decoded: Readonly<Record<string, unknown>>
}

function decoded(hex: string): SerfMessage {
  const message = decodeSerfMessage(bytesOf(hex))
  if (typeof message === 'string') throw new Error(message)
  return message
}

/** Golden values with nil lists and maps as empty ones, which they equal. */
function golden(fields: unknown): unknown {
  const value = Object(ours(fields))
  for (const list of ['events', 'leftMembers', 'filters']) if (value[list] === '') value[list] = []
  return value
}

const all = vectors<SerfVector>('serf-messages').filter(({ type }) => type <= 5)

describe('messages of real Serf', () => {
  it.each(all)('decodes $name: $what', ({ hex, hexNew, decoded: fields }) => {
    expect(text(decoded(hex))).toEqual(golden(fields))
    if (hexNew !== undefined) expect(text(decoded(hexNew))).toEqual(golden(fields))
  })

  it.each(all)('encodes $name to the same bytes, or to what reads the same', (vector) => {
    const message = decoded(vector.hex)
    const encoded = encodeSerfMessage(message)
    expect(decodeSerfMessage(encoded)).toEqual(message)
    // An empty payload, list of filters or of events may be nil or empty in Go; we have one form.
    const isSame = hexOf(encoded) === vector.hex
    const hasTwoForms = ['user-event-empty', 'query-noflags'].includes(vector.name)
    expect(isSame || hasTwoForms || vector.mapOrderRandom === true).toBe(true)
  })

  it('an unknown type and no message at all are refused', () => {
    expect(decodeSerfMessage(bytesOf('0680'))).toBe('type')
    expect(decodeSerfMessage(bytesOf(''))).toBe('empty')
  })

  it('a name that is not UTF-8 is refused in an intent, and passed over in a state', () => {
    expect(decodeSerfMessage(bytesOf('0181a44e6f6465a2c328'))).toBe('name')
    const state = decoded('0281ac5374617475734c54696d657382a2c32801a16102')
    expect(state).toMatchObject({
      statusLtimes: new Map([
        ['\ufffd(', 1n],
        ['a', 2n],
      ]),
    })
  })

  it('keeps 64 events of one Lamport time and 1024 slots, and passes over the rest', () => {
    const event = { name: 'e', payload: new Uint8Array(0) }
    const slot = { ltime: 1n, events: Array.from({ length: 70 }, () => event) }
    const state: SerfMessage = {
      ...decoded('0280'),
      kind: 'state',
      ltime: 9n,
      statusLtimes: new Map(),
      leftMembers: [],
      eventLtime: 1n,
      events: [slot, ...Array.from({ length: 1100 }, () => undefined)],
      queryLtime: 7n,
    }
    const read = decodeSerfMessage(encodeSerfMessage(state))
    if (typeof read === 'string' || read.kind !== 'state') throw new Error('not a state')
    expect([read.events.length, read.events[0]?.events.length]).toEqual([1024, 64])
    expect([read.ltime, read.queryLtime]).toEqual([9n, 7n])
  })
})

interface Capture {
  readonly keys?: readonly string[]
  readonly packets: readonly {
    readonly hex: string
    readonly decoded: { readonly messages: readonly CapturedMessage[] }
  }[]
  readonly streams: readonly {
    readonly decoded: { readonly client: CapturedSide; readonly server: CapturedSide }
  }[]
}

interface CapturedMessage {
  readonly name: string
  readonly user?: { readonly type: number; readonly fields: Readonly<Record<string, unknown>> }
}

interface CapturedSide {
  readonly UserState?: string
  readonly state?: { readonly eventSlots: number; readonly fields: unknown }
}

const CAPTURES = ['capture-serf-plain', 'capture-serf-new-plain', 'capture-serf-encrypted']

describe('Serf in captures', () => {
  it.each(CAPTURES)('every user message of %s is read as the real decoder read it', (file) => {
    const { keys, packets } = capture<Capture>(file)
    const codec = new PacketCodec(settingsWith({ ...(keys && { keys }) }))
    for (const packet of packets) {
      const { messages } = codec.unpack(bytesOf(packet.hex))
      packet.decoded.messages.forEach(({ user }, i) => {
        const message = messages[i]
        if (user === undefined || user.type > 5 || message?.kind !== 'user') return
        const fields = text(decodeSerfMessage(message.payload))
        // Old messages leave fields out that are false or empty; the capture leaves them out too.
        expect(fields).toMatchObject(Object(golden(user.fields)))
      })
    }
  })

  it.each(CAPTURES)('every push/pull state of %s is read as the real decoder read it', (file) => {
    for (const { decoded: sides } of capture<Capture>(file).streams) {
      for (const { UserState, state } of [sides.client, sides.server]) {
        if (UserState === undefined || state === undefined) continue
        const message = decoded(UserState)
        if (message.kind !== 'state') throw new Error(message.kind)
        expect(message.events.length).toBe(state.eventSlots)
        const last = message.events.findLastIndex((slot) => slot !== undefined)
        const trimmed = { ...message, events: message.events.slice(0, last + 1) }
        expect(text(trimmed)).toEqual(golden(state.fields))
      }
    }
  })
})

interface TagVector extends Vector {
  readonly decoded: Readonly<Record<string, string>> | null
  readonly in?: { readonly protocol: number; readonly tags: Readonly<Record<string, string>> }
}

describe('tags', () => {
  const vectorsOfTags = vectors<TagVector>('serf-tags')

  it.each(vectorsOfTags)('$name is read as Serf reads it', ({ hex, decoded: tags }) => {
    expect(Object.fromEntries(decodeTags(bytesOf(hex)))).toEqual(tags ?? {})
    expect(hasTags(bytesOf(hex))).toBe(hex.startsWith('ff'))
  })

  const written = vectorsOfTags.filter(({ in: tags }) => (tags?.protocol ?? 0) >= 3)
  it.each(written)('$name is written as Serf writes it', ({ hex, in: input, mapOrderRandom }) => {
    const meta = encodeTags(new Map(Object.entries(input?.tags ?? {})))
    if (meta === undefined) throw new Error('too large')
    if (mapOrderRandom === true) expect(decodeTags(meta)).toEqual(decodeTags(bytesOf(hex)))
    else expect(hexOf(meta)).toBe(hex)
  })

  it('more than 512 bytes are refused, 512 are not', () => {
    expect(encodeTags(new Map([['k', 'v'.repeat(505)]]))?.length).toBe(512)
    expect(encodeTags(new Map([['k', 'v'.repeat(506)]]))).toBeUndefined()
  })

  it('what stands in front of damage is kept', () => {
    expect(decodeTags(bytesOf('ff82a161a162a163'))).toEqual(new Map([['a', 'b']]))
    expect(decodeTags(bytesOf('ff82a161a162c1'))).toEqual(new Map([['a', 'b']]))
    expect(decodeTags(bytesOf('ffdfffffffff'))).toEqual(new Map())
  })

  it('names with a meaning in JavaScript are only names', () => {
    const tags = new Map([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(decodeTags(encodeTags(tags) ?? new Uint8Array(0))).toEqual(tags)
  })
})
