// What a member takes over of a stream when it hears that the stream is over: what nobody else
// is sure to have, up to where the adopter had it.

import { expect, test } from 'vitest'
import { slotKey } from '../../../src/core/state/lattices/index.ts'
import { encodeLedger, ledgerKeyOf } from '../../../src/core/state/ledger.ts'
import { encodeRumor } from '../../../src/core/wire/state-messages.ts'
import { encodeSegment, type StateEntry } from '../../../src/core/wire/state-parts.ts'
import { encodeTags } from '../../../src/core/wire/tags.ts'
import { aliveOf, peerAddress, Rig } from '../rig.ts'

const PEER = peerAddress(2)
const LIFE = 5
const RAISED = Uint8Array.of(1)

type Said = Pick<StateEntry, 'key' | 'value'>

const flag: Said = { key: slotKey({ lattice: 'flag', map: 'm', key: 'k' }), value: RAISED }

/** The word that the life of `name` is over, and adopted up to a version. */
function over(name: string, upTo: number): Said {
  const entry = { name, generation: LIFE, upTo, atMs: 0 }
  return { key: ledgerKeyOf(entry), value: encodeLedger(entry) }
}

function rigWithPeer(): Rig {
  const rig = new Rig({ probeIntervalMs: 0, gossipIntervalMs: 0, stateSyncIntervalMs: 0 })
  const meta = encodeTags(new Map([['hs', '1']]))
  rig.packet(PEER, aliveOf('peer', PEER, meta === undefined ? {} : { meta }))
  return rig
}

/** The peer passes on all that `name` has ever said in shared maps. */
function hear(rig: Rig, name: string, ...said: readonly Said[]): void {
  const entries = said.map(
    ({ key, value }, at): StateEntry => ({
      ...{ key, value, version: at + 1, kind: 'set', ttlMs: undefined },
    }),
  )
  const upTo = entries.length
  const segment = { name, generation: LIFE, channel: 1, gcFloor: 0, whole: true, above: 0 }
  const bytes = encodeSegment({ ...segment, upTo, islands: [], entries })
  rig.packet(PEER, { kind: 'user', payload: encodeRumor([bytes], []) })
}

const isRaised = (rig: Rig) => rig.core.state.slot('flag', 'm', 'k')?.joined !== undefined

test('what only a stream says that is about to go, too, is taken over', () => {
  const rig = rigWithPeer()
  hear(rig, 'o', flag)
  hear(rig, 'p', flag)
  hear(rig, 'z', over('o', 0), over('p', 1))
  rig.run(10_000)
  expect(rig.core.state.stats().streams).toBe(2)
  expect(isRaised(rig)).toBe(true)
})

test('what another says that stays is not taken over', () => {
  const rig = rigWithPeer()
  hear(rig, 'o', flag)
  hear(rig, 'p', flag)
  hear(rig, 'z', over('o', 0))
  rig.run(10_000)
  expect(rig.core.state.stats()).toMatchObject({ streams: 2, shared: undefined })
  expect(isRaised(rig)).toBe(true)
})

test('who takes over the word of an end takes over what was adopted with it', () => {
  const rig = rigWithPeer()
  hear(rig, 'o', flag, over('q', 7))
  hear(rig, 'p', flag)
  hear(rig, 'z', over('o', 0))
  rig.run(10_000)
  // Whoever waits for the rest of that life finds it beside the word, whatever becomes of p.
  hear(rig, 'y', over('p', 1))
  rig.run(10_000)
  expect(isRaised(rig)).toBe(true)
})

test('a disk is handed every version that one step writes, in the order of writing', () => {
  const rig = rigWithPeer()
  rig.command({ kind: 'restore', kept: { generation: 1, ceilingMs: 0, company: 0, streams: [] } })
  for (const name of ['o', 'p']) {
    hear(rig, name, flag)
    rig.command({ kind: 'remove', name })
  }
  const records = rig.run(1).flatMap((effect) => (effect.kind === 'keep' ? effect.records : []))
  const written = records.flatMap((one) => (one.record === 'entry' ? [one] : []))
  // Cut behind any of them, the file has what each word of an end speaks of.
  expect(written.map(({ version, key }) => [version, key.charAt(0)])).toEqual([
    [2, 'f'],
    [3, 'L'],
    [4, 'f'],
    [5, 'L'],
  ])
})
