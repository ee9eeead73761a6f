// How much is held in all, and fetched at most, with the real numbers: at the limit, one over
// it, and far over it. What is refused leaves the sums as they were.

import { describe, expect, test } from 'vitest'
import { makeSharedState } from '../../../src/core/sharing/shared-state.ts'
import { GIVINGS_MAX } from '../../../src/core/state/givings.ts'
import { PIECES_MAX } from '../../../src/core/state/pulls.ts'
import type { Store } from '../../../src/core/state/store.ts'
import { encodeMessage } from '../../../src/core/wire/messages.ts'
import {
  ISLANDS_HELD_MAX,
  STATE_BYTES_HELD_MAX,
  STATE_KEYS_HELD_MAX,
  STREAM_BYTES_HELD_MAX,
  STREAM_KEYS_MAX,
  STREAMS_HELD_MAX,
} from '../../../src/core/wire/state-limits.ts'
import { encodeChunk, encodePull, encodeSync } from '../../../src/core/wire/state-messages.ts'
import { encodeSegment, type Segment } from '../../../src/core/wire/state-parts.ts'
import { encodeTags } from '../../../src/core/wire/tags.ts'
import { aliveOf, HEARD, peerAddress, Rig } from '../rig.ts'

/** A whole stream of so many keys, each with a value of so many bytes. */
function segmentOf(name: string, keys: number, valueBytes = 0): Segment {
  const value = new Uint8Array(valueBytes)
  const entries = Array.from(
    { length: keys },
    (_, at) =>
      ({ key: `${at + 10_000}`, version: at + 1, kind: 'set', value, ttlMs: undefined }) as const,
  )
  return {
    ...{ name, generation: 1, channel: 0, gcFloor: 0, whole: true },
    ...{ above: 0, upTo: keys, islands: [], entries },
  }
}
const KEY_BYTES = 5

function admit(store: Store, segment: Segment): string {
  const admission = store.admit(segment, 0)
  return admission.kind === 'full' ? admission.what : admission.kind
}

describe('a store', () => {
  test('holds 20 000 streams, and not one more', () => {
    const { store } = makeSharedState()
    for (let at = 0; at < STREAMS_HELD_MAX; at++) admit(store, segmentOf(`n${at}`, 0))
    expect(store.size).toBe(20_000)
    expect(admit(store, segmentOf('one-more', 0))).toBe('streams')
    for (let at = 0; at < 1000; at++) admit(store, segmentOf(`far-${at}`, 1))
    expect([store.size, store.keys]).toEqual([20_000, 0])
  })

  test('holds 100 000 keys, and not one more', () => {
    const { store } = makeSharedState()
    const streams = STATE_KEYS_HELD_MAX / STREAM_KEYS_MAX
    for (let at = 0; at < streams; at++) {
      expect(admit(store, segmentOf(`n${at}`, STREAM_KEYS_MAX))).toBe('taken')
    }
    expect(store.keys).toBe(100_000)
    expect(admit(store, segmentOf('one-more', 1))).toBe('keys')
    expect(admit(store, segmentOf('far-more', STREAM_KEYS_MAX))).toBe('keys')
    expect(store.keys).toBe(100_000)
  })

  test('holds 10 000 keys of one owner, and not one more', () => {
    const { store } = makeSharedState()
    expect(admit(store, segmentOf('over', STREAM_KEYS_MAX + 1))).toBe('stream-keys')
    expect(admit(store, segmentOf('far-over', 10 * STREAM_KEYS_MAX))).toBe('stream-keys')
    expect(admit(store, segmentOf('fits', STREAM_KEYS_MAX))).toBe('taken')
    expect([store.size, store.keys]).toEqual([1, 10_000])
  })

  test('holds 8 MiB of one owner and 64 MiB in all, and not a byte more', () => {
    const { store } = makeSharedState()
    // Values of one size: the bytes of a stream are known without a store.
    const keys = 128
    const valueBytes = STREAM_BYTES_HELD_MAX / keys - KEY_BYTES
    expect(admit(store, segmentOf('over', keys, valueBytes + 1))).toBe('stream-bytes')
    expect(admit(store, segmentOf('far-over', 10 * keys, valueBytes))).toBe('stream-bytes')
    const streams = STATE_BYTES_HELD_MAX / STREAM_BYTES_HELD_MAX
    for (let at = 0; at < streams; at++) {
      expect(admit(store, segmentOf(`n${at}`, keys, valueBytes))).toBe('taken')
    }
    expect(store.bytes).toBe(64 * 1_048_576)
    expect(admit(store, segmentOf('one-more', 1))).toBe('bytes')
    expect(admit(store, segmentOf('far-more', keys, valueBytes))).toBe('bytes')
    expect([store.size, store.bytes]).toEqual([8, 64 * 1_048_576])
  })
})

