// The hybrid logical clock: stamps rise, stay near the wall clock, and never run away.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  COUNTER_MAX,
  compareStamps,
  DRIFT_MAX_MS,
  HybridClock,
  isTooFarAhead,
  NO_STAMP,
  type Stamp,
} from '../../../src/core/state/clock.ts'

const START_MS = 1_700_000_000_000

describe('stamps', () => {
  test('follow the wall clock, and count where it stands still or falls back', () => {
    const clock = new HybridClock()
    const stamps = [1000, 1000.9, 1001, 900, 900, 1002].map((wallMs) => clock.next(wallMs))
    expect(stamps).toEqual([
      { ms: 1000, counter: 0 },
      { ms: 1000, counter: 1 },
      { ms: 1001, counter: 0 },
      { ms: 1001, counter: 1 },
      { ms: 1001, counter: 2 },
      { ms: 1002, counter: 0 },
    ])
  })

  test('lie above every stamp that was taken in', () => {
    const clock = new HybridClock()
    clock.observe({ ms: 5000, counter: 7 })
    expect(clock.next(1000)).toEqual({ ms: 5000, counter: 8 })
    clock.observe({ ms: 4000, counter: 9 })
    expect(clock.next(1000)).toEqual({ ms: 5000, counter: 9 })
  })

  test('go on in the next millisecond when 16 bits are counted through', () => {
    const clock = new HybridClock({ ms: 1000, counter: COUNTER_MAX - 1 })
    expect(clock.next(1000)).toEqual({ ms: 1000, counter: COUNTER_MAX })
    expect(clock.next(1000)).toEqual({ ms: 1001, counter: 0 })
    expect(clock.next(1000)).toEqual({ ms: 1001, counter: 1 })
  })

  test('are given up to a minute ahead of the wall clock, and not beyond', () => {
    const clock = new HybridClock({ ms: START_MS + DRIFT_MAX_MS, counter: COUNTER_MAX - 1 })
    expect(clock.next(START_MS)).toEqual({ ms: START_MS + DRIFT_MAX_MS, counter: COUNTER_MAX })
    const last = clock.last
    expect(clock.next(START_MS)).toBeUndefined()
    expect(clock.last).toEqual(last)
    // Nothing is lost by the refusal: a millisecond later there is room again.
    expect(clock.next(START_MS + 1)).toEqual({ ms: START_MS + DRIFT_MAX_MS + 1, counter: 0 })
  })

  test('strictly rise and never run too far ahead, however the clocks jump', () => {
    const jump = fc.integer({ min: -300_000, max: 300_000 })
    const observed = fc.option(fc.integer({ min: -100_000, max: 100_000 }), { nil: undefined })
    fc.assert(
      fc.property(fc.array(fc.tuple(jump, observed)), (events) => {
        const clock = new HybridClock()
        let last: Stamp = NO_STAMP
        for (const [byMs, aheadMs] of events) {
          const wallMs = START_MS + byMs
          const heard = { ms: wallMs + (aheadMs ?? 0), counter: 3 }
          if (aheadMs !== undefined && !isTooFarAhead(heard, wallMs)) clock.observe(heard)
          const stamp = clock.next(wallMs)
          if (stamp === undefined) continue
          expect(compareStamps(stamp, last)).toBeGreaterThan(0)
          expect(isTooFarAhead(stamp, wallMs)).toBe(false)
          last = stamp
        }
      }),
      { seed: 7 },
    )
  })
})

test('a stamp is believed up to a minute ahead', () => {
  const at = (ms: number) => isTooFarAhead({ ms, counter: 0 }, START_MS)
  expect(at(START_MS + DRIFT_MAX_MS)).toBe(false)
  expect(at(START_MS + DRIFT_MAX_MS + 1)).toBe(true)
  expect(at(Number.MAX_SAFE_INTEGER)).toBe(true)
})
