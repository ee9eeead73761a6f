// Comparing notes: a neighbour that sees something else is asked for its table, and if too many
// tables have been asked for already, the question comes up again.

import { expect, test } from 'vitest'
import { metaOfTags } from '../../src/core/views.ts'
import { encodeViewReply } from '../../src/core/wire/own-messages.ts'
import { aliveOf, peerAddress, Rig } from './rig.ts'

const PEER = peerAddress(2)

function withNeighbour(): Rig {
  const rig = new Rig({ probeIntervalMs: 0, pushPullIntervalMs: 0, healIntervalMs: 0 })
  rig.packet(PEER, aliveOf('peer', PEER, { meta: metaOfTags(new Map()) ?? new Uint8Array(0) }))
  rig.run(3000)
  return rig
}

/** What the peer answers: it sees another cluster. Gives the streams that are opened then. */
function differs(rig: Rig): number {
  const counts = { alive: 3, suspect: 0, dead: 0, left: 0, eventLtime: 0n, rows: [] }
  const reply = { kind: 'viewReply', id: 0, checksum: 1, ...counts } as const
  const effects = rig.packet(PEER, { kind: 'user', payload: encodeViewReply(reply, 1100) })
  return effects.filter(({ kind }) => kind === 'open').length
}

test('a difference that no stream was left for is looked at again', () => {
  const rig = withNeighbour()
  expect([differs(rig), differs(rig), differs(rig), differs(rig)]).toEqual([1, 1, 0, 0])
  const asked = rig.count('early_push_pulls_total')
  const later = rig.run(3000)
  expect(rig.count('early_push_pulls_total')).toBe(asked + 1)
  // This time the peer does not answer, and its table is asked for without.
  expect(later.filter(({ kind }) => kind === 'open')).toHaveLength(1)
})
