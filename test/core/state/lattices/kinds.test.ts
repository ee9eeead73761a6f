// What each kind of shared value means, worked by hand.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../../../src/core/base/text.ts'
import {
  applyOp,
  type LatticeKind,
  Lattices,
  leaseHolder,
  type SlotContext,
  type SlotOp,
  withoutLease,
} from '../../../../src/core/state/lattices/index.ts'
import { latticeOf, World } from './world.ts'

const bytes = (...items: readonly number[]) => Uint8Array.of(...items)

/** A writer whose slots are merged by hand: nothing is shared but what a test hands over. */
function writer(kind: LatticeKind, name: string) {
  const lattice = latticeOf(kind)
  let own: Uint8Array | undefined
  let joined: Uint8Array | undefined
  return {
    do(op: SlotOp, context: Partial<SlotContext> = {}) {
      const stamp = { ms: 1000, counter: 0 }
      const actor = { name, generation: 1 }
      const applied = applyOp(lattice, op, {
        ...{ own, joined, actor, dot: 1, stamp, wallMs: 0 },
        ...context,
      })
      if (applied.kind !== 'slot') return applied.kind
      own = applied.bytes
      joined = joined === undefined ? own : lattice.merge(joined, own)
      return applied.kind
    },
    get slot() {
      if (own === undefined) throw new Error('nothing is written')
      return own
    },
    take(slot: Uint8Array) {
      joined = joined === undefined ? slot : lattice.merge(joined, slot)
    },
    read: (wallMs = 0) => joined && lattice.read(joined, wallMs),
    isTombstone: (wallMs = 0) => joined !== undefined && lattice.isTombstone(joined, wallMs),
  }
}

describe('a register', () => {
  const set = (value: Uint8Array, endsMs?: number): SlotOp => ({
    lattice: 'register',
    kind: 'set',
    value,
    endsMs,
  })
  const remove: SlotOp = { lattice: 'register', kind: 'delete' }

  test('is read with who wrote it, and when', () => {
    const a = writer('register', 'a')
    a.do(set(bytes(7), 2000))
    expect(a.read(1999)).toEqual({
      kind: 'register',
      value: bytes(7),
      stamp: { ms: 1000, counter: 0 },
      writer: { name: 'a', generation: 1 },
      endsMs: 2000,
      lease: false,
    })
  })

  test('is won by the later stamp, and of one stamp by the later name', () => {
    const [a, b] = [writer('register', 'a'), writer('register', 'b')]
    a.do(set(bytes(1)), { stamp: { ms: 1000, counter: 1 } })
    b.do(set(bytes(2)), { stamp: { ms: 1000, counter: 0 } })
    b.take(a.slot)
    expect(b.read()).toMatchObject({ value: bytes(1) })
    a.do(set(bytes(3)), { stamp: { ms: 1001, counter: 0 } })
    b.do(set(bytes(4)), { stamp: { ms: 1001, counter: 0 } })
    a.take(b.slot)
    b.take(a.slot)
    expect(a.read()).toMatchObject({ value: bytes(4) })
    expect(b.read()).toEqual(a.read())
  })

  test('that is deleted is nothing, and deleting nothing is no write', () => {
    const a = writer('register', 'a')
    expect(a.do(remove)).toBe('same')
    a.do(set(bytes(1)))
    expect(a.isTombstone()).toBe(false)
    expect(a.do(remove, { stamp: { ms: 1001, counter: 0 } })).toBe('slot')
    expect(a.read()).toBeUndefined()
    expect(a.isTombstone()).toBe(true)
    expect(a.do(remove)).toBe('same')
  })

  test('that has just ended is deleted all the same: slower clocks still read it', () => {
    const a = writer('register', 'a')
    a.do(set(bytes(1), 100_000))
    const removedAt = (wallMs: number) => a.do(remove, { wallMs, stamp: { ms: 2000, counter: 0 } })
    expect(removedAt(160_000)).toBe('same')
    expect(removedAt(159_999)).toBe('slot')
    expect(a.read(0)).toBeUndefined()
  })

  test('with an end is gone from then on', () => {
    const a = writer('register', 'a')
    a.do(set(bytes(1), 500))
    expect([a.read(499)?.kind, a.isTombstone(499)]).toEqual(['register', false])
    expect([a.read(500), a.isTombstone(500)]).toEqual([undefined, true])
    expect(latticeOf('register').endsAt(a.slot)).toBe(500)
  })

  test('that is a lease names the life it is bound to, and may have an end', () => {
    for (const endsMs of [undefined, 500]) {
      const a = writer('register', 'a')
      a.do({ lattice: 'register', kind: 'set', value: bytes(1), endsMs, lease: true })
      expect(latticeOf('register').isSlot(a.slot)).toBe(true)
      expect(a.read(499)).toMatchObject({ lease: true, endsMs, value: bytes(1) })
      expect(leaseHolder(a.slot)).toEqual({ name: 'a', generation: 1 })
      expect(a.isTombstone(500)).toBe(endsMs !== undefined)
      expect(latticeOf('register').endsAt(a.slot)).toBe(endsMs ?? Number.POSITIVE_INFINITY)
    }
  })

  test('that was a lease of a life that is over wins over it as a deletion, not over more', () => {
    const [a, b] = [writer('register', 'a'), writer('register', 'b')]
    a.do({ lattice: 'register', kind: 'set', value: bytes(1), lease: true })
    const { merge, covers, isSlot } = latticeOf('register')
    const ended = withoutLease(a.slot)
    expect(isSlot(ended)).toBe(true)
    expect([merge(ended, a.slot), merge(a.slot, ended)]).toEqual([ended, ended])
    expect([covers(ended, a.slot), covers(a.slot, ended)]).toEqual([true, false])
    expect(leaseHolder(ended)).toBeUndefined()
    b.do(set(bytes(2)), { stamp: { ms: 1000, counter: 1 } })
    expect(merge(ended, b.slot)).toEqual(b.slot)
    expect(withoutLease(b.slot)).toBe(b.slot)
  })

  test('is no slot with a flag that nobody knows, or a lease that is deleted', () => {
    const a = writer('register', 'a')
    a.do(set(bytes(1)))
    for (const flags of [0, 2, 4, 6, 8, 9, 16, 129]) {
      expect(latticeOf('register').isSlot(bytes(flags, ...a.slot.slice(1)))).toBe(false)
    }
  })

  test('alone says when it was written', () => {
    const a = writer('register', 'a')
    a.do(set(bytes(1)), { stamp: { ms: 9, counter: 3 } })
    expect(latticeOf('register').stampOf(a.slot)).toEqual({ ms: 9, counter: 3 })
    expect(latticeOf('counter').stampOf(a.slot)).toBeUndefined()
  })
})

