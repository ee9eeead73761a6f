// A failing plan is shortened to what its failure needs, and no further.

import { describe, expect, test } from 'vitest'
import { drawPlan, type StormPlan, shrinkPlan } from '../../src/sim/index.ts'

const plan = drawPlan(19, { membersMax: 12 })
const needs =
  (...kinds: readonly string[]) =>
  ({ strikes }: StormPlan) =>
    kinds.every((kind) => strikes.some((one) => one.kind === kind))
const [first, second] = [...new Set(plan.strikes.map(({ kind }) => kind))]

describe('a plan that fails', () => {
  test('keeps the strikes that its failure needs', () => {
    if (first === undefined || second === undefined) throw new Error('this seed brings two faults')
    const { strikes, trials } = shrinkPlan(plan, needs(first, second))
    expect(strikes.map(({ kind }) => kind).sort()).toEqual([first, second].sort())
    expect(trials).toEqual([])
  })

  test('keeps its members, traits and length', () => {
    const { members, traits, chaosMs } = shrinkPlan(plan, () => true)
    expect({ members, traits, chaosMs }).toEqual({
      members: plan.members,
      traits: plan.traits,
      chaosMs: plan.chaosMs,
    })
  })

  test('is left alone where every strike is needed', () => {
    const whole = shrinkPlan(plan, ({ strikes }) => strikes.length === plan.strikes.length)
    expect(whole.strikes).toEqual(plan.strikes)
  })

  test('is not run more often than allowed', () => {
    let runs = 0
    shrinkPlan(plan, () => runs++ % 3 === 0, { runsMax: 10 })
    expect(runs).toBeLessThanOrEqual(10)
  })
})
