// A storm's plan from a file: what a failure leaves is taken, anything else is refused in words.

import { expect, test } from 'vitest'
import { planOf } from '../../bench/storm/plan-file.ts'
import { drawPlan } from '../../src/sim/index.ts'

test('a plan that was written is read as it was', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const plan = drawPlan(seed, { membersMax: 6 })
    expect(planOf(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify(plan)))
  }
})

const PLAN = JSON.parse(JSON.stringify(drawPlan(1, { membersMax: 4 })))

test.each([
  ['null', 'an object expected'],
  ['[]', 'an object expected'],
  ['{}', 'seed: a whole number expected'],
  [JSON.stringify({ ...PLAN, members: [] }), 'members: a list of names expected'],
  [JSON.stringify({ ...PLAN, traits: 1 }), 'traits: an object expected'],
  [JSON.stringify({ ...PLAN, chaosMs: -1 }), 'chaosMs: a time in ms expected'],
  [JSON.stringify({ ...PLAN, revive: 'no' }), 'revive: true or false expected'],
  [
    JSON.stringify({ ...PLAN, strikes: [{ atMs: 1, kind: 'rain', params: {} }] }),
    'strikes: a list',
  ],
  [JSON.stringify({ ...PLAN, trials: [{ kind: 'rain', params: {} }] }), 'trials: a list expected'],
  ['{', 'JSON'],
])('%.40s is refused', (text, said) => {
  expect(() => planOf(text)).toThrow(said)
})
