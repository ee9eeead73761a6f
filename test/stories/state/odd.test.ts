// Circumstances that are not the usual ones: owners that die in the middle, tiny packets, keys
// and labels, clocks that went back, and forged messages.

import { expect } from 'vitest'
import type { Address } from '../../../src/core/index.ts'
import { crc32 } from '../../../src/core/wire/crc32.ts'
import {
  encodeItem,
  encodeMessage,
  encodeRumor,
  encodeSegment,
  encodeSync,
  type Segment,
} from '../../../src/core/wire/index.ts'
import type { Cluster } from '../../../src/sim/index.ts'
import { wordTo } from '../../core/word.ts'
import { minutes, seconds, story } from '../story.ts'

story('what a member wrote before it died, its survivors agree on', ({ start }) => {
  const cluster = start({ members: 8, seed: 441 })
  cluster.lose(0.5)
  for (let i = 0; i < 40; i++) {
    cluster.set('a', `key-${i % 15}`, `${i}`)
    cluster.run(10)
  }
  cluster.crash('a')
  cluster.run(seconds(1))
  cluster.lose(0)
  cluster.run(seconds(15))
  const [first = '', ...others] = cluster.living()
  expect(cluster.held(first, 'a').length).toBeGreaterThan(10)
  for (const id of others) expect(cluster.held(id, 'a')).toEqual(cluster.held(first, 'a'))
})

story('packets of 512 bytes carry it, sealed and labelled', ({ start }) => {
  const cluster = start({
    members: 6,
    seed: 442,
    options: { packetBytesMax: 512, keyring: [new Uint8Array(16).fill(3)], label: 'shop' },
  })
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
    for (let i = 0; i < 10; i++) cluster.set(id, `key-${i}`, 'x'.repeat(60 * i))
  }
  cluster.run(seconds(10))
  for (const id of cluster.living()) {
    for (const owner of cluster.living()) expect(cluster.held(id, owner)).toHaveLength(10)
  }
})

story('a restart with the clock set back a day still counts as the newer life', ({ start }) => {
  const cluster = start({ members: 4, seed: 443 })
  cluster.set('a', 'k', 'before')
  cluster.run(seconds(1))
  cluster.crash('a')
  cluster.restart('a')
  cluster.jumpWall(['a'], -minutes(60 * 24))
  cluster.set('a', 'k', 'after')
  cluster.join('a', 'b')
  cluster.settle()
  cluster.run(seconds(5))
  for (const id of cluster.living()) expect(cluster.held(id, 'a')).toEqual(['k=after'])
})

