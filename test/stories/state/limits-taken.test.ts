// What is taken from others: at a limit, one over it, far over it. Lives that begin in the
// future, channels there are none of, owners nobody knows, values too large for a packet, and
// pulls without an end.

import { expect } from 'vitest'
import {
  encodeMessage,
  encodeRumor,
  encodeSegment,
  type Segment,
} from '../../../src/core/wire/index.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { seconds, story } from '../story.ts'

const DAY_MS = 24 * 3_600_000

/** Hands b a rumor from c: by default of a key of c's own. */
function tell(cluster: Cluster, changes: Partial<Segment>): void {
  const value = Uint8Array.of(1)
  const segment: Segment = {
    ...{ name: 'c', generation: 1, channel: 0, gcFloor: 0, whole: false },
    ...{ above: 0, upTo: 1, islands: [] },
    entries: [{ key: 'k', version: 1, kind: 'set', value, ttlMs: undefined }],
    ...changes,
  }
  const payload = encodeRumor([encodeSegment(segment)], [])
  const bytes = encodeMessage({ kind: 'user', payload })
  cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes })
}

const refused = (cluster: Cluster, why: string) =>
  cluster.counter('b', `rx_drop_state_${why}_total`)
const taken = (cluster: Cluster) => cluster.counter('b', 'state_segments_taken_total')

story('a life may begin a day from now, and not a moment later', ({ start }) => {
  const cluster = start({ members: 3, seed: 641, options: { stateSyncIntervalMs: 0 } })
  const latest = Math.floor(cluster.wallMs + DAY_MS)
  tell(cluster, { generation: latest + 1 })
  tell(cluster, { generation: latest + 365 * DAY_MS })
  tell(cluster, { generation: Number.MAX_SAFE_INTEGER })
  expect([taken(cluster), refused(cluster, 'generation')]).toEqual([0, 3])
  tell(cluster, { generation: latest })
  expect([taken(cluster), refused(cluster, 'generation')]).toEqual([1, 3])
})

story('nobody loses its own keys to a life of the future in its name', ({ start }) => {
  const cluster = start({ members: 3, seed: 642, options: { stateSyncIntervalMs: 0 } })
  cluster.set('b', 'mine', '1')
  cluster.run(seconds(1))
  const own = () => cluster.stats('b').own?.generation ?? 0
  const before = own()
  tell(cluster, { name: 'b', generation: Number.MAX_SAFE_INTEGER })
  tell(cluster, { name: 'b', generation: Math.floor(cluster.wallMs + DAY_MS) + 1 })
  expect([own(), refused(cluster, 'generation')]).toEqual([before, 2])
  // Within the day it is believed, and answered by a life above it.
  tell(cluster, { name: 'b', generation: before + 1000 })
  expect(own()).toBe(before + 1001)
  cluster.run(seconds(1))
  expect(cluster.held('a', 'b')).toEqual(['mine=1'])
})

story('there are two channels', ({ start }) => {
  const cluster = start({ members: 3, seed: 643, options: { stateSyncIntervalMs: 0 } })
  const value = Uint8Array.of(1)
  const flag = { key: 'fup\u0000', version: 1, kind: 'set', value, ttlMs: undefined } as const
  tell(cluster, { channel: 0 })
  tell(cluster, { channel: 1, entries: [flag] })
  expect(taken(cluster)).toBe(2)
  tell(cluster, { channel: 2 })
  tell(cluster, { channel: 16 })
  tell(cluster, { channel: Number.MAX_SAFE_INTEGER })
  expect([taken(cluster), refused(cluster, 'channel')]).toEqual([2, 3])
})

story('owners nobody knows are refused, however many, and passed on to nobody', ({ start }) => {
  const cluster = start({ members: 3, seed: 644, options: { stateSyncIntervalMs: 0 } })
  for (let at = 0; at < 2000; at++) tell(cluster, { name: `nobody-${at}` })
  expect([taken(cluster), refused(cluster, 'owner')]).toEqual([0, 2000])
  cluster.run(seconds(5))
  expect(cluster.counter('a', 'state_messages_received_total')).toBe(0)
  expect(cluster.population.seat('b').process.machine.state.nodes()).toEqual([])
})

story('values of up to 900 bytes travel by packet, larger ones over a stream', ({ start }) => {
  const cluster = start({ members: 2, seed: 645, options: { stateSyncIntervalMs: 0 } })
  const chunks = () => cluster.counter('a', 'state_chunks_sent_total')
  const sizes = () => cluster.held('b', 'a').map((row) => row.length - 'k='.length)
  cluster.set('a', 'k', new Uint8Array(900))
  cluster.run(seconds(1))
  expect([sizes(), chunks()]).toEqual([[900], 0])
  cluster.set('a', 'k', new Uint8Array(901))
  cluster.run(seconds(1))
  expect([sizes(), chunks()]).toEqual([[901], 1])
  cluster.set('a', 'k', new Uint8Array(65_536))
  cluster.run(seconds(1))
  expect([sizes(), chunks()]).toEqual([[65_536], 2])
})

story('from a mebibyte of our own on there is a warning, and not before', ({ start }) => {
  const cluster = start({ members: 1, seed: 646 })
  const warnings = () =>
    cluster
      .notices('a', 'log')
      .filter((notice) => notice.kind === 'log' && notice.message.includes('state is large'))
  for (let at = 0; at < 16; at++) cluster.set('a', `k${at + 10}`, new Uint8Array(65_533))
  expect(warnings()).toHaveLength(0)
  cluster.set('a', 'k10', new Uint8Array(65_534))
  expect(warnings()).toHaveLength(1)
})
