// A storm is data: drawn the same each time, kept as text without loss, and never thrown at
// whoever runs it.

import { expect, test } from 'vitest'
import { drawPlan, faultNames, runPlan, type StormPlan } from '../../src/sim/index.ts'

test('a seed always comes to the same plan', () => {
  expect(drawPlan(33)).toEqual(drawPlan(33))
  expect(drawPlan(33)).not.toEqual(drawPlan(34))
})

test('a plan kept as text runs as it did', () => {
  const plan = drawPlan(12)
  const kept: StormPlan = JSON.parse(JSON.stringify(plan))
  const outcome = runPlan(kept, { twice: false })
  expect(outcome.failure).toBeUndefined()
  expect(outcome.hash).toBe(runPlan(plan, { twice: false }).hash)
})

test('strikes come in order, within the chaos, and name known faults', () => {
  for (let seed = 0; seed < 50; seed++) {
    const { strikes, chaosMs } = drawPlan(seed)
    const times = strikes.map(({ atMs }) => atMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.every((atMs) => atMs >= 0 && atMs < chaosMs)).toBe(true)
    for (const { kind } of strikes) expect(faultNames).toContain(kind)
  }
})

test('as many members take part as allowed, at most', () => {
  const sizes = Array.from({ length: 60 }, (_, seed) => {
    return drawPlan(seed, { membersMax: 3 }).members.length
  })
  expect(new Set(sizes)).toEqual(new Set([1, 2, 3]))
})

test('what goes wrong is told in the outcome and not thrown', () => {
  const nobody: StormPlan = { ...drawPlan(1), members: [], strikes: [], trials: [] }
  expect(runPlan(nobody).failure?.id).toBe('error')
})

test('strikes at somebody who never came are void', () => {
  const plan = drawPlan(5)
  const text = JSON.stringify(plan.strikes).replaceAll(/"(who|to|from)":"\w+"/g, '"$1":"nobody"')
  const strikes: StormPlan['strikes'] = JSON.parse(text)
  expect(runPlan({ ...plan, strikes }, { twice: false }).failure).toBeUndefined()
})
