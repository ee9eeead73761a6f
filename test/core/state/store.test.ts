// All streams together: which life of an owner counts, what there is room for (at a limit,
// over it, far over it), and that the sums stay right whatever happens.

import { describe, expect, test } from 'vitest'
import { placeOf } from '../../../src/core/state/place.ts'
import { Store, type StoreLimits } from '../../../src/core/state/store.ts'
import type { Segment, StateEntry } from '../../../src/core/wire/state-parts.ts'

const LIMITS: StoreLimits = {
  streamKeysMax: 4,
  streamBytesMax: 100,
  streamsMax: 3,
  keysMax: 8,
  bytesMax: 150,
  islandsMax: 9,
}

/** A whole stream of `keys` with values of `sizeBytes`, up to version `keys.length`. */
function segmentOf(
  name: string,
  keys: readonly string[],
  {
    sizeBytes = 1,
    generation = 1,
  }: { readonly sizeBytes?: number; readonly generation?: number } = {},
): Segment {
  const entries: readonly StateEntry[] = keys.map((key, at) => ({
    key,
    version: at + 1,
    kind: 'set',
    value: new Uint8Array(sizeBytes),
    ttlMs: undefined,
  }))
  const range = { above: 0, upTo: keys.length, gcFloor: 0, whole: true, islands: [] }
  return { name, generation, channel: 0, ...range, entries }
}

const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`)

/** What came of a segment, and the sums after it. */
function admit(store: Store, segment: Segment): string {
  const admission = store.admit(segment, 0)
  const what = admission.kind === 'full' ? `full ${admission.what}` : admission.kind
  return `${what}: ${store.size} streams, ${store.keys} keys, ${store.bytes} bytes`
}

describe('lives', () => {
  test('a newer life takes the place of an older one, whatever its versions', () => {
    const store = new Store(LIMITS)
    admit(store, segmentOf('a', ['old', 'kept'], { generation: 5 }))
    const admission = store.admit(segmentOf('a', ['kept'], { generation: 6 }), 0)
    if (admission.kind !== 'taken') throw new Error('it is taken')
    expect(admission.changes.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      'delete old',
      'set kept',
    ])
    expect(admit(store, segmentOf('a', ['x'], { generation: 5 }))).toMatch(/^outdated: 1 streams/)
  })
})

describe('room', () => {
  test.each([
    ['keys of a stream', segmentOf('a', keys(4)), 'taken', segmentOf('a', keys(5)), 'stream-keys'],
    [
      'far too many keys',
      segmentOf('a', keys(4)),
      'taken',
      segmentOf('b', keys(900)),
      'stream-keys',
    ],
    [
      'bytes of a stream',
      segmentOf('a', ['k0'], { sizeBytes: 98 }),
      'taken',
      segmentOf('b', ['k0'], { sizeBytes: 99 }),
      'stream-bytes',
    ],
    [
      'far too many bytes',
      segmentOf('a', ['k0'], { sizeBytes: 98 }),
      'taken',
      segmentOf('b', ['k0'], { sizeBytes: 60_000 }),
      'stream-bytes',
    ],
    [
      'bytes in all',
      segmentOf('a', ['k0'], { sizeBytes: 98 }),
      'taken',
      segmentOf('b', ['k0'], { sizeBytes: 49 }),
      'bytes',
    ],
  ])('for %s ends at the limit', (_what, fits, first, over, what) => {
    const store = new Store(LIMITS)
    expect(admit(store, fits)).toContain(`${first}: `)
    const before = [store.keys, store.bytes]
    const after = admit(store, over)
    expect(after).toBe(`full ${what}: 1 streams, ${before[0]} keys, ${before[1]} bytes`)
  })

  test('for streams and keys in all ends at the limit', () => {
    const store = new Store(LIMITS)
    for (const name of ['a', 'b']) expect(admit(store, segmentOf(name, keys(4)))).toMatch(/^taken/)
    expect(admit(store, segmentOf('c', keys(1)))).toMatch(/^full keys: 2 streams, 8 keys/)
    expect(admit(store, segmentOf('c', []))).toMatch(/^taken: 3 streams/)
    expect(admit(store, segmentOf('d', []))).toMatch(/^full streams: 3 streams/)
  })

  test('comes back when somebody is forgotten', () => {
    const store = new Store(LIMITS)
    for (const name of ['a', 'b']) admit(store, segmentOf(name, keys(4)))
    expect(store.drop('a')).toHaveLength(4)
    expect(admit(store, segmentOf('c', keys(4)))).toBe('taken: 2 streams, 8 keys, 24 bytes')
    store.drop('b')
    store.drop('c')
    expect([store.size, store.keys, store.bytes]).toEqual([0, 0, 0])
  })

  test('that is not there is not asked for again within a minute, unless it is welcome', () => {
    const store = new Store(LIMITS)
    store.admit(segmentOf('a', keys(5)), 0)
    expect(store.isUnwanted(placeOf('a'), 59_999)).toBe(true)
    expect(store.isUnwanted(placeOf('a'), 60_000)).toBe(false)
    expect(store.isUnwanted(placeOf('b'), 0)).toBe(false)
    expect(store.unwanted(59_999)).toEqual([placeOf('a')])
    expect(store.unwanted(60_000)).toEqual([])
    store.refuse('b', 0)
    store.welcome('b')
    expect(store.unwanted(0)).toEqual([])
    for (let i = 0; i < 10_000; i++) store.refuse(`invented-${i}`, 0)
    expect(store.unwanted(0).length).toBeLessThanOrEqual(256)
  })
})

test('keys end in the order of their times, once', () => {
  const store = new Store(LIMITS)
  const segment = segmentOf('a', ['late', 'early', 'ever'])
  const ttls = [200, 100, undefined]
  const entries = segment.entries.map((entry, at) => ({ ...entry, ttlMs: ttls[at] }))
  store.admit({ ...segment, entries }, 1000)
  expect(store.nextExpiryMs).toBe(1100)
  expect(store.expireNext(1099)).toBeUndefined()
  expect(store.expireNext(1300)?.change.key).toBe('early')
  expect(store.expireNext(1300)?.change.key).toBe('late')
  expect(store.expireNext(9999)).toBeUndefined()
  expect([store.nextExpiryMs, store.keys]).toEqual([Number.POSITIVE_INFINITY, 3])
})
