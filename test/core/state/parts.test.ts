// The smaller parts: what is being told, what two stores compare, what the owner makes of its
// writes, and who has said that he holds them.

import { describe, expect, test } from 'vitest'
import {
  compare,
  fingerprintsOf,
  partOf,
  recordOf,
  sameFingerprint,
  sixteenthOf,
  streamsIn,
  WHOLE_SPACE,
} from '../../../src/core/state/digest.ts'
import { Acknowledged } from '../../../src/core/state/known.ts'
import { Owned } from '../../../src/core/state/owned.ts'
import { Reached } from '../../../src/core/state/reached.ts'
import { RumorPool } from '../../../src/core/state/rumor-pool.ts'
import { Store } from '../../../src/core/state/store.ts'
import { streamKeyOf } from '../../../src/core/state/stream-id.ts'
import type { Segment } from '../../../src/core/wire/state-parts.ts'

const LIMITS = {
  streamKeysMax: 99,
  streamBytesMax: 9999,
  streamsMax: 999,
  keysMax: 999,
  bytesMax: 99_999,
  islandsMax: 99,
}

function segment(name: string, above: number, upTo: number, generation = 1): Segment {
  const entries = [
    { key: 'k', version: upTo, kind: 'set', value: Uint8Array.of(upTo), ttlMs: undefined } as const,
  ]
  return {
    name,
    generation,
    channel: 0,
    gcFloor: 0,
    whole: false,
    above,
    upTo,
    islands: [],
    entries,
  }
}

function storeOf(...names: readonly string[]): Store {
  const store = new Store(LIMITS)
  for (const name of names) store.admit(segment(name, 0, 1), 0)
  return store
}

describe('what is being told', () => {
  const heard = { sizeBytes: 100, atMs: 0, toAll: false, source: 'b' }
  const told = (pool: RumorPool) =>
    pool.items.map(({ segment: { name, upTo } }) => `${name}${upTo}`)

  const holders = (pool: RumorPool) =>
    pool.items.map(({ reached }) =>
      ['b', 'c', 'd'].filter((name) => reached.isConfirmed(name)).join(' '),
    )

  test('gives way to what makes it needless: the same from as far back, or a newer life', () => {
    const pool = new RumorPool()
    pool.add(segment('a', 3, 4), heard)
    pool.add(segment('a', 4, 5), heard)
    pool.add(segment('b', 3, 4), heard)
    expect(told(pool)).toEqual(['a4', 'a5', 'b4'])
    pool.add(segment('a', 3, 6), heard)
    expect(told(pool)).toEqual(['b4', 'a6'])
    pool.add(segment('b', 0, 1, 2), heard)
    expect(told(pool)).toEqual(['a6', 'b1'])
  })

  test('knows who told us of it, and ends when it is said to be enough', () => {
    const pool = new RumorPool()
    for (const upTo of [2, 4]) pool.add(segment('a', upTo - 1, upTo), heard)
    pool.echo(segment('a', 1, 2), 'c')
    pool.echo(segment('a', 1, 4), 'd')
    expect(pool.items.map(({ echoes }) => echoes)).toEqual([1, 0])
    expect(holders(pool)).toEqual(['b c', 'b'])
    pool.drop(({ echoes }) => echoes > 0)
    expect(told(pool)).toEqual(['a4'])
    pool.drop(() => true)
    expect([told(pool), pool.size, pool.bytes]).toEqual([[], 0, 0])
  })

  test('knows who holds it by how far they say they hold the stream', () => {
    const pool = new RumorPool()
    for (const upTo of [2, 4]) pool.add(segment('a', upTo - 1, upTo), heard)
    const key = streamKeyOf(segment('a', 1, 2))
    pool.confirm(key, { generation: 1, base: 3 }, 'c')
    pool.confirm(key, { generation: 7, base: 9 }, 'd')
    expect(holders(pool)).toEqual(['b c', 'b'])
  })

  test('tells those who were told from those who have it', () => {
    const reached = new Reached('b')
    reached.tell('c', 5)
    reached.tell('b', 5)
    expect(['b', 'c', 'd'].map((name) => reached.has(name))).toEqual([true, true, false])
    expect(['b', 'c', 'd'].map((name) => reached.isConfirmed(name))).toEqual([true, false, false])
    expect(reached.toldMs('c')).toBe(5)
    reached.confirm('c')
    reached.tell('c', 9)
    expect(reached.isConfirmed('c')).toBe(true)
  })

  test('begins with what was told least', () => {
    const pool = new RumorPool()
    for (const name of ['a', 'b', 'c']) pool.add(segment(name, 0, 1), heard)
    pool.items.forEach((item, at) => {
      item.sends = 3 - at
    })
    expect(told(pool)).toEqual(['c1', 'b1', 'a1'])
  })

  test('is at most 1 024 segments and 1 MiB, the oldest first', () => {
    const pool = new RumorPool()
    for (let i = 0; i < 1100; i++) pool.add(segment(`m${i}`, 0, 1), heard)
    expect([pool.size, told(pool)[0]]).toEqual([1024, 'm761'])
    for (let i = 0; i < 5; i++)
      pool.add(segment(`large${i}`, 0, 1), { ...heard, sizeBytes: 400_000 })
    expect(pool.bytes).toBeLessThanOrEqual(1_048_576)
  })
})