describe('ranges above gaps', () => {
  /** One key at a version of its own, with a gap below. */
  function islandOf(name: string, at: number): Segment {
    const version = 10 + 3 * at
    const key = `k${at}`
    const entry = { key, version, kind: 'set', value: new Uint8Array(0), ttlMs: undefined } as const
    const range = { above: version - 1, upTo: version, whole: false, islands: [] }
    return { ...{ name, generation: 1, channel: 0, gcFloor: 0 }, ...range, entries: [entry] }
  }

  test('are noted up to 50 000 in all; beyond it the keys are shown and asked for again', () => {
    const { store } = makeSharedState()
    const streams = ISLANDS_HELD_MAX / 50
    for (let at = 0; at < streams; at++) {
      for (let one = 0; one < 50; one++) admit(store, islandOf(`n${at}`, one))
    }
    expect(store.islands).toBe(ISLANDS_HELD_MAX)
    for (let at = 0; at < 1000; at++) admit(store, islandOf(`far-${at % 100}`, at))
    admit(store, islandOf('n0', 50))
    expect([store.islands, store.keys]).toEqual([ISLANDS_HELD_MAX, ISLANDS_HELD_MAX + 1001])
    expect(store.find('n0')?.replica.find('k50')?.version).toBe(160)
    // What closes a gap makes room, and what touches a range that is there needs none.
    admit(store, { ...islandOf('n0', 0), above: 0, upTo: 10 })
    admit(store, islandOf('n1', 50))
    expect(store.find('n1')?.replica.islands).toHaveLength(51)
    admit(store, { ...islandOf('n1', 0), above: 10, upTo: 11, entries: [] })
    expect(store.find('n1')?.replica.islands[0]).toEqual({ above: 9, upTo: 11 })
    store.drop('n1')
    expect(store.islands).toBe(ISLANDS_HELD_MAX - 51)
  })
})

// ---- fetching ---------------------------------------------------------------------------

const PEER = peerAddress(2)

/** A member that shares state, and tells us that there is more than packets carry. */
function askedToPull(): { readonly rig: Rig; readonly stream: number | undefined } {
  const rig = new Rig()
  const meta = encodeTags(new Map([['hs', '1']]))
  rig.packet(PEER, aliveOf('peer', PEER, meta === undefined ? {} : { meta }))
  const sync = { hops: 0, salt: 1, equalMask: 0, pullMask: 0xffff, acknowledged: HEARD }
  const opened = rig.packet(PEER, { kind: 'user', payload: encodeSync(sync, []) })
  return { rig, stream: openedIn(opened) }
}

function openedIn(effects: ReturnType<Rig['step']>): number | undefined {
  for (const effect of effects) if (effect.kind === 'open') return effect.stream
  return undefined
}

/** Answers a pull with a piece that says there is more; the stream of the next one. */
function answered(rig: Rig, stream: number, segments: readonly Segment[]): number | undefined {
  rig.step({ kind: 'opened', stream, peer: PEER })
  const head = { acknowledged: HEARD, more: true, isCut: false, goesOn: false }
  const payload = encodeChunk(head, segments.map(encodeSegment))
  const bytes = rig.packed(encodeMessage({ kind: 'userStream', payload }))
  return openedIn(rig.step({ kind: 'received', stream, bytes }))
}

describe('who says that there is always more', () => {
  test('is asked 512 times, and not once more', () => {
    const { rig, stream: first } = askedToPull()
    let pieces = 0
    for (let stream = first; stream !== undefined && pieces < 2 * PIECES_MAX; pieces++) {
      stream = answered(rig, stream, [segmentOf('peer', 1)])
    }
    expect(pieces).toBe(PIECES_MAX)
  })

  test('and brings nothing is asked no more', () => {
    const { rig, stream } = askedToPull()
    expect(stream).toBeDefined()
    expect(answered(rig, stream ?? 0, [])).toBeUndefined()
  })
})

