// A plan of a storm out of a file: all of it is checked before it is played, and what makes no
// sense is refused with the place where it stands. What the parameters of each fault must be
// stands in `plan-params.ts`.

import {
  type FaultName,
  faultNames,
  type StormPlan,
  stateFaultNames,
  type TrialName,
  trialNames,
} from 'hearsay/sim'
import {
  all,
  type Fields,
  faultFields,
  flag,
  isName,
  isObject,
  type Names,
  newcomerOf,
  newName,
  oneOf,
  some,
  time,
  trialFields,
  whole,
  wrongField,
} from './plan-params.ts'

type Act = Readonly<Record<string, unknown>>

/** The plan that a text holds; throws an error that says what is wrong with it. */
export function planOf(text: string): StormPlan {
  const plan: unknown = JSON.parse(text)
  const problem = problemOf(plan)
  if (problem !== undefined) throw new Error(problem)
  // All of it has been checked just now.
  return plan as StormPlan
}

const TRAITS: Fields = {
  ...all({
    label: (value) => (value === '' ? undefined : newName(value, { isKnown: () => false })),
    application: oneOf('memberlist', 'serf'),
    keyByte: whole(0, 255),
    joining: oneOf('seeds', 'once'),
    forger: flag,
  }),
  ...some({
    // Plans of earlier versions leave it to the default.
    packetBytesMax: whole(512, 65_507),
    membersMax: whole(2, 100_000),
    state: flag,
    durability: oneOf('none', 'async', 'fsync'),
  }),
}

function problemOf(plan: unknown): string | undefined {
  if (!isObject(plan)) return 'an object expected'
  const { seed, members, traits, chaosMs, strikes, revive, trials } = plan
  if (whole(0, Number.MAX_SAFE_INTEGER)(seed, NOBODY) !== undefined) {
    return 'seed: a whole number expected, 0 or more'
  }
  if (!isListOfNames(members)) {
    return 'members: a list of names expected, each 1 to 255 bytes without control characters'
  }
  const wrongTraits = wrongField('traits', traits, { fields: TRAITS, names: NOBODY })
  if (wrongTraits !== undefined) return wrongTraits
  if (time(chaosMs, NOBODY) !== undefined) return 'chaosMs: a time in ms expected, a day at most'
  if (typeof revive !== 'boolean') return 'revive: true or false expected'
  if (!isListOfActs(strikes)) {
    return 'strikes: a list expected, each with atMs, the kind of a fault and params'
  }
  if (!isListOfActs(trials)) return 'trials: a list expected, each with kind and params'
  const newcomers = [...strikes, ...trials].map(newcomerOf).filter(isName)
  return (
    twice([...members, ...newcomers]) ??
    wrongStrike(strikes, { chaosMs: Number(chaosMs), names: namesOf(members, newcomers) }) ??
    wrongTrial(trials, namesOf(members, newcomers))
  )
}

const NOBODY: Names = { isKnown: () => false }

/** A plan that was shortened may speak of newcomers whose coming it has left out. */
function namesOf(members: readonly string[], newcomers: readonly string[]): Names {
  const known = new Set([...members, ...newcomers])
  return { isKnown: (name) => known.has(name) || DRAWN_NAME.test(name) }
}

const DRAWN_NAME = /^(heir|impostor|stranger|mute)-\d+$/

function twice(names: readonly string[]): string | undefined {
  const double = names.find((name, index) => names.indexOf(name) !== index)
  return double === undefined ? undefined : `members: two are called "${double}"`
}

function wrongStrike(
  strikes: readonly Act[],
  { chaosMs, names }: { readonly chaosMs: number; readonly names: Names },
): string | undefined {
  let lastMs = 0
  for (const [index, { atMs, kind, params }] of strikes.entries()) {
    const where = `strikes[${index}] (${kind})`
    if (!isFault(kind)) return `${where}: no fault is called that`
    if (typeof atMs !== 'number' || !(atMs >= lastMs && atMs <= chaosMs)) {
      return `${where}: atMs: a time from ${lastMs}, when the one before strikes, to ${chaosMs} expected`
    }
    lastMs = atMs
    const wrong = wrongField(where, params, { fields: faultFields[kind], names })
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongTrial(trials: readonly Act[], names: Names): string | undefined {
  for (const [index, { kind, params }] of trials.entries()) {
    const where = `trials[${index}] (${kind})`
    if (!isTrial(kind)) return `${where}: no trial is called that`
    const wrong = wrongField(where, params, { fields: trialFields[kind], names })
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function isFault(kind: unknown): kind is FaultName {
  return [...faultNames, ...stateFaultNames].some((name) => name === kind)
}

function isTrial(kind: unknown): kind is TrialName {
  return trialNames.some((name) => name === kind)
}

function isListOfNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every(isName)
}

function isListOfActs(value: unknown): value is readonly Act[] {
  return Array.isArray(value) && value.every(isObject)
}