describe('what is compared', () => {
  const names = Array.from({ length: 300 }, (_, i) => `member-${i}`)

  test('is equal for equal stores, whatever the order, and differs where they differ', () => {
    const [one, other] = [storeOf(...names), storeOf(...[...names].reverse())]
    const differing = (salt: number) => {
      const [ours, theirs] = [one, other].map((store) => fingerprintsOf(store, WHOLE_SPACE, salt))
      return [...Array(16).keys()].filter((at) => !sameFingerprint(ours?.[at], theirs?.[at]))
    }
    expect(differing(7)).toEqual([])
    const { stream } = changed(other, 'member-42')
    expect(differing(7)).toEqual([sixteenthOf(stream.place)])
    expect(differing(8)).toEqual([sixteenthOf(stream.place)])
  })

  function changed(store: Store, name: string) {
    const admission = store.admit(segment(name, 1, 2), 0)
    if (admission.kind !== 'taken') throw new Error('it is taken')
    return admission
  }

  test('falls into ranges without gaps or doubles', () => {
    const store = storeOf(...names)
    const parts = [...Array(16).keys()].map((index) => partOf(WHOLE_SPACE, index))
    const inParts = parts.flatMap((range) => streamsIn(store, range))
    expect(inParts).toEqual(store.streams)
    const deeper = parts.flatMap((range) =>
      [...Array(16).keys()].flatMap((index) => streamsIn(store, partOf(range, index))),
    )
    expect(deeper).toEqual(store.streams)
  })

  test('tells who lacks what', () => {
    const store = storeOf('a')
    const { stream } = changed(store, 'a')
    const record = recordOf(stream, 0)
    const against = (differs: Partial<typeof record>) => compare(stream, { ...record, ...differs })
    expect(against({})).toEqual({ weLack: false, theyLack: false })
    expect(against({ base: 1 })).toEqual({ weLack: false, theyLack: true })
    expect(against({ base: 3 })).toEqual({ weLack: true, theyLack: false })
    expect(against({ generation: 2, base: 0 })).toEqual({ weLack: true, theyLack: false })
    expect(against({ generation: 0, base: 9 })).toEqual({ weLack: false, theyLack: true })
    expect(against({ gcFloor: 1 })).toEqual({ weLack: true, theyLack: false })
    expect(against({ fringe: 5 })).toEqual({ weLack: true, theyLack: false })
  })
})

describe('the owner', () => {
  const open = () => new Owned(storeOf().open({ name: 'self', generation: 1, channel: 0 }, 0))
  const set = (owned: Owned, key: string, text: string) =>
    owned.set({ key, value: Uint8Array.from(text, (c) => c.charCodeAt(0)), ttlMs: undefined }, 0)

  test('writes nothing where nothing changes', () => {
    const owned = open()
    expect(set(owned, 'k', 'x')).toHaveLength(1)
    expect(set(owned, 'k', 'x')).toEqual([])
    expect(owned.delete('other', 0)).toEqual([])
    expect(owned.stream.replica.base).toBe(1)
  })

  test('bridges what it has overwritten, from the newest key it left alone', () => {
    const owned = open()
    set(owned, 'still', '1')
    for (let i = 0; i < 100; i++) set(owned, 'hot', `${i}`)
    owned.takeSegment(0)
    set(owned, 'hot', 'last')
    expect(owned.hasUntold).toBe(true)
    expect(owned.takeSegment(0)).toMatchObject({ above: 1, upTo: 102, entries: [{ key: 'hot' }] })
    expect(owned.hasUntold).toBe(false)
  })

  test('forgets what all have said they hold, in this life', () => {
    const owned = open()
    set(owned, 'k', 'x')
    owned.delete('k', 0)
    const known = new Acknowledged()
    known.note('b', 1, 2)
    known.note('c', 7, 9)
    expect(owned.collect(['b', 'c'], known)).toBe(false)
    known.note('c', 1, 1)
    expect(owned.collect(['b', 'c'], known)).toBe(true)
    expect([owned.stream.replica.gcFloor, owned.stream.replica.graves]).toEqual([1, 1])
    known.note('c', 1, 2)
    expect(owned.collect(['b', 'c'], known)).toBe(true)
    expect([owned.stream.replica.gcFloor, owned.stream.replica.size]).toEqual([2, 0])
    known.forget('b')
    expect(known.of('b', 1)).toBe(0)
  })
})
