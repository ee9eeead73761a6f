// Words about streams that were meant for somebody else: lives of two members may begin in one
// moment, so only the addressee tells them apart.

import { expect, test } from 'vitest'
import { encodeSync } from '../../../src/core/wire/state-messages.ts'
import { encodeTags } from '../../../src/core/wire/tags.ts'
import { aliveOf, HEARD, peerAddress, Rig } from '../rig.ts'

const PEER = peerAddress(2)

test('a word for another member is no word about our own stream', () => {
  const rig = new Rig({ probeIntervalMs: 0 })
  const meta = encodeTags(new Map([['hs', '1']]))
  rig.packet(PEER, aliveOf('peer', PEER, meta === undefined ? {} : { meta }))
  rig.command({ kind: 'state-set', key: 'k', value: Uint8Array.of(1) })
  const laggards = () => rig.core.state.stats().laggards
  expect(laggards()).toBe(1)
  const own = rig.core.state.stats().own
  const said = { ...HEARD, generation: own?.generation ?? 0, base: own?.version ?? 0 }
  const head = { hops: 1, salt: 1, equalMask: 0, pullMask: 0 }
  const hear = (to: number) => {
    const payload = encodeSync({ ...head, acknowledged: { ...said, to } }, [])
    rig.packet(PEER, { kind: 'user', payload })
  }
  hear(HEARD.to + 1)
  expect([laggards(), rig.count('rx_drop_state_astray_total')]).toEqual([1, 1])
  hear(HEARD.to)
  expect(laggards()).toBe(0)
})
