// Rules of thumb: near the exact law where they claim to be, and silent where they have nothing
// to say.

import { expect, test } from 'vitest'
import {
  exactSpread,
  planOf,
  type SpreadScenario,
  thumbCurve,
  thumbFormula,
  thumbRounds,
} from '../../../src/sim/index.ts'

const push = (options: Partial<SpreadScenario> = {}) =>
  ({ protocol: 'push', nodes: 1000, ...options }) as const

test.each([
  [1, 16.9],
  [2, 9.7],
  [3, 7.3],
])('the estimate of rounds for k = %d is %d among a thousand', (fanout, rounds) => {
  expect(thumbRounds(planOf(push({ fanout })))).toBeCloseTo(rounds, 1)
})

test.each([
  {},
  { fanout: 1 },
  { fanout: 3, loss: 0.25 },
  { crash: 0.3 },
  { loss: 0.25, crash: 0.3 },
])('the mean lies about one round above the estimate: %j', (options) => {
  const scenario = push(options)
  const above = exactSpread(scenario).toAll.mean - thumbRounds(planOf(scenario))
  expect(above).toBeGreaterThan(0.5)
  expect(above).toBeLessThan(2)
})

test.each(['push', 'pull'] as const)('the curve of %s keeps near the exact one', (protocol) => {
  const scenario = { ...push({ loss: 0.1, crash: 0.2 }), protocol }
  const { byRound, plan } = exactSpread(scenario)
  const curve = thumbCurve(plan, byRound.length - 1) ?? []
  expect(curve).toHaveLength(byRound.length)
  for (const { round, mean } of byRound) {
    expect(Math.abs((curve[round] ?? 0) - mean / plan.alive)).toBeLessThan(0.2)
  }
  expect(curve.at(-1)).toBeCloseTo(1)
})

test('a protocol that ends by itself has no curve', () => {
  const plan = planOf({ protocol: 'memberlist', nodes: 100 })
  expect(thumbFormula(plan)).toBeUndefined()
  expect(thumbCurve(plan, 10)).toBeUndefined()
})