describe('a counter', () => {
  const add = (by: number): SlotOp => ({ lattice: 'counter', kind: 'add', by })

  test('sums what all have added and taken', () => {
    const world = new World('counter')
    world.apply(0, add(5))
    world.apply(1, add(-2))
    world.apply(0, add(1))
    world.settle()
    expect(world.read(2)).toEqual({ kind: 'counter', value: 4 })
  })

  test('adds nothing twice, however often slots are merged', () => {
    const [a, b] = [writer('counter', 'a'), writer('counter', 'b')]
    a.do(add(3))
    for (let i = 0; i < 3; i++) b.take(a.slot)
    b.do(add(1))
    a.take(b.slot)
    expect([a.read(), b.read()]).toEqual(Array(2).fill({ kind: 'counter', value: 4 }))
  })

  test('goes on from its own sums where only another holds them', () => {
    const a = writer('counter', 'a')
    const held = writer('counter', 'a')
    held.do(add(3))
    a.take(held.slot)
    a.do(add(2))
    expect(a.read()).toEqual({ kind: 'counter', value: 5 })
  })

  test('refuses a sum that is no exact number any more', () => {
    const a = writer('counter', 'a')
    expect(a.do(add(Number.MAX_SAFE_INTEGER))).toBe('slot')
    expect(a.do(add(1))).toBe('too-many')
    expect(a.do(add(-1))).toBe('slot')
    expect(a.do(add(0))).toBe('same')
    expect(a.do(add(-Number.MAX_SAFE_INTEGER))).toBe('too-many')
    expect(a.read()).toEqual({ kind: 'counter', value: Number.MAX_SAFE_INTEGER - 1 })
  })

  test('is exact whenever what all make of it is below 2⁵³, and else the nearest number', () => {
    const all = ['a', 'b', 'c'].map((name) => writer('counter', name))
    const [a, b, c] = all
    for (const one of all) one.do(add(Number.MAX_SAFE_INTEGER))
    b?.do(add(-Number.MAX_SAFE_INTEGER))
    c?.do(add(-Number.MAX_SAFE_INTEGER + 2))
    const value = () => {
      for (const one of all) for (const other of all) one.take(other.slot)
      return new Set(all.map((one) => one.read()).map((read) => JSON.stringify(read)))
    }
    const reads = (number: number) => new Set([JSON.stringify({ kind: 'counter', value: number })])
    expect(value()).toEqual(reads(2 ** 53))
    a?.do(add(-3))
    expect(value()).toEqual(reads(Number.MAX_SAFE_INTEGER - 1))
    a?.do(add(-Number.MAX_SAFE_INTEGER + 3))
    expect(value()).toEqual(reads(2))
  })
})

