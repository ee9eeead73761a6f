// SWIM's detector in periods: exact laws against drawn ones and against what can be worked out
// by hand. The cells of the reference have a test of their own.

import { describe, expect, test } from 'vitest'
import { HearsayError } from '../../../src/core/index.ts'
import {
  Draws,
  drawFirstDetection,
  drawFirstProbe,
  drawProbeFails,
  drawRoundRobin,
  falseAlarmRate,
  meanToFirstProbe,
  oneMemberDelay,
  oneMemberDelayMax,
  probeFailure,
  serfLogistic,
  timeoutsOf,
  undetectedBy,
} from '../../../src/sim/index.ts'

const RUNS = 5000

/** Fails unless the mean of the draws lies within four standard errors of `expected`. */
function expectMean(expected: number, draw: (draws: Draws) => number): void {
  const draws = new Draws(11)
  const values = Array.from({ length: RUNS }, () => draw(draws))
  const mean = values.reduce((sum, one) => sum + one, 0) / RUNS
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (RUNS - 1)
  expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(variance / RUNS) + 1e-9)
}

const meanOf = (above: readonly number[]) => above.reduce((sum, chance) => sum + chance, 0)

describe('first detection', () => {
  test('of two members takes one period, of many e / (e − 1)', () => {
    expect(meanOf(undetectedBy({ members: 2 }))).toBe(1)
    expect(meanOf(undetectedBy({ members: 1_000_000 }))).toBeCloseTo(Math.E / (Math.E - 1), 4)
  })

  test('is drawn by the law, in either order, with others that are silent too', () => {
    for (const order of ['random', 'round-robin'] as const) {
      for (const faultyOthers of [0, 7]) {
        const scenario = { members: 12, faultyOthers, order }
        expectMean(meanOf(undetectedBy(scenario)), (draws) => drawFirstDetection(scenario, draws))
      }
    }
  })

  test('by a member working through its list comes within two lists, less one probe', () => {
    expectMean(oneMemberDelay({ members: 10 }), (draws) => drawRoundRobin(9, draws))
    const draws = new Draws(1)
    const longest = Math.max(...Array.from({ length: RUNS }, () => drawRoundRobin(3, draws)))
    expect(longest).toBe(oneMemberDelayMax({ members: 4 }))
  })

  test('with phases of their own begins within a period on average', () => {
    const scenario = { members: 8 }
    expectMean(meanToFirstProbe(scenario), (draws) => drawFirstProbe(scenario, draws))
  })

  test('needs somebody who can probe', () => {
    expect(() => undetectedBy({ members: 1 })).toThrow(HearsayError)
    expect(() => meanToFirstProbe({ members: 5, faultyOthers: 4 })).toThrow(/at least one/)
  })
})

describe('false alarms', () => {
  test('a probe fails if neither the ping nor a relay gets through', () => {
    expect(probeFailure({ inTime: 1, relays: 0 })).toBe(0)
    expect(probeFailure({ inTime: 0, relays: 3 })).toBe(1)
    expect(probeFailure({ inTime: 0.9, relays: 1 })).toBeCloseTo(0.19 * (1 - 0.6561), 12)
  })

  test('are drawn by the formula, with relays that do not all work', () => {
    const scenario = { inTime: 0.7, relays: 3, working: 0.8 }
    expectMean(probeFailure(scenario), (draws) => (drawProbeFails(scenario, draws) ? 1 : 0))
  })

  test('come e / (e − 1) times as often as probes fail, where all members work', () => {
    const scenario = { inTime: 0.99, relays: 0 }
    expect(falseAlarmRate(scenario)).toBeCloseTo((0.0199 * Math.E) / (Math.E - 1), 12)
  })
})

test('timeouts are those of memberlist, by the formulas of the core', () => {
  expect(timeoutsOf(1000)).toEqual({
    suspicionMinMs: 12_000,
    suspicionMaxMs: 72_000,
    confirmations: 2,
    suspicionMs: [72_000, 34_144, 12_000],
    transmitLimit: 16,
    pushPullScale: 6,
  })
})

test("Serf's logistic starts low, ends at all, and is slowed by loss", () => {
  const setting = { nodes: 1000, fanout: 3 }
  expect(serfLogistic(setting, 0)).toBeLessThan(0.001)
  expect(serfLogistic(setting, 20)).toBeCloseTo(1, 6)
  expect(serfLogistic({ ...setting, loss: 0.5 }, 8)).toBeCloseTo(serfLogistic(setting, 4), 12)
})
