// The ledger: what stands in it counts once all that was adopted before it is here, for as long
// as any adopter says so; hostile bytes are no entry.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KeyChange } from '../../../src/core/state/entry.ts'
import {
  closedKeyOf,
  decodeLedger,
  encodeLedger,
  Ledger,
  type LedgerEntry,
  ledgerKeyOf,
  mergeLedger,
} from '../../../src/core/state/ledger.ts'
import { placeOf } from '../../../src/core/state/place.ts'
import { Store, type Stream } from '../../../src/core/state/store.ts'

const ENTRY: LedgerEntry = { name: 'gone', generation: 7, upTo: 40, atMs: 1000 }
const CLOSED = closedKeyOf(ENTRY)

/** A shared stream of an adopter, with so many versions. */
function streamOf(name: string, base: number): Stream {
  const limits = {
    ...{ streamKeysMax: 9, streamBytesMax: 999, streamsMax: 9 },
    ...{ keysMax: 9, bytesMax: 999, islandsMax: 9 },
  }
  const store = new Store(limits)
  const stream = store.open({ name, generation: 1, channel: 1 }, 0)
  for (let i = 0; i < base; i++) store.update(stream, (replica) => replica.write(undefined, 0))
  return stream
}

function noted(entry: LedgerEntry, version: number): KeyChange {
  return { kind: 'set', key: ledgerKeyOf(entry), version, value: encodeLedger(entry) }
}

const forgotten: KeyChange = {
  kind: 'delete',
  key: ledgerKeyOf(ENTRY),
  version: 99,
  value: new Uint8Array(0),
}

describe('an entry', () => {
  test('counts once its adopter is held up to it', () => {
    const ledger = new Ledger()
    const early = streamOf('x', 4)
    expect(ledger.follow(early, [noted(ENTRY, 5)])).toEqual([])
    expect([ledger.isClosed(CLOSED), ledger.size]).toEqual([false, 0])
    early.replica.write(undefined, 0)
    expect(ledger.follow(early, [])).toEqual([ENTRY])
    expect(ledger.isClosed(CLOSED)).toBe(true)
    expect(ledger.isClosedPlace(placeOf(CLOSED))).toBe(true)
    expect(ledger.follow(early, [])).toEqual([])
  })

  test('names the newest life of a member that is over, for as long as it counts', () => {
    const ledger = new Ledger()
    const [x, y] = [streamOf('x', 9), streamOf('y', 9)]
    expect(ledger.lastOf('gone')).toBeUndefined()
    ledger.follow(x, [noted({ ...ENTRY, generation: 3, upTo: 5 }, 4), noted(ENTRY, 5)])
    ledger.follow(y, [noted({ ...ENTRY, upTo: 44 }, 6)])
    expect(ledger.lastOf('gone')).toEqual({ generation: 7, base: 44 })
    expect(ledger.holdersOf(CLOSED)).toEqual(new Set([x.key, y.key]))
    for (const stream of [x, y]) ledger.follow(stream, [forgotten])
    expect(ledger.lastOf('gone')).toEqual({ generation: 3, base: 5 })
    expect(ledger.lastOf('other')).toBeUndefined()
  })

  test('holds while one of several adopters says so, up to the greatest version', () => {
    const ledger = new Ledger()
    const [x, y] = [streamOf('x', 9), streamOf('y', 9)]
    ledger.follow(x, [noted(ENTRY, 5)])
    ledger.follow(y, [noted({ ...ENTRY, upTo: 44 }, 6)])
    expect(ledger.upTo(CLOSED)).toBe(44)
    ledger.follow(y, [forgotten])
    expect(ledger.upTo(CLOSED)).toBe(40)
    ledger.follow(x, [forgotten])
    expect([ledger.upTo(CLOSED), ledger.isClosed(CLOSED)]).toEqual([undefined, false])
    expect(ledger.isClosedPlace(placeOf(CLOSED))).toBe(false)
  })

  test('comes to the same however entries are merged', () => {
    const entry = fc.record({ upTo: fc.nat(), atMs: fc.nat() })
    fc.assert(
      fc.property(entry, entry, entry, (...all) => {
        const [one, two, three] = all.map((part) => ({ ...ENTRY, ...part }))
        if (!one || !two || !three) return
        expect(mergeLedger(one, two)).toEqual(mergeLedger(two, one))
        expect(mergeLedger(one, one)).toEqual(one)
        expect(mergeLedger(mergeLedger(one, two), three)).toEqual(
          mergeLedger(one, mergeLedger(two, three)),
        )
      }),
    )
  })

  test('comes back from its bytes, and nothing else does', () => {
    const key = ledgerKeyOf(ENTRY)
    const bytes = encodeLedger(ENTRY)
    expect(decodeLedger(key, bytes)).toEqual(ENTRY)
    expect(decodeLedger(ledgerKeyOf({ ...ENTRY, generation: 8 }), bytes)).toBeUndefined()
    for (let at = 0; at < bytes.length; at++) {
      expect(decodeLedger(key, bytes.subarray(0, at))).toBeUndefined()
    }
    fc.assert(
      fc.property(fc.uint8Array(), (junk) => {
        expect(decodeLedger(key, junk)).toBeUndefined()
      }),
    )
  })
})
