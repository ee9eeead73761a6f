// What the parameters of each fault and each trial must be, for plans that come out of a file:
// what a hand has changed there may make no sense, and would be void or fail in the middle. The
// compiler sees to it that no fault is left out; `plan-file.ts` goes through the plan.

import type { FaultName, TrialName } from 'hearsay/sim'

/** Whom a plan may speak of. */
export interface Names {
  isKnown(name: string): boolean
}

/** What a value ought to be, if it is not. */
export type Check = (value: unknown, names: Names) => string | undefined

interface Field {
  readonly check: Check
  readonly isOptional: boolean
}

export type Fields = Readonly<Record<string, Field>>

const DAY_MS = 86_400_000
/** Beyond these a storm is not over before somebody loses patience. */
const COUNT_MAX = 10_000
const NAME_BYTES_MAX = 255
const VALUE_BYTES_MAX = 65_536

// ---- kinds of values ----------------------------------------------------------------------

/** Whether it can be the name of a member: 1 to 255 bytes, no control characters. */
export function isName(value: unknown): value is string {
  if (typeof value !== 'string' || value === '' || /\p{Cc}/u.test(value)) return false
  return Buffer.byteLength(value) <= NAME_BYTES_MAX
}

export const newName: Check = (value) =>
  isName(value) ? undefined : 'a name without control characters, 1 to 255 bytes'

const member: Check = (value, names) => {
  if (!isName(value)) return 'the name of a member'
  return names.isKnown(value) ? undefined : `a member (nobody is called "${value}")`
}

const memberOrNone: Check = (value, names) => (value === '' ? undefined : member(value, names))
const members: Check = (value, names) => {
  if (!Array.isArray(value) || value.length === 0) return 'a list of members'
  return value.map((one) => member(one, names)).find((wrong) => wrong !== undefined)
}
const groups: Check = (value, names) => {
  if (!Array.isArray(value) || value.length < 2) return 'two or more lists of members'
  return value.map((one) => members(one, names)).find((wrong) => wrong !== undefined)
}

export const flag: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false')

export const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.some((word) => word === value) ? undefined : `one of ${words.join(', ')}`

const number =
  (low: number, high: number): Check =>
  (value) =>
    typeof value === 'number' && value >= low && value <= high
      ? undefined
      : `a number from ${low} to ${high}`

