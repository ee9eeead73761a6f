// Who counts: the living, and the absent until a majority has evicted them.

import { describe, expect, test } from 'vitest'
import { Roster } from '../../../src/core/state/roster.ts'

const living = (...names: readonly string[]) => new Set(names)

describe('the absent', () => {
  test('count until they are evicted, return, or are known to have left', () => {
    const roster = new Roster()
    const gone = ['b', 'c', 'd'].map((name) => ({ name, sinceMs: 5 }))
    roster.look(living('a'), gone, [], 10)
    expect([...roster.absent]).toEqual(['b', 'c', 'd'])
    expect(roster.absentFor('b', 25)).toBe(20)
    roster.evict('b')
    roster.look(living('a', 'c'), gone.slice(0, 1), ['d'], 30)
    expect([...roster.absent]).toEqual([])
    expect(roster.absentFor('b', 40)).toBeUndefined()
  })

  test('who was evicted counts again once it was back and went again', () => {
    const roster = new Roster()
    roster.look(living('a'), [{ name: 'b', sinceMs: 5 }], [], 10)
    roster.evict('b')
    roster.look(living('a'), [{ name: 'b', sinceMs: 5 }], [], 20)
    expect([...roster.absent]).toEqual([])
    roster.look(living('a', 'b'), [], [], 30)
    roster.look(living('a'), [{ name: 'b', sinceMs: 35 }], [], 40)
    expect([...roster.absent]).toEqual(['b'])
  })
})

test('ten thousand absent members are remembered, not one more', () => {
  const roster = new Roster()
  roster.look(living('a'), [], [], 0)
  for (let at = 0; at < 10_000; at++) roster.miss(`m${at}`, 0)
  expect(roster.size).toBe(10_001)
  for (let at = 0; at < 10_000; at++) roster.miss(`far-${at}`, 0)
  expect([roster.size, roster.knows('m9999'), roster.knows('far-0')]).toEqual([10_001, true, false])
  roster.evict('m0')
  roster.miss('far-0', 1)
  expect(roster.knows('far-0')).toBe(true)
})

describe('a majority', () => {
  test('is more than half of all who count', () => {
    const roster = new Roster()
    const gone = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ name: `g${i}`, sinceMs: 0 }))
    roster.look(living('a', 'b'), gone(1), [], 0)
    expect(roster.hasMajority).toBe(true)
    roster.look(living('a', 'b'), gone(2), [], 0)
    expect(roster.hasMajority).toBe(false)
    roster.evict('g1')
    expect(roster.hasMajority).toBe(true)
  })
})

test('an arrival is noticed, a departure is none', () => {
  const roster = new Roster()
  roster.look(living('a'), [], [], 10)
  expect(roster.arrivedMs).toBe(10)
  roster.look(living('a', 'b'), [], [], 20)
  roster.look(living('a'), [], [], 30)
  expect(roster.arrivedMs).toBe(20)
  roster.look(living('a', 'b'), [], [], 40)
  expect(roster.arrivedMs).toBe(40)
})
