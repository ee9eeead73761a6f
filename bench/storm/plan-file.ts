// A plan of a storm out of a file: its shape is checked before it is played. Parameters of a
// strike are not, since each fault has its own; what they break is told as the plan's fault.

import { faultNames, type StormPlan, stateFaultNames, trialNames } from 'hearsay/sim'

type Fields = Readonly<Record<string, unknown>>

/** The plan that a text holds; throws an error that says what is wrong with it. */
export function planOf(text: string): StormPlan {
  const plan: unknown = JSON.parse(text)
  const problem = problemOf(plan)
  if (problem !== undefined) throw new Error(problem)
  // Checked just now, but for the parameters.
  return plan as StormPlan
}

function problemOf(plan: unknown): string | undefined {
  if (!isObject(plan)) return 'an object expected'
  const { seed, members, traits, chaosMs, strikes, revive, trials } = plan
  if (!Number.isSafeInteger(seed)) return 'seed: a whole number expected'
  if (!isList(members, isText) || members.length === 0) return 'members: a list of names expected'
  if (!isObject(traits)) return 'traits: an object expected'
  if (!isTime(chaosMs)) return 'chaosMs: a time in ms expected'
  if (typeof revive !== 'boolean') return 'revive: true or false expected'
  if (
    !isList(strikes, (one) => isAct(one, [...faultNames, ...stateFaultNames]) && isTime(one.atMs))
  ) {
    return 'strikes: a list expected, each with atMs, the kind of a fault and params'
  }
  if (isList(trials, (one) => isAct(one, trialNames))) return undefined
  return 'trials: a list expected, each with kind and params'
}

function isAct(one: unknown, kinds: readonly string[]): one is Fields {
  return isObject(one) && isText(one.kind) && kinds.includes(one.kind) && isObject(one.params)
}

function isList(value: unknown, isOne: (one: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every((one) => isOne(one))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= DAY_MS
}

const DAY_MS = 86_400_000

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
