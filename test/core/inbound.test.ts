// What unfinished streams may hold together, how long they may stand still, how many tables wait,
// and who is told what was wrong (threat model 4.5, 7).

import { describe, expect, it } from 'vitest'
import type { Effect } from '../../src/core/io.ts'
import { encodeMessage, type NodeState } from '../../src/core/wire/messages.ts'
import { packStream } from '../../src/core/wire/stream.ts'
import { toyCipher } from '../../src/sim/index.ts'
import { bytesOf, hexOf } from '../golden/golden.ts'
import { peerAddress, Rig, rowOf } from './rig.ts'
import { settingsWith } from './wire/settings.ts'

const MIB = 1_048_576
const PEER = peerAddress(2)
const kinds = (effects: readonly Effect[]) => effects.map(({ kind }) => kind)

/** The head of a user message of 20 MiB: what follows is held until all of it is there. */
const LARGE_HEAD = bytesOf('0881aa557365724d73674c656ece01400000')

describe('unfinished streams', () => {
  it('hold 64 MiB together; what would go beyond is closed, the others go on', () => {
    const rig = new Rig()
    const streams = [2, 3, 4, 5, 6, 7, 8].map((n) => rig.dial(peerAddress(n)))
    for (const stream of streams) rig.step({ kind: 'received', stream, bytes: LARGE_HEAD })
    const chunk = new Uint8Array(MIB)
    const closed = new Set<number>()
    let received = 0
    for (let round = 0; round < 19; round++) {
      for (const stream of streams) {
        if (closed.has(stream)) continue
        const effects = rig.step({ kind: 'received', stream, bytes: chunk })
        if (closed.size === 0) received += MIB
        if (kinds(effects).includes('close')) closed.add(stream)
      }
    }
    // Buffers double as they grow, so between half and all of the cap is in use by then.
    expect(received).toBeGreaterThan(32 * MIB)
    expect(received).toBeLessThanOrEqual(65 * MIB)
    expect(rig.count('rx_drop_stream_memory_total')).toBe(closed.size)
    expect(closed.size).toBeLessThan(streams.length)
    expect(rig.pushPull(peerAddress(9), [rowOf('new', PEER)]).length).toBeGreaterThan(0)
    expect(rig.core.memberView('new')?.status).toBe('alive')
  })

  it('are closed 10 s after their last byte', () => {
    const rig = new Rig()
    const stream = rig.dial(PEER)
    rig.step({ kind: 'received', stream, bytes: LARGE_HEAD.subarray(0, 5) })
    expect(kinds(rig.run(9990))).not.toContain('close')
    rig.step({ kind: 'received', stream, bytes: LARGE_HEAD.subarray(5) })
    expect(kinds(rig.run(9990))).not.toContain('close')
    expect(kinds(rig.run(20))).toContain('close')
  })
})

describe('tables that wait to be merged', () => {
  const table = (rows: number): readonly NodeState[] =>
    Array.from({ length: rows }, () => rowOf('again', PEER))
  const isAnswered = (effects: readonly Effect[]) => kinds(effects).includes('write')

  it('are eight at most; the ninth is closed without an answer, and a later one is taken', () => {
    const rig = new Rig()
    rig.pushPull(PEER, table(9000))
    // Read first, a slice a turn; then its merge begins.
    for (let turn = 0; turn < 100 && !isAnswered(rig.step({ kind: 'tick' })); turn++);
    for (let n = 3; n <= 9; n++) {
      expect(isAnswered(rig.pushPull(peerAddress(n), table(1)))).toBe(true)
    }
    const ninth = rig.pushPull(peerAddress(10), table(1))
    expect(kinds(ninth)).toEqual(['close'])
    expect(rig.count('rx_drop_merge_limit_total')).toBe(1)
    for (let turn = 0; turn < 100; turn++) rig.step({ kind: 'tick' })
    expect(isAnswered(rig.pushPull(peerAddress(10), table(1)))).toBe(true)
  })
})

describe('a stream that makes no sense', () => {
  const KEY = '07'.repeat(16)
  const keyed = settingsWith({ keys: [KEY], cipher: toyCipher })
  const push = (rig: Rig, bytes: Uint8Array) =>
    rig.step({ kind: 'received', stream: rig.dial(PEER), bytes })
  const written = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.kind === 'write' ? [effect.bytes] : []))

  it('gets a fixed short text and no more, from one of us', () => {
    const [answer] = written(push(new Rig({ compression: false }), bytesOf('63')))
    const expected = { kind: 'error', error: 'hearsay: the message could not be read' } as const
    expect(hexOf(answer ?? new Uint8Array(0))).toBe(hexOf(encodeMessage(expected)))
    expect(expected.error.length).toBeLessThanOrEqual(128)
  })

  it('is closed without a byte where its author has no key, and answered where he has', () => {
    const make = () => new Rig({ keyring: [bytesOf(KEY)] })
    for (const garbage of ['0680', 'ff', `0a0000001d01${'00'.repeat(28)}`]) {
      const rig = make()
      const effects = push(rig, bytesOf(garbage))
      expect(written(effects)).toEqual([])
      expect(kinds(effects)).toContain('close')
      expect(rig.count('rx_drop_crypto_total')).toBe(1)
    }
    const sealed = packStream(bytesOf('63'), keyed, { dialled: true })
    expect(written(push(make(), sealed))).toHaveLength(1)
  })
})
