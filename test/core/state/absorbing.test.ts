// What a pull brings is taken in slices: other inputs come in between, nothing is claimed before
// its end, and what may not be taken is not shown in part.

import { describe, expect, test } from 'vitest'
import type { Effect } from '../../../src/core/io.ts'
import { slotKey } from '../../../src/core/state/lattices/index.ts'
import { encodeLedger, ledgerKeyOf } from '../../../src/core/state/ledger.ts'
import { encodeMessage } from '../../../src/core/wire/messages.ts'
import { encodeChunk, encodeRumor, encodeSync } from '../../../src/core/wire/state-messages.ts'
import { encodeSegment, type Segment, type StateEntry } from '../../../src/core/wire/state-parts.ts'
import { encodeTags } from '../../../src/core/wire/tags.ts'
import { aliveOf, HEARD, noticesOf, peerAddress, Rig } from '../rig.ts'

const PEER = peerAddress(2)
const KEYS = 1000
const A_STEP = 256

const NOWHERE = { sourceAddr: new Uint8Array(0), sourcePort: 0, sourceNode: '' }
const PING = { kind: 'ping', node: 'me', ...NOWHERE } as const

/** A core that has asked its peer for everything, and the stream of that. */
function asking(): { readonly rig: Rig; readonly stream: number } {
  const rig = new Rig({ probeIntervalMs: 0, gossipIntervalMs: 0, stateSyncIntervalMs: 0 })
  const meta = encodeTags(new Map([['hs', '1']]))
  rig.packet(PEER, aliveOf('peer', PEER, meta === undefined ? {} : { meta }))
  const { stream } = ask(rig)
  return { rig, stream }
}

function ask(rig: Rig): { readonly stream: number } {
  const sync = { hops: 0, salt: 1, equalMask: 0, pullMask: 0xffff, acknowledged: HEARD }
  const effects = rig.packet(PEER, { kind: 'user', payload: encodeSync(sync, []) })
  const opened = effects.flatMap((one) => (one.kind === 'open' ? [one.stream] : []))
  return { stream: opened[0] ?? 0 }
}

const entry = (at: number, version = at + 1): StateEntry => ({
  ...{ key: `k${at}`, version, kind: 'set', value: Uint8Array.of(7), ttlMs: undefined },
})

function segmentOf(changes: Partial<Segment> = {}): Segment {
  const entries = Array.from({ length: KEYS }, (_, at) => entry(at))
  return {
    ...{ name: 'peer', generation: 1, channel: 0, gcFloor: 0, whole: true },
    ...{ above: 0, upTo: KEYS, islands: [], entries, ...changes },
  }
}

/** The answer to the pull comes; what the first step does with it. */
function answer(rig: Rig, stream: number, segment: Segment): readonly Effect[] {
  rig.step({ kind: 'opened', stream, peer: PEER })
  const head = { acknowledged: HEARD, more: false, isCut: false, goesOn: false }
  const payload = encodeChunk(head, [encodeSegment(segment)])
  const bytes = rig.packed(encodeMessage({ kind: 'userStream', payload }))
  return rig.step({ kind: 'received', stream, bytes })
}

/** The word that all of a stream has been adopted by another. */
function theEndOf(name: string): Uint8Array {
  const end = { name, generation: 1, upTo: KEYS, atMs: 0 }
  const word = { key: ledgerKeyOf(end), value: encodeLedger(end) }
  const entries = [{ ...entry(0), ...word }]
  return encodeSegment(segmentOf({ name: 'z', channel: 1, upTo: 1, entries }))
}

/** Keys that a step has told the host of. */
function keysTold(effects: readonly Effect[]): number {
  return noticesOf(effects).reduce(
    (sum, notice) => sum + (notice.kind === 'state' ? notice.changes.length : 0),
    0,
  )
}

/** Ticks until nothing is due now: the keys each has told of. */
function ticks(rig: Rig): readonly number[] {
  const told: number[] = []
  while (rig.core.deadline <= rig.now) told.push(keysTold(rig.step({ kind: 'tick' })))
  return told
}

