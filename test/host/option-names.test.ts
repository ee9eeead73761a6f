// Options that there are not: every call of replicated state refuses them, in JavaScript too.

import { describe, expect, test } from 'vitest'
import { unknownOption } from '../../src/host/index.ts'
import { simCluster } from '../../src/testing/index.ts'

/** Calls as JavaScript does, where nobody checks types. */
async function problemOf(owner: object, name: string, ...given: readonly unknown[]) {
  try {
    await Reflect.apply(Reflect.get(owner, name), owner, given)
    return undefined
  } catch (error) {
    expect(error).toMatchObject({ code: 'HEARSAY_CONFIG' })
    return error instanceof Error ? error.message : ''
  }
}

describe('an option that there is not', () => {
  test('is refused by every write, and nothing is written', async () => {
    await using cluster = await simCluster({ nodes: 1, seed: 71 })
    const { state } = cluster.node('n1')
    const map = state.map('m')
    const noTtl = 'ttl: no such option; ttlMs?'
    expect(await problemOf(map, 'set', 'k', 1, { ttl: 5 })).toContain(noTtl)
    expect(await problemOf(map, 'update', 'k', () => 1, { ttl: 5 })).toContain(noTtl)
    expect(await problemOf(map, 'update', 'k', () => undefined, { ttl: 5 })).toContain(noTtl)
    expect(await problemOf(state.own, 'set', 'k', 'v', { ttl: 5 })).toContain(noTtl)
    const own = await problemOf(state.own, 'set', 'k', 'v', { lease: true })
    expect(own).toBe('lease: no such option (there are ttlMs, acks, timeoutMs)')
    const calls = [
      [map, 'delete', 'k'],
      [state.own, 'delete', 'k'],
      [state.multi('m'), 'set', 'k', 1],
      [state.multi('m'), 'delete', 'k'],
      [state.custom('c', { merge: Math.max }), 'merge', 'k', 1],
      [state.counter('c'), 'add', 1],
      [state.flag('f'), 'raise'],
      [state.max('x'), 'offer', 1],
      [state.min('x'), 'offer', 1],
      [state.set('s'), 'add', 'e'],
      [state.set('s'), 'remove', 'e'],
    ] as const
    for (const [owner, name, ...given] of calls) {
      const problem = await problemOf(owner, name, ...given, { ack: 1 })
      expect(problem).toBe('ack: no such option; acks? (there are acks, timeoutMs)')
    }
    expect([state.stats().keys, state.stats().sharedKeys]).toEqual([0, 0])
    await map.set('k', 1, { ttlMs: 5000, lease: true, acks: 1, timeoutMs: 10 })
    expect(map.get('k')).toBe(1)
  })

  test('is refused by handles, watches and waits', async () => {
    await using cluster = await simCluster({ nodes: 1, seed: 72 })
    const { state } = cluster.node('n1')
    expect(await problemOf(state, 'map', 'm', { ttl: 5 })).toContain('ttlMs?')
    expect(await problemOf(state, 'multi', 'm', { ttlMs: 5 })).toContain('there are codec')
    expect(await problemOf(state, 'custom', 'c', { merge: Math.max, sample: [] })).toContain(
      'samples?',
    )
    expect(await problemOf(state, 'watch', { nodes: 'n1' })).toContain('node?')
    expect(await problemOf(state.map('m'), 'watch', { node: 'n1' })).toContain('prefix, initial')
    expect(await problemOf(state, 'sync', { peer: 1 })).toContain('peers?')
    expect(await problemOf(state, 'ready', { key: [] })).toContain('keys?')
  })
})

test('the known one that may be meant is named, whatever its case and ending', () => {
  expect(unknownOption('TTLMS', ['ttlMs'])).toBe('TTLMS: no such option; ttlMs?')
  expect(unknownOption('timeout', ['acks', 'timeoutMs'])).toContain('timeoutMs?')
  expect(unknownOption('x', ['acks'])).toBe('x: no such option')
})
