// Phi against values worked out by hand: phi = −log10 P(still on its way). Exponential: P =
// e^(−t/mean), so phi = t / (mean · ln 10), and 8 is reached at 8 · 2.302585 · mean. Normal:
// P = 1 − F((t − mean − acceptable) / deviation).

import { describe, expect, test } from 'vitest'
import { BeatHistory, phiExponential, phiNormal } from '../../src/core/index.ts'

const SECOND = { expectedMs: 1000 }

function beaten(history: BeatHistory, ...times: readonly number[]): BeatHistory {
  for (const time of times) history.beat(time)
  return history
}

describe('the exponential form', () => {
  test('is one after ln 10 means of silence, and eight after 18.42', () => {
    expect(phiExponential(2302.585, 1000)).toBeCloseTo(1, 6)
    expect(phiExponential(18_420.68, 1000)).toBeCloseTo(8, 6)
    expect(phiExponential(0, 1000)).toBe(0)
  })

  test('halves where the mean doubles', () => {
    expect(phiExponential(9210.34, 500)).toBeCloseTo(8, 5)
    expect(phiExponential(9210.34, 1000)).toBeCloseTo(4, 5)
  })
})

describe('the normal form', () => {
  test('is log10 2 at the mean and its acceptable pause', () => {
    const phi = phiNormal(4000, { meanMs: 1000, deviationMs: 200 })
    expect(phi).toBeCloseTo(Math.log10(2), 6)
  })

  // One deviation late: 1 − F(1) = 0.158655; the approximation is within 1.5e-4 of it.
  test('is 0.7995 one deviation later', () => {
    const phi = phiNormal(4200, { meanMs: 1000, deviationMs: 200 })
    expect(phi).toBeCloseTo(0.7995, 3)
  })

  // x = y (1.5976 + 0.070566 y²) with 10^−8 = e^−x / (1 + e^−x) gives y = 5.22599.
  test('reaches eight 5.22 deviations late: after 4.52, 5.31 and 6.61 s at one beat a second', () => {
    for (const deviationMs of [100, 250, 500]) {
      const silentMs = 4000 + 5.22599 * deviationMs
      expect(phiNormal(silentMs, { meanMs: 1000, deviationMs })).toBeCloseTo(8, 3)
    }
  })

  test('takes beats like clockwork for a deviation of 100 ms', () => {
    const steady = phiNormal(4100, { meanMs: 1000, deviationMs: 0 })
    expect(steady).toBe(phiNormal(4100, { meanMs: 1000, deviationMs: 100 }))
  })

  test('stays finite and rises after a silence of years', () => {
    const silence = { meanMs: 1000, deviationMs: 100 }
    const year = phiNormal(3.2e10, silence)
    expect(Number.isFinite(year)).toBe(true)
    expect(phiNormal(6.4e10, silence)).toBeGreaterThan(year)
    expect(phiNormal(0, silence)).toBeGreaterThanOrEqual(0)
  })
})

describe('a history of beats', () => {
  test('knows nothing of a peer before its first beat', () => {
    const history = new BeatHistory(SECOND)
    expect(history.silentMs(9000)).toBe(0)
    expect(history.meanMs).toBe(1000)
    expect(history.deviationMs).toBe(0)
  })

  test('takes the first beat for old news and starts the clock with it', () => {
    const history = beaten(new BeatHistory(SECOND), 5000)
    expect(history.silentMs(5400)).toBe(400)
    expect(history.meanMs).toBe(1000)
  })

  // Intervals 1200, 1400, 1600, 1800, 2000 with five of 1000 before: (8000 + 5000) / 10.
  test('weighs five intervals of the agreed length in', () => {
    const history = beaten(new BeatHistory(SECOND), 0, 1200, 2600, 4200, 6000, 8000)
    expect(history.meanMs).toBeCloseTo(1300, 6)
    // Variance of 1200 … 2000 in steps of 200 is 80 000.
    expect(history.deviationMs).toBeCloseTo(Math.sqrt(80_000), 3)
  })

  test('never holds a peer to a faster rhythm than agreed', () => {
    const history = beaten(new BeatHistory(SECOND), 0, 10, 20, 30, 40, 50, 60)
    expect(history.meanMs).toBe(1000)
  })

  test('keeps no interval beyond three of the agreed length', () => {
    const history = beaten(new BeatHistory(SECOND), 0, 3001, 3002 + 3000)
    // The outage of 3001 is left out, the interval of 3001 too; neither moves the mean.
    expect(history.meanMs).toBe(1000)
    history.beat(6002 + 3000)
    expect(history.meanMs).toBeCloseTo((3000 + 5000) / 6, 6)
  })

  test('forgets what its window has no room for', () => {
    const history = new BeatHistory({ expectedMs: 1000, windowMax: 2, priorWeight: 0 })
    beaten(history, 0, 3000, 5000, 7000)
    expect(history.meanMs).toBeCloseTo(2000, 3)
    expect(history.deviationMs).toBeCloseTo(0, 3)
  })

  test('does not count time in which we could not hear', () => {
    const history = beaten(new BeatHistory(SECOND), 0, 1000)
    history.postpone(5000)
    expect(history.silentMs(6500)).toBe(500)
    history.beat(7000)
    expect(history.meanMs).toBe(1000)
  })
})