describe('an element of a set', () => {
  const add: SlotOp = { lattice: 'element', kind: 'add' }
  const remove: SlotOp = { lattice: 'element', kind: 'remove' }

  test('is in it from adding to removing', () => {
    const a = writer('element', 'a')
    expect(a.do(remove)).toBe('same')
    a.do(add)
    expect(a.read()).toEqual({ kind: 'element' })
    a.do(remove)
    expect([a.read(), a.isTombstone()]).toEqual([undefined, true])
    a.do(add, { dot: 2 })
    expect(a.read()).toEqual({ kind: 'element' })
  })

  test('stays if somebody adds it while another removes it', () => {
    const [a, b, c] = [writer('element', 'a'), writer('element', 'b'), writer('element', 'c')]
    a.do(add)
    b.take(a.slot)
    c.take(a.slot)
    b.do(remove)
    c.do(add)
    for (const slot of [b.slot, c.slot]) a.take(slot)
    expect(a.read()).toEqual({ kind: 'element' })
  })

  test('stays if who added it adds it again while another removes it', () => {
    const [a, b] = [writer('element', 'a'), writer('element', 'b')]
    a.do(add)
    b.take(a.slot)
    b.do(remove)
    a.do(add, { dot: 2 })
    b.take(a.slot)
    expect(b.read()).toEqual({ kind: 'element' })
  })

  test('comes back with a number above all before, though every trace of it was cleared', () => {
    const [a, b] = [writer('element', 'a'), writer('element', 'b')]
    a.do(add, { dot: 41 })
    b.take(a.slot)
    b.do(remove)
    const again = writer('element', 'a')
    again.do(add, { dot: 42 })
    again.take(b.slot)
    expect(again.read()).toEqual({ kind: 'element' })
  })
})

describe('a flag, a greatest and a least number', () => {
  test('a flag is nothing until it is raised, and raised for good', () => {
    const a = writer('flag', 'a')
    expect(a.read()).toBeUndefined()
    expect(a.do({ lattice: 'flag', kind: 'raise' })).toBe('slot')
    expect(a.do({ lattice: 'flag', kind: 'raise' })).toBe('same')
    expect(a.read()).toEqual({ kind: 'flag' })
  })

  test('the greatest and the least of all that was offered are kept', () => {
    for (const [kind, kept] of [['max', 4.5] as const, ['min', -3] as const]) {
      const world = new World(kind)
      world.apply(0, { lattice: kind, kind: 'offer', value: 4.5 })
      world.apply(1, { lattice: kind, kind: 'offer', value: -3 })
      world.apply(2, { lattice: kind, kind: 'offer', value: 1 })
      world.settle()
      expect(world.read(2)).toEqual({ kind, value: kept })
    }
  })

  test('a number that is known to be passed is no write; one that is no number is a mistake', () => {
    const a = writer('max', 'a')
    const offer = (value: number) => a.do({ lattice: 'max', kind: 'offer', value })
    expect([5, 5, 4, 6].map(offer)).toEqual(['slot', 'same', 'same', 'slot'])
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => offer(value)).toThrow('finite')
    }
    expect(offer(-0)).toBe('same')
  })
})

