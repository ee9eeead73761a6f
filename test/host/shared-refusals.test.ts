// What applications hear of shared values: why something is refused, and what becomes of a node
// that others have given up.

import { describe, expect, test } from 'vitest'
import type { Notice, Outcome } from '../../src/core/index.ts'
import { codecs, type NodeEvent } from '../../src/index.ts'
import { simCluster } from '../../src/testing/index.ts'
import { all } from './apart.ts'
import { answering } from './fake-machine.ts'
import { settled, start, telling } from './fake-node.ts'

test('what is no name, key, number or option is refused with the reason', async () => {
  await using cluster = await simCluster({ nodes: 1, seed: 54 })
  const { state } = cluster.node('n1')
  const config = { code: 'HEARSAY_CONFIG' }
  for (const name of ['', 'a\u0000b', 'n'.repeat(129)]) {
    expect(() => state.map(name)).toThrow('name: 1 to 128 bytes')
  }
  await expect(state.map('m').set('', 1)).rejects.toMatchObject(config)
  await expect(state.map('m').set('k', undefined)).rejects.toMatchObject(config)
  await expect(state.map('m').set('k', Number.NaN)).rejects.toMatchObject(config)
  await expect(state.multi('m').set('k', [undefined])).rejects.toMatchObject(config)
  await expect(state.own.set('k', { load: Number.NaN })).rejects.toMatchObject(config)
  expect(state.map('m').get('k')).toBeUndefined()
  await expect(state.map('m').set('k', 1, { ttlMs: -1 })).rejects.toMatchObject(config)
  await expect(state.counter('c').add(0.5)).rejects.toMatchObject(config)
  await expect(state.max('x').offer(Number.NaN)).rejects.toMatchObject(config)
  await expect(state.flag('f').raise({ acks: 0 })).rejects.toMatchObject(config)
})

test('a value or a key that is too large hears how large it may be', async () => {
  await using cluster = await simCluster({ nodes: 1, seed: 56 })
  const { state } = cluster.node('n1')
  const text = codecs.text()
  const tooLarge = (...words: readonly string[]) => ({
    code: 'HEARSAY_TOO_LARGE',
    message: expect.stringMatching(words.join('.*')),
  })
  const value = 'v'.repeat(65_536)
  await state.map('m', { codec: text }).set('k', value)
  await state.own.set('k', value)
  const large = tooLarge('65537 bytes', 'value', '65536', 'its address')
  await expect(state.map('m', { codec: text }).set('k', `${value}v`)).rejects.toMatchObject(large)
  await expect(state.multi('m', { codec: text }).set('k', `${value}v`)).rejects.toMatchObject(large)
  await expect(state.own.set('k', `${value}v`)).rejects.toMatchObject(large)
  const key = 'k'.repeat(257)
  await expect(state.own.set(key, 1)).rejects.toMatchObject(
    tooLarge('257', 'key', '256', 'shorter'),
  )
  await expect(state.map('m').set(key, 1)).rejects.toMatchObject(
    tooLarge('257', 'key', '253', 'shorter'),
  )
  await expect(state.set('set').add(key)).rejects.toMatchObject(
    tooLarge('257', 'element', '251', 'shorter'),
  )
})

test.each(['\ud800', 'a\udfffb', 'b\ud83d'])(
  'half of a surrogate pair is no text: %j',
  async (half) => {
    await using cluster = await simCluster({ nodes: 1, seed: 55 })
    const { state } = cluster.node('n1')
    const refused = { code: 'HEARSAY_CONFIG', message: expect.stringContaining('surrogate') }
    expect(() => state.map(half)).toThrow('surrogate')
    await expect(state.map('m').set(half, 1)).rejects.toMatchObject(refused)
    await expect(state.set('s').add(half)).rejects.toMatchObject(refused)
    await expect(state.own.set(half, 'x')).rejects.toMatchObject(refused)
    await expect(state.own.set('k', half)).rejects.toMatchObject(refused)
    const texts = state.map('texts', { codec: codecs.text() })
    await expect(texts.set('k', half)).rejects.toMatchObject(refused)
    await state.map('m').set('k', half) // JSON has a way to say it.
    expect(state.map('m').get('k')).toBe(half)
    await state.own.set('\u{1f5e3}\ufffd', 'whole pairs are')
  },
)