export const whole =
  (low: number, high: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && number(low, high)(value, NOBODY) === undefined
      ? undefined
      : `a whole number from ${low} to ${high}`

const NOBODY: Names = { isKnown: () => false }

/** A span or a moment, in ms. */
export const time = number(0, DAY_MS)

/** What is wrong with the fields of an object; `where` leads the sentence. */
export function wrongField(
  where: string,
  value: unknown,
  { fields, names }: { readonly fields: Fields; readonly names: Names },
): string | undefined {
  if (!isObject(value)) return `${where}: an object expected`
  const stray = Object.keys(value).find((key) => !Object.hasOwn(fields, key))
  if (stray !== undefined) return `${where}: nothing is called ${stray} there`
  for (const [key, { check, isOptional }] of Object.entries(fields)) {
    const given = value[key]
    if (given === undefined && isOptional) continue
    const expected = check(given, names)
    if (expected !== undefined) return `${where}: ${key}: ${expected} expected`
  }
  return undefined
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields of which all must be there. */
export function all(checks: Readonly<Record<string, Check>>): Fields {
  return mapped(checks, false)
}

/** Fields of which any may be left out. */
export function some(checks: Readonly<Record<string, Check>>): Fields {
  return mapped(checks, true)
}

function mapped(checks: Readonly<Record<string, Check>>, isOptional: boolean): Fields {
  const entries = Object.entries(checks)
  return Object.fromEntries(entries.map(([key, check]) => [key, { check, isOptional }]))
}

const nested =
  (fields: Fields): Check =>
  (value, names) =>
    wrongField('', value, { fields, names })
      ?.replace(/^: /, '')
      .replace(/ expected$/, '')

// ---- faults and trials --------------------------------------------------------------------

const share = number(0, 1)
const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text')
const count = whole(1, COUNT_MAX)
const bits = whole(-(2 ** 53) + 1, 2 ** 53 - 1)
const jump = number(-10 * DAY_MS, 10 * DAY_MS)
const sizeBytes = whole(0, VALUE_BYTES_MAX)
const fill = whole(0, 255)
const reason = oneOf('ENOBUFS', 'EAGAIN', 'EPERM', 'ENETUNREACH')

const who = all({ who: member })
const pair = all({ from: member, to: member })
const forAWhile = all({ who: member, forMs: time })
const back = all({ who: member, via: member })
const lies = all({ to: member, count, seed: bits })
const value = all({ who: member, key: text, sizeBytes, fill })
const again = all({ count, overMs: time })
const split = all({ groups })
const skewed = all({ who: member, aheadMs: jump })

/** How many members are to hold something: a number, or most of them. */
const needed: Check = (value) =>
  value === 'majority' || count(value, NOBODY) === undefined ? undefined : 'majority or a number'

const CONDITIONS = some({
  delayMinMs: number(0, 60_000),
  delayMeanMs: number(0, 60_000),
  jitterMs: number(0, 60_000),
  loss: share,
  streamLoss: share,
  burst: nested(all({ calmMeanMs: number(1, DAY_MS), badMeanMs: number(1, DAY_MS), loss: share })),
  duplicate: share,
  reorder: share,
  corrupt: share,
  packetBytesMax: whole(1, 65_507),
  bytesPerSecond: whole(1, 1_000_000_000),
  tellsUnreachable: flag,
  streamReset: share,
  reads: oneOf('whole', 'random', 'bytes'),
})
const change: Fields = {
  ...all({ changes: nested(CONDITIONS) }),
  ...some({ from: member, to: member }),
}

/** The parameters of each fault. */
export const faultFields: Readonly<Record<FaultName, Fields>> = {
  crash: all({ who: member, silent: flag }),
  restart: back,
  move: back,
  rename: all({ who: member, newcomer: newName, via: member }),
  impostor: all({ who: member, as: newName, via: memberOrNone, forMs: time }),
  leave: who,
  // It may be somebody who has never been.
  remove: all({ who: member, name: newName }),
  tags: all({ who: member, value: text }),
  event: all({ who: member, name: newName }),
  pause: forAWhile,
  stall: forAWhile,
  slow: all({ who: member, costMs: number(0, 60_000) }),
  wall: skewed,
  drift: all({ who: member, rate: number(0.5, 2) }),
  leap: all({ who: member, aheadMs: time }),
  failSends: all({ who: member, forMs: time, reason, share }),
  failDials: forAWhile,
  names: all({ how: oneOf('fail', 'stale'), forMs: time }),
  splitTwo: split,
  splitThree: split,
  isolate: who,
  semiDetach: pair,
  cutOneWay: pair,
  cutBoth: pair,
  blockUdp: who,
  blockTcp: who,
  hide: who,
  clog: all({ who: member, direction: oneOf('from', 'to'), forMs: time }),
  mend: {},
  lose: change,
  burst: change,
  duplicate: change,
  reorder: change,
  jitter: change,
  delay: change,
  damage: change,
  throttle: change,
  unreachable: change,
  mtu: change,
  reset: change,
  reads: change,
  replay: again,
  misroute: all({ who: member, count, overMs: time }),
  forge: lies,
  forgeTable: lies,
  loris: all({ to: member, bytes: count, everyMs: time }),
  stranger: all({
    name: newName,
    at: memberOrNone,
    to: member,
    how: oneOf('other label', 'other key'),
    forMs: time,
  }),
  write: value,
  writeLarge: value,
  writeMortal: { ...value, ...all({ ttlMs: number(1, DAY_MS) }) },
  writeMany: all({ who: member, count, sizeBytes }),
  put: all({
    who: member,
    deed: nested(
      all({
        lattice: oneOf('register', 'counter', 'element', 'multi', 'flag', 'max', 'min'),
        key: text,
        isLess: flag,
        number: whole(0, 65_535),
      }),
    ),
  }),
  promise: { ...value, ...all({ isShared: flag, needed }) },
  catchUp: all({ who: member, needed }),
  unset: all({ who: member, key: text }),
  skew: skewed,
  mute: all({ who: newName, via: member }),
  reboot: all({ who: member, via: memberOrNone, disk: oneOf('kept', 'lost', 'torn', 'wiped') }),
  failDisk: forAWhile,
}

/** The parameters of each trial. */
export const trialFields: Readonly<Record<TrialName, Fields>> = {
  crash: { ...all({ who: member, silent: flag }), ...some({ heir: newName }) },
  split: all({ side: members, forMs: time, isHidden: flag }),
  freeze: forAWhile,
  accuse: all({ who: member, to: member, by: member }),
  leave: all({ who: member, loss: share }),
  join: all({ newcomer: newName, via: member }),
  event: all({ who: member, name: newName }),
}

/** Who comes by a strike or a trial, if anybody does. */
export function newcomerOf({ kind, params }: Readonly<Record<string, unknown>>): unknown {
  if (!isObject(params)) return undefined
  if (kind === 'stranger') return params.name
  if (kind === 'mute') return params.who
  return params.newcomer ?? params.as ?? params.heir
}