describe('a value of several', () => {
  const set = (value: Uint8Array): SlotOp => ({ lattice: 'multi', kind: 'set', value })
  const remove: SlotOp = { lattice: 'multi', kind: 'delete' }

  test('keeps what was written at once side by side, until somebody who saw both writes', () => {
    const [a, b] = [writer('multi', 'a'), writer('multi', 'b')]
    a.do(set(bytes(2)))
    b.do(set(bytes(1)))
    a.take(b.slot)
    expect(a.read()).toEqual({ kind: 'multi', values: [bytes(1), bytes(2)] })
    a.do(set(bytes(3)), { dot: 2 })
    b.take(a.slot)
    expect(b.read()).toEqual({ kind: 'multi', values: [bytes(3)] })
  })

  test('shows what any number wrote at once, in whatever order it came, until one decides', () => {
    const all = Array.from({ length: 40 }, (_, at) => writer('multi', `n${at}`))
    for (const [at, one] of all.entries()) one.do(set(bytes(at)))
    const slots = all.map(({ slot }) => slot)
    const values = all.map((_, at) => bytes(at))
    fc.assert(
      fc.property(fc.shuffledSubarray(slots, { minLength: 40 }), (order) => {
        const reader = writer('multi', 'reader')
        for (const slot of order) reader.take(slot)
        expect(reader.read()).toEqual({ kind: 'multi', values })
        expect(reader.do(set(bytes(99)))).toBe('slot')
        for (const slot of slots) reader.take(slot)
        expect(reader.read()).toEqual({ kind: 'multi', values: [bytes(99)] })
      }),
      { numRuns: 20, seed: 16 },
    )
  })

  test('shows two equal writes as one', () => {
    const [a, b] = [writer('multi', 'a'), writer('multi', 'b')]
    a.do(set(bytes(1)))
    b.do(set(bytes(1)))
    a.take(b.slot)
    expect(a.read()).toEqual({ kind: 'multi', values: [bytes(1)] })
  })

  test('is cleared of what was seen, not of what was written meanwhile', () => {
    const [a, b] = [writer('multi', 'a'), writer('multi', 'b')]
    expect(a.do(remove)).toBe('same')
    a.do(set(bytes(1)))
    b.take(a.slot)
    b.do(remove)
    expect([b.read(), b.isTombstone()]).toEqual([undefined, true])
    a.do(set(bytes(2)), { dot: 2 })
    b.take(a.slot)
    expect(b.read()).toEqual({ kind: 'multi', values: [bytes(2)] })
  })
})

describe('a custom value', () => {
  const longest = {
    merge: (one: Uint8Array, other: Uint8Array) => (one.length >= other.length ? one : other),
    validate: (value: Uint8Array) => value[0] !== 0xff,
  }
  const offer = (value: Uint8Array): SlotOp => ({ lattice: 'custom', kind: 'merge', value })

  function slotOf(lattices: Lattices, value: Uint8Array): Uint8Array {
    const actor = { name: 'a', generation: 1 }
    const stamp = { ms: 1, counter: 0 }
    const context = { joined: undefined, own: undefined, actor, dot: 1, stamp, wallMs: 0 }
    const applied = applyOp(lattices.of('custom', 'm'), offer(value), context)
    if (applied.kind !== 'slot') throw new Error(applied.kind)
    return applied.bytes
  }

  test('is merged by the rules of its map', () => {
    const lattices = new Lattices()
    lattices.define('m', longest)
    const lattice = lattices.of('custom', 'm')
    const [one, two] = [slotOf(lattices, bytes(1)), slotOf(lattices, bytes(2, 2))]
    expect(lattice.read(lattice.merge(one, two), 0)).toEqual({ kind: 'custom', value: bytes(2, 2) })
    expect(lattice.covers(two, one)).toBe(true)
    expect(lattice.covers(one, two)).toBe(false)
  })

  test('is kept whole by a member that knows no rules, and read by one that does', () => {
    const ignorant = new Lattices()
    const blind = ignorant.of('custom', 'm')
    const both = blind.merge(slotOf(ignorant, bytes(1)), slotOf(ignorant, bytes(2, 2)))
    expect(blind.isSlot(both)).toBe(true)
    expect(blind.read(both, 0)).toBeUndefined()
    const lattices = new Lattices()
    lattices.define('m', longest)
    const lattice = lattices.of('custom', 'm')
    expect(lattice.read(both, 0)).toEqual({ kind: 'custom', value: bytes(2, 2) })
    expect(lattice.covers(both, slotOf(ignorant, bytes(1)))).toBe(true)
  })

  test('that the rules call invalid is passed over', () => {
    const lattices = new Lattices()
    const bad = slotOf(lattices, bytes(0xff, 1, 2))
    lattices.define('m', longest)
    const lattice = lattices.of('custom', 'm')
    expect(lattice.read(bad, 0)).toBeUndefined()
    const good = slotOf(lattices, bytes(1))
    expect(lattice.read(lattice.merge(bad, good), 0)).toEqual({ kind: 'custom', value: bytes(1) })
  })

  test('survives rules that throw, and rules that change what they are given', () => {
    const lattices = new Lattices()
    const slots = [slotOf(lattices, bytes(1)), slotOf(lattices, encodeUtf8('two'))] as const
    const boom = () => {
      throw new Error('boom')
    }
    lattices.define('m', { merge: boom })
    const broken = lattices.of('custom', 'm')
    const both = broken.merge(...slots)
    expect(broken.read(both, 0)).toBeUndefined()
    lattices.define('m', { merge: (one, other) => one.fill(9) && other })
    lattices.of('custom', 'm').merge(...slots)
    lattices.define('m', longest)
    expect(lattices.of('custom', 'm').read(both, 0)).toMatchObject({ value: encodeUtf8('two') })
  })
})
