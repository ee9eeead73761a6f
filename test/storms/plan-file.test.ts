// A storm's plan from a file: what a failure leaves is taken, anything else is refused in words.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { planOf } from '../../bench/storm/plan-file.ts'
import { drawPlan } from '../../src/sim/index.ts'

test('a plan that was written is read as it was', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const plan = drawPlan(seed, { membersMax: 6 })
    expect(planOf(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify(plan)))
    const ofState = drawPlan(seed, { state: true })
    expect(planOf(JSON.stringify(ofState)).strikes).toHaveLength(ofState.strikes.length)
  }
})

test('the plans that are kept are taken', () => {
  const kept = new URL('regressions/', import.meta.url)
  for (const file of readdirSync(kept)) {
    expect(() => planOf(readFileSync(new URL(file, kept), 'utf8')), file).not.toThrow()
  }
})

function struckBy(kind: string, params: object): string {
  return JSON.stringify({ ...PLAN, strikes: [{ atMs: 1, kind, params }], trials: [] })
}

const PLAN = JSON.parse(JSON.stringify(drawPlan(1, { membersMax: 4 })))

test.each([
  ['null', 'an object expected'],
  ['[]', 'an object expected'],
  ['{}', 'seed: a whole number expected'],
  [JSON.stringify({ ...PLAN, members: [] }), 'members: a list of names expected'],
  [JSON.stringify({ ...PLAN, traits: 1 }), 'traits: an object expected'],
  [JSON.stringify({ ...PLAN, chaosMs: -1 }), 'chaosMs: a time in ms expected'],
  [JSON.stringify({ ...PLAN, revive: 'no' }), 'revive: true or false expected'],
  [JSON.stringify({ ...PLAN, chaosMs: 1e12 }), 'chaosMs: a time in ms expected'],
  [struckBy('rain', {}), 'strikes[0] (rain): no fault is called that'],
  [struckBy('crash', { who: 'zed', silent: true }), 'nobody is called "zed"'],
  [struckBy('crash', { who: 'a' }), 'silent: true or false expected'],
  [struckBy('crash', { who: 'a', silent: true, loud: 1 }), 'nothing is called loud'],
  [struckBy('pause', { who: 'a', forMs: 1e300 }), 'forMs: a number from 0 to'],
  [struckBy('lose', { changes: { loss: 2 } }), 'changes: loss: a number from 0 to 1 expected'],
  [struckBy('splitTwo', { groups: [['a'], ['zed']] }), 'nobody is called "zed"'],
  [struckBy('rename', { who: 'a', newcomer: 'a', via: 'a' }), 'two are called "a"'],
  [JSON.stringify({ ...PLAN, strikes: [1] }), 'strikes: a list'],
  [JSON.stringify({ ...PLAN, strikes: [{ atMs: -1, kind: 'mend', params: {} }] }), 'atMs: a time'],
  [
    JSON.stringify({ ...PLAN, strikes: [{ atMs: 1e9, kind: 'mend', params: {} }] }),
    'atMs: a time from 0',
  ],
  [JSON.stringify({ ...PLAN, strikes: [], members: ['a', 'a'] }), 'two are called "a"'],
  [JSON.stringify({ ...PLAN, members: ['a\u0007'] }), 'without control characters'],
  [JSON.stringify({ ...PLAN, traits: { ...PLAN.traits, packetBytesMax: 3 } }), 'from 512 to 65507'],
  [JSON.stringify({ ...PLAN, traits: { ...PLAN.traits, label: 7 } }), 'traits: label'],
  [JSON.stringify({ ...PLAN, trials: [{ kind: 'rain', params: {} }] }), 'trials[0] (rain)'],
  [
    JSON.stringify({ ...PLAN, trials: [{ kind: 'freeze', params: {} }] }),
    'trials[0] (freeze): who',
  ],
  ['{', 'JSON'],
])('%.40s is refused', (text, said) => {
  expect(() => planOf(text)).toThrow(said)
})