story('keys end everywhere, and what was under them does not come back', ({ start }) => {
  const cluster = start({ members: 5, seed: 444 })
  cluster.set('a', 'k', 'for ever')
  cluster.run(seconds(2))
  cluster.partition(['a', 'b', 'c', 'd'], ['e'])
  cluster.set('a', 'k', 'a while', 5000)
  cluster.run(seconds(2))
  expect(cluster.held('d', 'a')).toEqual(['k=a while'])
  cluster.run(minutes(3))
  expect(cluster.held('d', 'a')).toEqual([])
  expect(cluster.held('e', 'a')).toEqual(['k=for ever'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(5))
  for (const id of cluster.living()) expect(cluster.held(id, 'a')).toEqual([])
})

story('forged state changes nothing', ({ start }) => {
  const cluster = start({ members: 3, seed: 445 })
  cluster.set('a', 'k', 'true')
  cluster.run(seconds(1))
  const { generation = 0 } = cluster.stats('a').own ?? {}
  forge(cluster, cluster.stranger().address, { name: 'a', generation: generation + 1 })
  expect(cluster.counter('b', 'rx_drop_stranger_total')).toBe(1)
  const from = cluster.address('c')
  forge(cluster, from, { name: 'nobody', generation })
  forge(cluster, from, { name: 'c', generation: generation + 48 * 3_600_000 })
  forge(cluster, from, { name: 'c', generation, channel: 2 })
  forge(cluster, from, { name: 'a', generation: generation - 1 })
  for (const reason of ['owner', 'generation', 'channel', 'outdated']) {
    expect(cluster.counter('b', `rx_drop_state_${reason}_total`)).toBe(1)
  }
  cluster.run(seconds(5))
  expect(cluster.held('b', 'a')).toEqual(['k=true'])
  expect(cluster.population.seat('b').process.machine.state.nodes()).toEqual(['a'])
})

/** Hands b a rumor in somebody's name. */
function forge(
  cluster: Cluster,
  from: Address,
  about: Pick<Segment, 'name' | 'generation'> & { readonly channel?: number },
): void {
  const value = Uint8Array.of(1)
  const segment: Segment = {
    channel: 0,
    ...about,
    above: 0,
    upTo: 99,
    gcFloor: 0,
    whole: false,
    islands: [],
    entries: [{ key: 'k', version: 99, kind: 'set', value, ttlMs: undefined }],
  }
  const payload = encodeRumor([encodeSegment(segment)], [])
  const bytes = encodeMessage({ kind: 'user', payload })
  cluster.network.deliver({ from, to: cluster.address('b'), bytes })
}

story('a flood of comparisons is answered at its pace, and hurts nobody', ({ start }) => {
  const cluster = start({ members: 4, seed: 446 })
  for (const id of cluster.living()) cluster.set(id, 'k', id)
  cluster.run(seconds(5))
  const everything = encodeItem({ kind: 'ask', range: { depth: 0, prefix: 0 } })
  const head = { hops: 0, salt: 1, equalMask: 0, pullMask: 0, acknowledged: wordTo('b') }
  const payload = encodeSync(
    head,
    Array.from({ length: 200 }, () => everything),
  )
  const before = cluster.counter('b', 'state_bytes_sent_total')
  for (let i = 0; i < 1000; i++) {
    const bytes = encodeMessage({ kind: 'user', payload })
    cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes })
  }
  // A hundred answers with the four records once each, and not two hundred times.
  expect(cluster.counter('b', 'state_bytes_sent_total') - before).toBeLessThan(100 * 150)
  expect(cluster.counter('b', 'rx_drop_state_answers_total')).toBeGreaterThan(890)
  cluster.set('a', 'k', 'later')
  cluster.run(seconds(5))
  for (const id of cluster.living()) expect(cluster.held(id, 'a')).toEqual(['k=later'])
})

story('who sends much that makes no sense is not read for a minute', ({ start }) => {
  const cluster = start({ members: 3, seed: 447, options: { stateSyncIntervalMs: 0 } })
  const garble = (count: number) => {
    for (let i = 0; i < count; i++) {
      // A rumor of five segments, and none of them there; its checksum is right.
      const body = Uint8Array.of(0xe7, 0x11, 0, 5)
      const sum = crc32(body)
      const payload = Uint8Array.of(...body, sum >>> 24, sum >>> 16, sum >>> 8, sum)
      const bytes = encodeMessage({ kind: 'user', payload })
      cluster.network.deliver({ from: cluster.address('c'), to: cluster.address('b'), bytes })
    }
  }
  garble(19)
  cluster.run(seconds(61))
  garble(19)
  cluster.set('c', 'before', 'x')
  cluster.run(seconds(1))
  expect(cluster.held('b', 'c')).toEqual(['before=x'])
  garble(1)
  cluster.set('c', 'meanwhile', 'x')
  cluster.set('a', 'other', 'x')
  cluster.run(seconds(1))
  expect(cluster.counter('b', 'state_ignored_members_total')).toBe(1)
  expect(cluster.counter('b', 'rx_drop_state_ignored_total')).toBeGreaterThan(0)
  expect(cluster.held('b', 'a')).toEqual(['other=x'])
  cluster.run(seconds(60))
  cluster.set('c', 'after', 'x')
  cluster.run(seconds(1))
  expect(cluster.held('b', 'c')).toContain('after=x')
})
