// Strangers' and liars' segments of shared maps: what is no slot is refused with all that came
// with it, and counted; a ledger that is wrong about a living member costs it a life, and no write.

import { expect } from 'vitest'
import { encodeLedger, ledgerKeyOf } from '../../../src/core/state/ledger.ts'
import {
  encodeMessage,
  encodeRumor,
  encodeSegment,
  encodeSync,
  type Segment,
  type StateEntry,
} from '../../../src/core/wire/index.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { wordTo } from '../../core/word.ts'
import { minutes, seconds, story } from '../story.ts'

const GOOD = { key: 'fup\u0000', value: Uint8Array.of(1) }

/** Hands b entries of a shared stream in c's name, from c's address. */
function forge(cluster: Cluster, ...changes: readonly Partial<StateEntry>[]): void {
  const entries = changes.map((change, at): StateEntry => {
    const entry = { ...GOOD, version: at + 1, kind: 'set', ttlMs: undefined } as const
    return { ...entry, ...change }
  })
  const segment: Segment = {
    ...{ name: 'c', generation: cluster.wallMs, channel: 1, gcFloor: 0, whole: false },
    ...{ above: 0, upTo: entries.length, islands: [], entries },
  }
  const payload = encodeRumor([encodeSegment(segment)], [], false)
  const bytes = encodeMessage({ kind: 'user', payload })
  cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes })
}

const refused = (cluster: Cluster) => cluster.counter('b', 'rx_drop_state_slot_total')

story('a segment with anything that is no slot is refused as a whole', ({ start }) => {
  const cluster = start({ members: 3, seed: 581, options: { stateSyncIntervalMs: 0 } })
  const lies: readonly Partial<StateEntry>[] = [
    { key: 'zup\u0000' },
    { key: 'f\u0000' },
    { key: 'fup' },
    { value: Uint8Array.of(2) },
    { value: new Uint8Array(0) },
    { key: 'ckv\u0000', value: Uint8Array.of(200, 200, 200) },
    { key: 'rkv\u0000x', value: new Uint8Array(60_000).fill(255) },
    { ttlMs: 5 },
    { kind: 'expired' },
    { key: 'L0123456789abcdef', value: Uint8Array.of(1, 2, 3) },
    // A lease of another member.
    { key: 'rkv\u0000x', value: Uint8Array.of(5, 1, 0, 0, 1, 97, 1, 49) },
  ]
  lies.forEach((lie, at) => {
    forge(cluster, {}, lie)
    expect(refused(cluster)).toBe(at + 1)
  })
  expect(cluster.shared('b', 'up', 'flag')).toEqual([])
  forge(cluster, {})
  expect(cluster.shared('b', 'up', 'flag')).toEqual(['='])
})

story(
  'who is removed while it lives on elsewhere begins a new life, and loses no write',
  ({ start }) => {
    const cluster = start({ members: 4, seed: 582 })
    cluster.share('a', 'kv', 'x', '1')
    cluster.share('d', 'kv', 'y', '1')
    cluster.run(seconds(2))
    cluster.partition(['a', 'b', 'c'], ['d'])
    cluster.run(minutes(1))
    cluster.remove('d', 'a')
    cluster.share('a', 'kv', 'z', '1')
    cluster.run(seconds(5))
    expect(cluster.shared('d', 'kv')).toEqual(['x=1', 'y=1'])
    cluster.heal()
    cluster.settle()
    cluster.run(seconds(30))
    for (const id of cluster.living())
      expect(cluster.shared(id, 'kv')).toEqual(['x=1', 'y=1', 'z=1'])
    expect(cluster.notices('a', 'resync')).toHaveLength(1)
    cluster.run(minutes(5))
    for (const id of cluster.living())
      expect(cluster.shared(id, 'kv')).toEqual(['x=1', 'y=1', 'z=1'])
  },
)

story('a lie that a life is over costs a life, and no write', ({ start }) => {
  const cluster = start({ members: 4, seed: 583 })
  for (const id of cluster.living()) cluster.share(id, 'kv', id, '1')
  cluster.run(seconds(2))
  for (let lies = 0; lies < 5; lies++) {
    const { shared } = cluster.stats('b')
    const over = {
      generation: shared?.generation ?? 0,
      base: lies === 0 ? 2 ** 40 : (shared?.version ?? 0),
    }
    const acknowledged = wordTo('b', { over })
    const head = { hops: 3, salt: 1, equalMask: 0, pullMask: 0, acknowledged }
    const bytes = encodeMessage({ kind: 'user', payload: encodeSync(head, []) })
    cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes })
    cluster.run(seconds(1))
  }
  cluster.share('b', 'kv', 'after', '1')
  cluster.run(minutes(4))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['a=1', 'after=1', 'b=1', 'c=1', 'd=1'])
  }
  expect(cluster.notices('b', 'resync')).toEqual([])
})

story('a ledger that claims more than was ever written takes nothing away', ({ start }) => {
  const cluster = start({ members: 4, seed: 584, exempt: ['I5'] })
  for (const id of cluster.living()) cluster.share(id, 'kv', id, '1')
  cluster.run(seconds(2))
  const entries = ['a', 'b', 'd'].map((name) => {
    const { shared } = cluster.stats(name)
    const upTo = Number.MAX_SAFE_INTEGER
    const entry = { name, generation: shared?.generation ?? 0, upTo, atMs: cluster.wallMs }
    return { key: ledgerKeyOf(entry), value: encodeLedger(entry) }
  })
  forge(cluster, ...entries)
  cluster.run(minutes(5))
  for (const id of cluster.living()) {
    expect(cluster.shared(id, 'kv')).toEqual(['a=1', 'b=1', 'c=1', 'd=1'])
  }
})
