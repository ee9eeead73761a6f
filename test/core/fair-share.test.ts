// Each packet is shared between what the application says and what is said about members, so that
// neither starves the other (threat model 4.8).

import { describe, expect, it } from 'vitest'
import { aliveOf, peerAddress, Rig } from './rig.ts'

const PEER = peerAddress(2)
const FULL_BYTES = 1200

/** Of each full packet in the next second: the bytes of user messages, and of all others. */
function fullPackets(rig: Rig): readonly { readonly user: number; readonly other: number }[] {
  return rig.run(1000).flatMap((effect) => {
    if (effect.kind !== 'send' || effect.bytes.length < FULL_BYTES) return []
    const { messages } = rig.codec.unpack(effect.bytes)
    const user = messages.flatMap((one) => (one.kind === 'user' ? [one.payload.length + 3] : []))
    const userBytes = user.reduce((sum, size) => sum + size, 0)
    return [{ user: userBytes, other: effect.bytes.length - userBytes }]
  })
}

function busyRig(strict: boolean): Rig {
  const rig = new Rig({ strict, compression: false })
  for (let n = 2; n < 200; n++) rig.packet(PEER, aliveOf(`member-${n}`, peerAddress(n)))
  for (let n = 0; n < 200; n++) {
    rig.command({ kind: 'gossip', payload: new Uint8Array(40).fill(n & 255) })
  }
  return rig
}

describe('a full packet', () => {
  it('holds 30 % of user messages while membership could fill it', () => {
    const packets = fullPackets(busyRig(false))
    expect(packets.length).toBeGreaterThan(3)
    for (const { user, other } of packets.slice(0, 3)) {
      // The last message that did not fit is less than 50 bytes.
      expect(user).toBeGreaterThan(0.3 * 1390 - 50)
      expect(other).toBeGreaterThan(0.7 * 1390 - 100)
    }
  })

  it('holds membership alone under strict, as in memberlist', () => {
    const packets = fullPackets(busyRig(true))
    expect(packets.slice(0, 3).map(({ user }) => user)).toEqual([0, 0, 0])
  })

  it('is filled by one kind where there is nothing of the other', () => {
    const rig = new Rig({ compression: false })
    rig.packet(PEER, aliveOf('peer', PEER))
    for (let n = 0; n < 200; n++) {
      rig.command({ kind: 'gossip', payload: new Uint8Array(40).fill(n) })
    }
    expect(Math.max(...fullPackets(rig).map(({ user }) => user))).toBeGreaterThan(FULL_BYTES)
  })
})
