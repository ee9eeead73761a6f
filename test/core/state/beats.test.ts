// Beats of state loops, by hand: phi is the silence in mean intervals divided by ln 10.

import { expect, test } from 'vitest'
import { Beats } from '../../../src/core/state/beats.ts'

/** Beats of `b` from time 0 on, so far apart. */
function beaten(count: number, everyMs: number): Beats {
  const beats = new Beats()
  for (let i = 0; i < count; i++) beats.note({ name: 'b', beat: 100 + i }, i * everyMs, 1000)
  return beats
}

test('a member that beats each second is silent after 18.42 s without a beat', () => {
  const beats = beaten(11, 1000)
  expect(beats.phi('b', 10_000)).toBe(0)
  expect(beats.phi('b', 12_303)).toBeCloseTo(1.0002, 4)
  expect(beats.phi('b', 10_000 + 18_420)).toBeLessThan(8)
  expect(beats.phi('b', 10_000 + 18_421)).toBeGreaterThan(8)
})

test('five agreed intervals weigh in beside ten of two seconds', () => {
  // (10 · 2000 + 5 · 1000) / 15 = 1666.7 ms, and 8 · ln 10 of them are 30.70 s.
  const beats = beaten(11, 2000)
  expect(beats.phi('b', 20_000 + 30_700)).toBeLessThan(8)
  expect(beats.phi('b', 20_000 + 30_703)).toBeGreaterThan(8)
})

test('only a higher beat is news, and the first says nothing of rhythm', () => {
  const beats = beaten(1, 1000)
  expect(beats.phi('b', 2303)).toBeCloseTo(1.0002, 4)
  beats.note({ name: 'b', beat: 100 }, 2000, 1000)
  beats.note({ name: 'b', beat: 99 }, 2000, 1000)
  expect(beats.phi('b', 2303)).toBeCloseTo(1.0002, 4)
  beats.note({ name: 'b', beat: 101 }, 2000, 1000)
  expect(beats.phi('b', 2000)).toBe(0)
  expect(beats.phi('c', 2000)).toBeUndefined()
})

test('silence is told of once, and again after another beat', () => {
  const beats = beaten(11, 1000)
  expect(beats.silence('b', 28_000)).toBeUndefined()
  expect(beats.silence('b', 28_500)).toBe(18_500)
  expect(beats.silence('b', 29_000)).toBeUndefined()
  beats.note({ name: 'b', beat: 200 }, 30_000, 1000)
  expect(beats.silence('b', 48_000)).toBeUndefined()
  expect(beats.silence('b', 48_500)).toBe(18_500)
})

test('a pause of our own counts for nobody', () => {
  const beats = beaten(11, 1000)
  beats.postpone(60_000)
  expect(beats.phi('b', 70_000)).toBe(0)
})

test('our own beat is the wall clock, and rises where that goes back', () => {
  const beats = new Beats()
  expect([5000.7, 6000, 3000, 7000].map((at) => beats.next(at))).toEqual([5000, 6000, 6001, 7000])
})

test('the newest are passed on, and the gone forgotten', () => {
  const beats = new Beats()
  for (const [at, name] of ['b', 'c', 'd'].entries()) beats.note({ name, beat: 9 }, at, 1000)
  beats.note({ name: 'b', beat: 10 }, 5, 1000)
  expect(beats.newest(2)).toEqual([
    { name: 'b', beat: 10 },
    { name: 'd', beat: 9 },
  ])
  beats.keep((name) => name === 'c')
  expect(beats.newest(9)).toEqual([{ name: 'c', beat: 9 }])
})
