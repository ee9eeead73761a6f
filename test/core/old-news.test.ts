// A member that was found dead and forgotten is said to be alive by an old packet: only its own
// answer brings it back, and no ack that happens to have the number we wait for.

import { expect, test } from 'vitest'
import type { Address } from '../../src/core/base/address.ts'
import { aliveOf, peerAddress, Rig } from './rig.ts'

const TELLER = peerAddress(2)
const GONE = peerAddress(3)

/** What is held of the gone after an ack from `from`, with the number of the ping to it. */
function statusAfterAck(from: Address): string | undefined {
  const rig = new Rig()
  rig.packet(TELLER, aliveOf('gone', GONE))
  rig.packet(TELLER, { kind: 'dead', incarnation: 1, node: 'gone', from: 'teller' })
  rig.run(60_000)
  const sent = rig.sent(rig.packet(TELLER, aliveOf('gone', GONE)))
  const asked = sent.find(({ to }) => to === String(GONE))
  const seqNo = asked?.message.kind === 'ping' ? asked.message.seqNo : -1
  rig.packet(from, { kind: 'ack', seqNo, payload: new Uint8Array() })
  return rig.core.memberView('gone')?.status
}

test('its own answer brings a forgotten member back', () => {
  expect(statusAfterAck(GONE)).toBe('alive')
})

test('an ack of somebody else with the same number does not', () => {
  expect(statusAfterAck(TELLER)).toBe('dead')
})
