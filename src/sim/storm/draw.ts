// Makes a storm's plan out of its seed. Each seed turns on its own choice of faults, with its
// own force and pace, so that rare combinations come up; who is up is followed while drawing.

import { type Millis, Random } from '../../core/index.ts'
import { Draft, type Traits } from './fault.ts'
import { type FaultName, faultNames, faults, type Strike, stateFaultNames } from './faults.ts'
import type { StormPlan } from './plan.ts'
import { drawTrial, type Trial, type TrialName, trialNames } from './trials.ts'
import { DEEDS } from './writers.ts'

export interface DrawOptions {
  /** A storm has 1 to this many members; 12 by default. */
  readonly membersMax?: number
  /** True: members write to replicated state. */
  readonly state?: boolean
}

const MEMBERS_MAX = 12
const CHAOS_MIN_MS = 40_000
const CHAOS_SPREAD_MS = 120_000
const PACE_MIN_MS = 500
const PACE_SPREAD_MS = 4000
const TRIALS_MAX = 3

/** The plan of `seed`, a whole number from 0; always the same. */
export function drawPlan(seed: number, options: DrawOptions = {}): StormPlan {
  const { membersMax = MEMBERS_MAX, state = false } = options
  const random = new Random(seed * 2 + 1)
  const members = Array.from({ length: 1 + random.below(membersMax) }, (_, i) => idOf(i))
  const drawn = drawTraits(seed, random)
  const more = state ? { state, ...diskOf(seed) } : capOf(seed, members.length)
  const traits = { ...drawn, ...more }
  const chaosMs = Math.round(CHAOS_MIN_MS + random.fraction() * CHAOS_SPREAD_MS)
  const draft = new Draft(random, members, traits)
  const strikes = drawStrikes(draft, chaosMs)
  const revive = random.chance(0.5)
  const trials = drawTrials(new Draft(random, members, traits))
  return { seed, members, traits, chaosMs, strikes, revive, trials }
}

function idOf(index: number): string {
  return index < 26 ? String.fromCharCode(97 + index) : `m${index + 1}`
}

/** A third have no disks, a third write without waiting, a third wait for each write. */
function diskOf(seed: number): Pick<Traits, 'durability'> {
  const kinds = [undefined, 'async', 'fsync'] as const
  const durability = kinds[seed % kinds.length]
  return durability === undefined ? {} : { durability }
}

function drawTraits(seed: number, random: Random): Traits {
  return {
    label: seed % 7 === 1 ? 'storm' : '',
    application: seed % 7 === 2 ? 'serf' : 'memberlist',
    keyByte: seed % 7 === 3 ? 1 + (seed % 255) : 0,
    joining: random.chance(0.5) ? 'seeds' : 'once',
    // Where packets are small, the news of a few members fills them.
    packetBytesMax: seed % 5 === 2 ? 512 : 1400,
    forger: seed % 4 === 0,
  }
}

/** In one of eleven storms tables have room for one more: who is dead keeps out who is new. */
function capOf(seed: number, members: number): Pick<Traits, 'membersMax'> {
  return seed % 11 === 6 ? { membersMax: members + 1 } : {}
}

function drawStrikes(draft: Draft, chaosMs: Millis): readonly Strike[] {
  const { random, traits } = draft
  const all = traits.state === true ? [...OF_ANY_STATE, ...STATE_FAULTS] : faultNames
  const names = all.filter(() => random.chance(0.5))
  const meanMs = PACE_MIN_MS + random.fraction() * PACE_SPREAD_MS
  const faults = paced(random, meanMs, names)
  const deeds = traits.state === true ? paced(random, drawDeedPace(random), DEEDS) : undefined
  const strikes: Strike[] = []
  for (;;) {
    const isDeed = deeds !== undefined && deeds.atMs < faults.atMs
    const { atMs, kind } = isDeed ? deeds.take() : faults.take()
    if (atMs >= chaosMs || kind === undefined) return strikes
    const strike = drawStrike(kind, draft, atMs)
    if (strike !== undefined) strikes.push(strike)
  }
}

/** Clocks that are hours ahead would have the shared writes of their members wait for hours. */
const OF_ANY_STATE = faultNames.filter((name) => name !== 'wall')
/** What befalls state, beside what members do to it themselves. */
const STATE_FAULTS = stateFaultNames.filter((name) => !DEEDS.some((deed) => deed === name))

/** Some write ten times a second, some every few seconds. */
function drawDeedPace(random: Random): Millis {
  return 100 * 40 ** random.fraction()
}

interface Arrivals {
  /** When the next one comes. */
  readonly atMs: Millis
  take(): { readonly atMs: Millis; readonly kind: FaultName | undefined }
}

/** Names drawn at random moments, so far apart on average. */
function paced(random: Random, meanMs: Millis, names: readonly FaultName[]): Arrivals {
  let lastMs = 0
  let nextMs: Millis | undefined
  // Drawn only when it is asked for: plans of old seeds stay as they were.
  const next = (): Millis => {
    nextMs ??= lastMs + Math.round(-Math.log(1 - random.fraction()) * meanMs)
    return nextMs
  }
  return {
    get atMs() {
      return next()
    },
    take() {
      lastMs = next()
      nextMs = undefined
      return { atMs: lastMs, kind: names[random.below(Math.max(1, names.length))] }
    },
  }
}

function drawStrike<K extends FaultName>(
  kind: K,
  draft: Draft,
  atMs: Millis,
): Strike<K> | undefined {
  const params = faults[kind].draw(draft)
  return params === undefined ? undefined : { atMs, kind, params }
}

function drawTrials(draft: Draft): readonly Trial[] {
  const { random } = draft
  const names = [...trialNames]
  random.shuffle(names)
  return names.slice(0, random.below(TRIALS_MAX + 1)).flatMap((kind) => {
    const trial = drawOneTrial(kind, draft)
    return trial === undefined ? [] : [trial]
  })
}

function drawOneTrial<K extends TrialName>(kind: K, draft: Draft): Trial<K> | undefined {
  const params = drawTrial(kind, draft)
  return params === undefined ? undefined : { kind, params }
}