describe('what others may pull', () => {
  /** Asks for everything over a stream of its own; the bytes of the answer, as they travel. */
  function given(rig: Rig): number {
    const stream = rig.dial(PEER)
    const payload = encodePull({ name: 'peer', mask: 0xffff, records: [], resume: undefined })
    const bytes = rig.packed(encodeMessage({ kind: 'userStream', payload }))
    const effects = rig.step({ kind: 'received', stream, bytes })
    return effects.reduce((sum, one) => sum + (one.kind === 'write' ? one.bytes.length : 0), 0)
  }

  test('is 8 MiB a second, begun answers included; the rest is refused, and later given', () => {
    const { rig } = askedToPull()
    for (let at = 0; at < 4; at++) {
      const value = new Uint8Array(60_000).fill(at)
      rig.command({ kind: 'state-set', key: `k${at}`, value })
    }
    const piece = given(rig)
    expect(piece).toBeGreaterThan(0)
    // What counts is what is given, before it is compressed on its way: 240 000 bytes each.
    let answers = 1
    for (let tries = 0; tries < 1000; tries++) if (given(rig) > 0) answers++
    expect(answers).toBeGreaterThanOrEqual(Math.floor((8 * 1_048_576) / 241_000))
    expect(answers).toBeLessThanOrEqual(Math.ceil((8 * 1_048_576) / 239_000))
    expect(rig.count('rx_drop_state_pulls_total')).toBe(1001 - answers)
    rig.now += 1000
    expect(given(rig)).toBe(piece)
  })
})

describe('pulls of others', () => {
  const addressOf = (at: number) => peerAddress(10 + at)

  /** A core with something to give, and so many members. */
  function busy(members: number): Rig {
    const rig = new Rig({ probeIntervalMs: 0 })
    const meta = encodeTags(new Map([['hs', '1']]))
    for (let at = 0; at < members; at++) {
      const more = meta === undefined ? {} : { meta }
      rig.packet(addressOf(at), aliveOf(`m${at}`, addressOf(at), more))
    }
    rig.command({ kind: 'state-set', key: 'k', value: Uint8Array.of(1) })
    return rig
  }

  /** A member asks for everything: the stream, and whether it was answered. */
  function ask(rig: Rig, at: number) {
    const stream = rig.dial(addressOf(at))
    const payload = encodePull({ name: `m${at}`, mask: 0xffff, records: [], resume: undefined })
    const bytes = rig.packed(encodeMessage({ kind: 'userStream', payload }))
    const effects = rig.step({ kind: 'received', stream, bytes })
    const isAnswered = effects.some(({ kind }) => kind === 'write')
    const ended = effects.flatMap((one) => (one.kind === 'close' ? [one.stream] : []))
    return { stream, isAnswered, ended }
  }

  test('are answered four at a time; the others are refused and counted', () => {
    const rig = busy(100)
    const asked = Array.from({ length: 100 }, (_, at) => ask(rig, at))
    expect(asked.map(({ isAnswered }) => isAnswered).indexOf(false)).toBe(GIVINGS_MAX)
    expect(asked.filter(({ isAnswered }) => isAnswered)).toHaveLength(4)
    expect(rig.count('rx_drop_state_pulls_busy_total')).toBe(96)
    // Who is refused is hung up on, who was answered hangs up by himself.
    expect(asked[4]?.ended).toEqual([asked[4]?.stream])
    expect(asked[0]?.ended).toEqual([])
    rig.step({ kind: 'closed', stream: asked[0]?.stream ?? 0, reason: 'end' })
    expect([ask(rig, 5).isAnswered, ask(rig, 6).isAnswered]).toEqual([true, false])
  })

  test('of one member take one place, and none for longer than half a minute', () => {
    const rig = busy(6)
    const [first] = [0, 1, 2, 3].map((at) => ask(rig, at))
    const again = ask(rig, 0)
    expect([again.isAnswered, again.ended]).toEqual([true, [first?.stream]])
    rig.run(29_999)
    expect(ask(rig, 4).isAnswered).toBe(false)
    rig.run(2)
    expect([4, 5].map((at) => ask(rig, at).isAnswered)).toEqual([true, true])
  })

  test('that were answered are listened to no more', () => {
    const rig = busy(1)
    const { stream } = ask(rig, 0)
    const bytes = new Uint8Array(100_000)
    expect(rig.step({ kind: 'received', stream, bytes })).toEqual([])
  })
})
