// Never be somebody else's weapon: whom the core writes to when strangers write to it
// (threat model 5), and how much.

import { describe, expect, it } from 'vitest'
import { type Address, ipv4 } from '../../src/core/base/address.ts'
import type { Ping } from '../../src/core/wire/messages.ts'
import { aliveOf, peerAddress, Rig } from './rig.ts'

const STRANGER = ipv4(192, 0, 2, 1, 5555)
const VICTIM = ipv4(198, 51, 100, 7, 80)
const PEER = peerAddress(2)

function ping(more: Partial<Ping> = {}): Ping {
  const none = { sourceAddr: new Uint8Array(0), sourcePort: 0, sourceNode: '' }
  return { kind: 'ping', seqNo: 9, node: 'me', ...none, ...more }
}

function withPeer(options = {}): Rig {
  const rig = new Rig(options)
  rig.packet(PEER, aliveOf('peer', PEER))
  rig.run(3000)
  return rig
}

const indirect = (target: Address, node: string, nack = true) =>
  ({ ...ping(), kind: 'indirectPing', target: target.ip, port: target.port, node, nack }) as const

describe('a ping', () => {
  it('is answered to its sender, whatever other address it names', () => {
    const rig = withPeer()
    const named = ping({ sourceAddr: VICTIM.ip, sourcePort: VICTIM.port, sourceNode: 'x' })
    expect(rig.sent(rig.packet(STRANGER, named)).map(({ to }) => to)).toEqual([String(STRANGER)])
  })

  it('is answered to the address it names if a living member has it', () => {
    const rig = withPeer()
    const named = ping({ sourceAddr: PEER.ip, sourcePort: PEER.port, sourceNode: 'peer' })
    const [answer] = rig.sent(rig.packet(STRANGER, named))
    expect(answer?.to).toBe(String(PEER))
  })

  it('goes where it says under strict, as in memberlist', () => {
    const rig = withPeer({ strict: true })
    const named = ping({ sourceAddr: VICTIM.ip, sourcePort: VICTIM.port, sourceNode: 'x' })
    expect(rig.sent(rig.packet(STRANGER, named))[0]?.to).toBe(String(VICTIM))
  })

  it('of a stranger gets one small ack and no news', () => {
    const rig = withPeer()
    rig.packet(PEER, aliveOf('news', peerAddress(3)))
    const answers = rig.packet(STRANGER, ping())
    expect(rig.sent(answers).map(({ message }) => message.kind)).toEqual(['ack'])
    const bytes = answers.reduce(
      (sum, one) => sum + (one.kind === 'send' ? one.bytes.length : 0),
      0,
    )
    expect(bytes).toBeLessThanOrEqual(3 * 22)
  })

  it('of a stranger is not answered if the answer would be over three times as long', () => {
    const rig = withPeer()
    const empty = Uint8Array.of(0, 0x80)
    expect(rig.step({ kind: 'packet', from: STRANGER, bytes: empty })).toEqual([])
    expect(rig.count('rx_drop_amplification_total')).toBe(1)
  })

  it('for another name is not answered', () => {
    const rig = withPeer()
    expect(rig.packet(STRANGER, ping({ node: 'other' }))).toEqual([])
    expect(rig.count('rx_drop_other_name_total')).toBe(1)
  })

  it('counts once a datagram: a compound of 255 pings gets one answer', () => {
    const rig = withPeer()
    const many = Array.from({ length: 255 }, (_, i) => ping({ seqNo: i }))
    expect(rig.sent(rig.packet(STRANGER, ...many))).toHaveLength(1)
  })
})

describe('an indirect ping', () => {
  it('is done for a member', () => {
    const rig = withPeer()
    rig.packet(PEER, aliveOf('target', peerAddress(3)))
    const sent = rig.sent(rig.packet(PEER, indirect(peerAddress(3), 'target')))
    expect(
      sent.some(({ to, message }) => to === String(peerAddress(3)) && message.kind === 'ping'),
    ).toBe(true)
  })

  it.each([
    ['a stranger', VICTIM, 'target'],
    ['a member under another name', PEER, 'someone'],
  ])('is refused towards %s, with a nack to a member that asks', (_what, target, node) => {
    const rig = withPeer()
    const sent = rig.sent(rig.packet(PEER, indirect(target, node)))
    expect(sent.filter(({ to }) => to !== String(PEER))).toEqual([])
    expect(sent.map(({ message }) => message.kind)).toContain('nack')
  })

  it('of a stranger towards a stranger gets silence', () => {
    expect(withPeer().packet(STRANGER, indirect(VICTIM, 'x'))).toEqual([])
  })

  it('is done at most a hundred times at once', () => {
    const rig = withPeer()
    rig.packet(PEER, aliveOf('target', peerAddress(3)))
    for (let i = 0; i < 150; i++) rig.packet(PEER, indirect(peerAddress(3), 'target'))
    expect(rig.count('relays_total')).toBe(100)
    expect(rig.count('rx_drop_relay_total')).toBe(50)
  })

  it('that stays unanswered is nacked before the asker stops listening', () => {
    const rig = withPeer()
    rig.packet(PEER, aliveOf('target', peerAddress(3)))
    rig.packet(PEER, indirect(peerAddress(3), 'target'))
    const kinds = rig
      .sent(rig.run(450))
      .flatMap(({ to, message }) => (to === String(PEER) ? [message.kind] : []))
    expect(kinds).toContain('nack')
  })
})

describe('an ack or nack', () => {
  it('that nobody waits for changes nothing', () => {
    const rig = withPeer()
    expect(
      rig.packet(STRANGER, { kind: 'ack', seqNo: 4_000_000, payload: new Uint8Array(0) }),
    ).toEqual([])
    expect(rig.packet(STRANGER, { kind: 'nack', seqNo: 4_000_000 })).toEqual([])
  })
})
