// What is being fetched: how many at a time, what goes on after a break, and what is void.

import { describe, expect, test } from 'vitest'
import { Pulls } from '../../../src/core/state/pulls.ts'
import type { Segment, StateEntry } from '../../../src/core/wire/state-parts.ts'

const pull = { mask: 1, spreads: false, piecesLeft: 9 }

function entry(key: string, version: number, sizeBytes = 1): StateEntry {
  return { key, version, kind: 'set', value: new Uint8Array(sizeBytes), ttlMs: undefined }
}

function part(entries: readonly StateEntry[], changes: Partial<Segment> = {}): Segment {
  const range = { above: 0, upTo: 9, gcFloor: 0, whole: true, islands: [] }
  return { name: 'owner', generation: 1, channel: 0, ...range, entries, ...changes }
}

describe('pulls', () => {
  test('run two at a time, one from each member', () => {
    const pulls = new Pulls()
    expect(['b', 'b', 'c', 'd'].map((name) => pulls.begin(name, pull))).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(pulls.end('b')).toEqual(pull)
    expect(pulls.begin('d', pull)).toBe(true)
    expect(pulls.end('nobody')).toBeUndefined()
  })
})

describe('a stream in parts', () => {
  test('goes on after a break, and is complete with its last part', () => {
    const pulls = new Pulls()
    expect(pulls.resume('b', 0)).toBeUndefined()
    pulls.stage('b', part([entry('x', 1), entry('y', 2)]), { goesOn: false, nowMs: 0 })
    expect(pulls.resume('b', 299_999)).toMatchObject({ generation: 1, above: 0, after: 2 })
    pulls.stage('b', part([entry('z', 5)]), { goesOn: true, nowMs: 1 })
    const whole = pulls.complete('b', part([entry('x', 8)], { upTo: 12 }))
    // The later version of a key is the one that counts, in its place.
    expect(whole?.entries.map(({ key, version }) => `${key}${version}`)).toEqual(['y2', 'z5', 'x8'])
    // It says no more than its first part did: what came in later lies above that.
    expect(whole?.upTo).toBe(9)
    expect(pulls.resume('b', 1)).toBeUndefined()
  })

  test('is void five minutes later, and when something was forgotten meanwhile', () => {
    const pulls = new Pulls()
    pulls.stage('b', part([entry('x', 1)]), { goesOn: false, nowMs: 0 })
    expect(pulls.resume('b', 300_001)).toBeUndefined()
    for (const changes of [
      { gcFloor: 3 },
      { generation: 2 },
      { name: 'other' },
      { above: 1 },
      { upTo: 8 },
    ]) {
      pulls.stage('b', part([entry('x', 1)]), { goesOn: false, nowMs: 0 })
      expect(pulls.complete('b', part([entry('y', 2)], changes))).toBeUndefined()
    }
  })

  test('is not kept beyond 12 MiB, nor of more than two members', () => {
    const pulls = new Pulls()
    // Keys of one letter and values of 65 535 bytes: 192 of them are 12 MiB.
    const large = Array.from({ length: 192 }, (_, i) =>
      entry(String.fromCharCode(200 + i), i + 1, 65_535),
    )
    const staged = (entries: readonly StateEntry[]) => {
      pulls.stage('b', part(entries), { goesOn: false, nowMs: 0 })
      return pulls.resume('b', 0) !== undefined
    }
    expect(staged(large)).toBe(true)
    expect(staged([...large, entry('x', 900, 0)])).toBe(false)
    expect(staged([...large, ...large.map((one, i) => ({ ...one, key: `f${i}` }))])).toBe(false)
    for (const name of ['c', 'd', 'e']) {
      pulls.stage(name, part([entry('x', 1)]), { goesOn: false, nowMs: 0 })
    }
    expect(['c', 'd', 'e'].map((name) => pulls.resume(name, 0) !== undefined)).toEqual([
      false,
      true,
      true,
    ])
  })
})
