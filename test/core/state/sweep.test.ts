// The score of a sweep: what it takes until it is proven, and what makes it void.

import { describe, expect, test } from 'vitest'
import { partOf, WHOLE_SPACE } from '../../../src/core/state/digest.ts'
import { type Snapshot, Sweep } from '../../../src/core/state/sweep.ts'

const HELD = { generation: 3, base: 10 }
const WRITTEN = { generation: 8, base: 4 }
const SNAPSHOT: Snapshot = { baseByStream: new Map(), lone: new Set() }

const begin = () => new Sweep(HELD, ['b', 'c'])
const halve = (sweep: Sweep) =>
  sweep.halve(
    () => true,
    () => SNAPSHOT,
  )

/** A sweep in its second half. */
function halved(): Sweep {
  const sweep = begin()
  for (const name of ['b', 'c']) sweep.hear(name, HELD, WRITTEN)
  halve(sweep)
  return sweep
}

describe('the first half', () => {
  test('ends when all have said that they hold what we had', () => {
    const sweep = begin()
    expect(sweep.hear('b', HELD, WRITTEN)).toBe(true)
    expect(sweep.hear('c', { ...HELD, base: 9 }, WRITTEN)).toBe(true)
    halve(sweep)
    expect([sweep.snapshot, sweep.waitingFor]).toEqual([undefined, ['c']])
    sweep.hear('c', { ...HELD, base: 11 }, WRITTEN)
    halve(sweep)
    expect(sweep.snapshot).toBe(SNAPSHOT)
  })

  test('ends only when we hold what each had written as it said so', () => {
    const sweep = begin()
    sweep.hear('b', HELD, WRITTEN)
    sweep.hear('c', HELD, { generation: 0, base: 0 })
    sweep.hear('b', HELD, { ...WRITTEN, base: 99 })
    const asked: number[] = []
    sweep.halve(
      (_name, { base }) => {
        asked.push(base)
        return false
      },
      () => SNAPSHOT,
    )
    // What it wrote later it wrote after having seen ours.
    expect([asked, sweep.snapshot]).toEqual([[4], undefined])
  })

  test('is not held up by a word that says too much, once a true one has come', () => {
    const sweep = begin()
    sweep.hear('b', HELD, { ...WRITTEN, base: 2 ** 50 })
    sweep.hear('b', HELD, WRITTEN)
    sweep.hear('c', HELD, WRITTEN)
    sweep.halve(
      (_name, { base }) => base <= 4,
      () => SNAPSHOT,
    )
    expect(sweep.snapshot).toBe(SNAPSHOT)
  })

  test('is void when a member holds less than it did, or lives anew', () => {
    expect(halved().hear('b', { ...HELD, base: 9 }, WRITTEN)).toBe(false)
    expect(halved().hear('b', { generation: 0, base: 0 }, WRITTEN)).toBe(false)
    expect(halved().hear('b', HELD, { ...WRITTEN, generation: 9 })).toBe(false)
    expect(halved().hear('b', { ...HELD, base: 12 }, WRITTEN)).toBe(true)
    expect(halved().hear('stranger', { generation: 0, base: 0 }, WRITTEN)).toBe(true)
  })
})

describe('the second half', () => {
  test('counts nothing that was seen before it', () => {
    const sweep = begin()
    sweep.confirm('b', WHOLE_SPACE)
    sweep.confirm('c', WHOLE_SPACE)
    for (const name of ['b', 'c']) sweep.hear(name, HELD, WRITTEN)
    halve(sweep)
    expect(sweep.waitingFor).toEqual(['b', 'c'])
  })

  test('ends when all were seen to hold all, in any pieces', () => {
    const sweep = halved()
    sweep.confirm('b', WHOLE_SPACE)
    for (let index = 1; index < 16; index++) sweep.confirm('c', partOf(WHOLE_SPACE, index))
    expect([sweep.isProven, sweep.waitingFor]).toEqual([false, ['c']])
    const first = partOf(WHOLE_SPACE, 0)
    for (let index = 0; index < 15; index++) sweep.confirm('c', partOf(first, index))
    expect(sweep.isProven).toBe(false)
    sweep.confirm('c', partOf(first, 15))
    expect([sweep.isProven, sweep.waitingFor]).toEqual([true, []])
  })

  test('ends with the last word of everybody, asked for when all is proven', () => {
    const sweep = halved()
    sweep.confirm('b', WHOLE_SPACE)
    expect(sweep.unheard).toEqual([])
    sweep.confirm('c', WHOLE_SPACE)
    expect(sweep.unheard).toEqual(['b', 'c'])
    sweep.ask('b', 71)
    sweep.ask('c', 72)
    // Answers to other questions were perhaps under way for long.
    sweep.answer('b', 72, WRITTEN)
    sweep.answer('c', 72, { ...WRITTEN, base: 5 })
    expect(sweep.unheard).toEqual(['b'])
    sweep.answer('b', 71, WRITTEN)
    const holdsUpTo = (most: number) => sweep.behind((_name, { base }) => base <= most)
    expect([holdsUpTo(3), holdsUpTo(4), holdsUpTo(5)]).toEqual([['b', 'c'], ['c'], []])
  })

  test('is about the members it began with', () => {
    expect(halved().isAbout(new Set(['c', 'b']))).toBe(true)
    expect(halved().isAbout(new Set(['b']))).toBe(false)
    expect(halved().isAbout(new Set(['b', 'd']))).toBe(false)
  })
})