test('a set has no empty element, and takes away one that somebody else put there', async () => {
  await using cluster = await simCluster({ nodes: 1, seed: 57 })
  const { state } = cluster.node('n1')
  const refused = {
    code: 'HEARSAY_CONFIG',
    message: expect.stringContaining('element: a text of 1'),
  }
  await expect(state.set('s').add('')).rejects.toMatchObject(refused)
  expect(await state.set('s').remove('')).toEqual({ acked: 1, needed: 1 })
})

describe('what the core says', () => {
  test('no becomes an error with a code and the next step', async () => {
    const outcomes: readonly Outcome[] = [
      { kind: 'clock-ahead', aheadMs: 90_000 },
      { kind: 'unheard', members: 3, aheadMs: 90_000 },
      { kind: 'unheard', members: 1, aheadMs: 50 * 3_600_000 },
      { kind: 'too-many' },
      { kind: 'too-many-deleted', deleted: 8000, waitingFor: ['n7', 'n8'] },
      { kind: 'too-many-deleted', deleted: 8000, waitingFor: [] },
      { kind: 'too-large', sizeBytes: 70_000, maxBytes: 65_536 },
      { kind: 'unannounced' },
    ]
    const left = [...outcomes]
    const { node } = start(
      answering(({ kind }) => (kind === 'state-put' ? left.shift() : undefined)),
    )
    const { map } = node.state
    const expected = [
      ['HEARSAY_CLOCK_AHEAD', '90 s ahead'],
      ['HEARSAY_CLOCK_AHEAD', 'since its clock is 90 s ahead of theirs; set it right'],
      ['HEARSAY_CLOCK_AHEAD', 'start this node anew, with another data folder if it has one'],
      ['HEARSAY_NO_ROOM', 'take another key'],
      [
        'HEARSAY_TOO_MANY_DELETED',
        '8000 deleted keys have to be remembered until all know of them',
      ],
      ['HEARSAY_TOO_MANY_DELETED', 'try again in a minute'],
      ['HEARSAY_TOO_LARGE', '70000 bytes'],
      ['HEARSAY_NOT_SHARING', 'use tags'],
    ] as const
    for (const [code, words] of expected) {
      await expect(map('m').set('k', 1)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      })
    }
  })

  test('of clocks and evictions becomes an event', async () => {
    const notices: readonly Notice[] = [
      { kind: 'clock-skew', node: 'b', aheadMs: 90_000 },
      { kind: 'evicted', node: 'b', generation: 7, reason: 'left', by: 'c' },
      { kind: 'resync', kept: 1, dropped: 2 },
    ]
    const { node, poke, clock } = start(telling(notices))
    const events: NodeEvent[] = []
    for (const kind of ['clock-skew', 'evicted', 'resync'] as const) {
      node.on(kind, (event) => events.push(event))
    }
    poke()
    await settled()
    clock.run(1)
    expect(events).toMatchObject(notices)
  })

  test('happens to a node that was away for too long', async () => {
    const options = { stateEvictAfterMs: 60_000 }
    await using cluster = await simCluster({ nodes: 4, seed: 55, options })
    const events: string[] = []
    for (const node of cluster.nodes) {
      node.on('evicted', (event) => events.push(`${node.name}: ${event.node} ${event.reason}`))
      node.on('resync', ({ kept }) => events.push(`${node.name}: resync, kept ${kept}`))
    }
    await cluster.node('n4').state.map('m').set('known', 1)
    await cluster.run(2000)
    cluster.partition(['n4'], { healMs: 400_000 })
    await cluster.node('n4').state.map('m').set('unknown', 1)
    await cluster.run(390_000)
    expect(events.sort()).toEqual(['n1', 'n2', 'n3'].map((name) => `${name}: n4 failed`))
    await cluster.run(120_000)
    expect(events).toContain('n4: resync, kept 1')
    const keys = all(cluster, ({ state }) =>
      state
        .map('m')
        .entries()
        .map(({ key }) => key),
    )
    expect(keys).toEqual(Array(4).fill(['known', 'unknown']))
  })
})