describe('a large segment', () => {
  test('is taken in slices of 256, a step each, and others are heard in between', () => {
    const { rig, stream } = asking()
    expect(keysTold(answer(rig, stream, segmentOf()))).toBe(0)
    const told: number[] = []
    while (rig.core.deadline <= rig.now) {
      told.push(keysTold(rig.step({ kind: 'tick' })))
      const [reply] = rig.sent(rig.packet(PEER, { ...PING, seqNo: told.length }))
      expect(reply?.message).toMatchObject({ kind: 'ack', seqNo: told.length })
    }
    expect(Math.max(...told)).toBe(A_STEP)
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(KEYS)
    // All of it is judged first, beginning with the step in which it came.
    expect(1 + told.length).toBe(2 * Math.ceil(KEYS / A_STEP))
    expect(rig.core.state.stats().keys).toBe(KEYS)
    expect(rig.count('state_segments_taken_total')).toBe(1)
  })

  test('of which a slot is none is not shown at all', () => {
    const { rig, stream } = asking()
    // Keys of own streams are no slots of shared maps.
    answer(rig, stream, segmentOf({ channel: 1 }))
    ticks(rig)
    expect(rig.count('rx_drop_state_slot_total')).toBe(1)
    expect(rig.core.state.stats().keys).toBe(0)
  })

  test('for which there is no room is not shown at all', () => {
    const { rig, stream } = asking()
    let next = stream
    for (let above = 0; above < 9500; above += 950) {
      const entries = Array.from({ length: 950 }, (_, at) => entry(above + at))
      answer(rig, next, segmentOf({ whole: false, above, upTo: above + 950, entries }))
      ticks(rig)
      next = ask(rig).stream
    }
    const entries = Array.from({ length: 501 }, (_, at) => entry(9500 + at))
    const beyond = { whole: false, above: 9500, upTo: 10_001 }
    answer(rig, next, segmentOf({ ...beyond, entries }))
    ticks(rig)
    expect(rig.count('rx_drop_state_full_total')).toBe(1)
    expect(rig.core.state.stats().keys).toBe(9500)
    rig.now += 60_001
    answer(rig, ask(rig).stream, segmentOf({ ...beyond, entries: entries.slice(0, 500) }))
    ticks(rig)
    expect(rig.core.state.stats().keys).toBe(10_000)
  })

  test('of a stream that is closed between two slices is not taken on', () => {
    for (const slices of [0, 1, 2, 3, 4]) {
      const { rig, stream } = asking()
      const entries = Array.from({ length: KEYS }, (_, at) => ({
        ...entry(at),
        ...{ key: slotKey({ lattice: 'flag', map: 'm', key: `k${at}` }), value: Uint8Array.of(1) },
      }))
      answer(rig, stream, segmentOf({ name: 'o', channel: 1, entries }))
      // All is judged first, beginning with the step in which it came; its end takes a slice.
      const steps = Math.ceil(KEYS / A_STEP) - 2 + slices
      for (let step = 0; step < steps; step++) rig.step({ kind: 'tick' })
      expect(rig.core.state.map('flag', 'm', '')).toHaveLength(Math.min(KEYS, slices * A_STEP))
      rig.packet(PEER, { kind: 'user', payload: encodeRumor([theEndOf('o')], []) })
      ticks(rig)
      rig.run(20_000)
      expect([slices, rig.core.state.stats().streams]).toEqual([slices, 1])
      expect(rig.core.state.map('flag', 'm', '')).toEqual([])
    }
  })

  test('that takes the place of another life is taken at once', () => {
    const { rig, stream } = asking()
    answer(rig, stream, segmentOf())
    ticks(rig)
    const next = ask(rig)
    const entries = Array.from({ length: 500 }, (_, at) => entry(at + 600, at + 1))
    const told = keysTold(
      answer(rig, next.stream, segmentOf({ generation: 2, upTo: 500, entries })),
    )
    // Six hundred keys have gone, four hundred are set anew, a hundred have come.
    expect(told).toBe(600 + 500)
    expect(rig.core.state.stats().keys).toBe(500)
  })
})
