// Each reason of the core for taking no notice of a message is reachable, and counted (threat model
// 7). Those of the decoders are reached by the fuzz run, those of state by tests of state, the rest
// by limits, inbound and reflection beside this file.

import { describe, expect, it } from 'vitest'
import { encodeMessage } from '../../src/core/wire/messages.ts'
import { encodeOwnMessage, type OwnMessage } from '../../src/core/wire/own-messages.ts'
import { encodeSerfMessage } from '../../src/core/wire/serf-messages.ts'
import { packStream } from '../../src/core/wire/stream.ts'
import { aliveOf, peerAddress, Rig, rowOf } from './rig.ts'
import { settingsWith } from './wire/settings.ts'

const PEER = peerAddress(2)
const STRANGER = peerAddress(99)
const NONE = new Uint8Array(0)

function withPeer(options = {}): Rig {
  const rig = new Rig(options)
  rig.packet(PEER, aliveOf('peer', PEER))
  return rig
}

const user = (payload: Uint8Array) => ({ kind: 'user', payload }) as const
const own = (message: OwnMessage) => user(encodeOwnMessage(message))
const event = (ltime: bigint, name: string, size = 0) =>
  user(
    encodeSerfMessage({
      kind: 'event',
      ltime,
      name,
      payload: new Uint8Array(size),
      coalesce: false,
    }),
  )
const viewRequest = { kind: 'viewRequest', id: 7, checksum: 1 } as const

describe('a message is taken no notice of, and counted, if it is', () => {
  it('an ack that nobody waits for', () => {
    const rig = withPeer()
    rig.packet(PEER, { kind: 'ack', seqNo: 4_000_000, payload: NONE })
    expect(rig.count('rx_drop_unknown_ack_total')).toBe(1)
  })

  it('one of our own kind from a stranger', () => {
    const rig = withPeer()
    expect(rig.packet(STRANGER, own(viewRequest))).toEqual([])
    expect(rig.count('rx_drop_stranger_total')).toBe(1)
  })

  it('an answer that nobody asked for', () => {
    const rig = withPeer()
    const counts = { alive: 0, suspect: 0, dead: 0, left: 0, eventLtime: 0n, rows: [] }
    rig.packet(PEER, own({ kind: 'viewReply', id: 7, checksum: 1, ...counts }))
    rig.packet(PEER, own({ kind: 'receiptReply', id: 7, known: true, from: '', wallMs: 0 }))
    expect(rig.count('rx_drop_unasked_total')).toBe(2)
  })

  it('the twenty-first question in a second', () => {
    const rig = withPeer()
    for (let n = 0; n < 20; n++) rig.packet(PEER, own({ ...viewRequest, id: n }))
    expect(rig.count('rx_drop_answers_total')).toBe(0)
    rig.packet(PEER, own(viewRequest))
    expect(rig.count('rx_drop_answers_total')).toBe(1)
  })

  it('an event of more than 9 216 bytes, but not one of as many', () => {
    const rig = withPeer()
    rig.packet(PEER, event(5n, 'e', 9215))
    expect(rig.count('rx_drop_event_size_total')).toBe(0)
    rig.packet(PEER, event(5n, 'f', 9216))
    rig.packet(PEER, event(5n, 'g', 60_000))
    expect(rig.count('rx_drop_event_size_total')).toBe(2)
  })

  it('an event from over 512 times ago, but not one from 512', () => {
    const rig = withPeer()
    rig.packet(PEER, event(1000n, 'now'))
    const oldest = 1001n - 512n
    rig.packet(PEER, event(oldest, 'oldest'))
    expect(rig.count('rx_drop_event_old_total')).toBe(0)
    rig.packet(PEER, event(oldest - 1n, 'older'), event(1n, 'ancient'))
    expect(rig.count('rx_drop_event_old_total')).toBe(2)
  })

  it('the sixty-fifth event of one time', () => {
    const rig = withPeer()
    for (let n = 0; n < 64; n++) rig.packet(PEER, event(9n, `e${n}`))
    expect(rig.count('rx_drop_event_full_total')).toBe(0)
    rig.packet(PEER, event(9n, 'one more'))
    expect(rig.count('rx_drop_event_full_total')).toBe(1)
  })

  it('an event for which the queue has no room', () => {
    const rig = withPeer()
    for (let n = 0; n < 4096; n++) {
      rig.command({ kind: 'gossip', payload: Uint8Array.of(99, n >> 8, n & 255) })
    }
    rig.packet(PEER, event(9n, 'e'))
    expect(rig.count('rx_drop_queue_full_total')).toBe(1)
  })

  it('a state of Serf that cannot be read, its members all the same', () => {
    const vsn = Uint8Array.of(1, 5, 2, 2, 5, 5)
    const rig = new Rig({ application: 'serf' })
    const table = {
      kind: 'pushPull',
      join: true,
      nodes: [rowOf('new', PEER, { vsn })],
      userState: Uint8Array.of(2, 0xc1),
    } as const
    const bytes = packStream(encodeMessage(table), settingsWith(), { dialled: true })
    rig.step({ kind: 'received', stream: rig.dial(PEER), bytes })
    expect(rig.count('rx_drop_serf_state_total')).toBe(1)
    expect(rig.core.memberView('new')?.status).toBe('alive')
  })

  it('a ping long after our goodbye', () => {
    const rig = withPeer()
    const source = { sourceAddr: NONE, sourcePort: 0, sourceNode: 'peer' }
    const ping = { kind: 'ping', seqNo: 1, node: 'me', ...source } as const
    rig.command({ kind: 'leave', timeoutMs: 1000 })
    rig.run(20_000)
    expect(rig.sent(rig.packet(PEER, ping)).map(({ message }) => message.kind)).toContain('ack')
    rig.run(20_000)
    expect(rig.packet(PEER, ping)).toEqual([])
    expect(rig.count('rx_drop_left_total')).toBe(1)
  })
})
