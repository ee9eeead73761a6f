// Runs storms: a plan befalls a cluster of real cores while every checker watches, then comes
// calm, in which the members must agree and every trial must keep its bound. Then the same
// once more without the jumps of wall clocks: it must take the same turns (S18 and S21).
// Nothing that breaks is thrown; the outcome says it.
//
//     const outcome = runStorm(17)
//     if (outcome.failure !== undefined) console.log(outcome.failure.id, outcome.failure.what)

import { Core, type Millis, type Random } from '../../core/index.ts'
import { NONCE_BYTES } from '../../core/wire/index.ts'
import { allCheckers } from '../checkers/all.ts'
import { type Checker, type CheckerId, InvariantViolation } from '../checkers/checker.ts'
import { Cluster } from '../cluster.ts'
import type { MakeMachine, MemberOptions } from '../population.ts'
import type { Process } from '../process.ts'
import { Disagreement, withSecondOpinion } from '../second-opinion.ts'
import { toyCipher } from '../toy-cipher.ts'
import { calmDown, tryOut } from './calm.ts'
import { Census, type Counts } from './census.ts'
import { type DrawOptions, drawPlan } from './draw.ts'
import type { Stage } from './fault.ts'
import { type Strike, strike } from './faults.ts'
import { type LivenessId, type Measured, Unmet } from './liveness.ts'
import type { StormPlan } from './plan.ts'
import { settleState } from './state-calm.ts'

export interface StormOptions extends DrawOptions {
  /**
   * False: it is not run a second time, and S18 and S21 are not judged. True unless given; with
   * state, which costs more, for each fourth seed.
   */
  readonly twice?: boolean
  /**
   * True: a naive model of the rules hears what each core hears, and must agree with it. Where
   * tables are small nobody asks it: it knows no cap.
   */
  readonly secondOpinion?: boolean
}

export interface StormFailure {
  /**
   * The invariant that was broken; `model` if the second opinion differs, `error` if something
   * threw that should not.
   */
  readonly id: CheckerId | LivenessId | 'model' | 'error'
  readonly what: string
  readonly atMs: Millis
}

export interface StormOutcome {
  readonly plan: StormPlan
  readonly failure: StormFailure | undefined
  /** How often each fault struck and each turn was taken; what a sweep must not lack. */
  readonly counts: Counts
  /** Everything that was held against a bound. */
  readonly measured: readonly Measured[]
  /** Over all transitions of rows until the members agreed, or something broke. */
  readonly hash: string
  /** Virtual time that passed. */
  readonly lastedMs: Millis
  /** The last 200 transitions, if it failed. */
  readonly tail: readonly string[]
}

const SEEDS = 3
const GATHER_MS = 3000
const TAIL = 200

/** The storm of a seed: a whole number from 0. Never throws. */
export function runStorm(seed: number, options: StormOptions = {}): StormOutcome {
  return runPlan(drawPlan(seed, options), options)
}

/** A storm by its plan. Never throws. */
export function runPlan(plan: StormPlan, options: StormOptions = {}): StormOutcome {
  const isDear = plan.traits.state === true
  const { twice = !isDear || plan.seed % 4 === 0, secondOpinion = false } = options
  const checkers = allCheckers(plan.traits.forger ? ['S6', 'S10'] : [])
  const isJudged = secondOpinion && plan.traits.membersMax === undefined
  const outcome = live(plan, checkers, isJudged ? makeDoubted : makeCore)
  if (!twice || outcome.failure !== undefined) return outcome
  // Lives of state are named after wall clocks: without their jumps other bytes are sent.
  const twin = live(isDear ? { ...plan, trials: [] } : withoutJumps(plan), [])
  if (twin.hash === outcome.hash) return outcome
  const again = isDear ? twin : live({ ...plan, trials: [] }, [])
  const isSame = again.hash === outcome.hash
  const failure: StormFailure = isSame
    ? { id: 'S18', what: 'without jumps of wall clocks it takes other turns', atMs: 0 }
    : { id: 'S21', what: 'the same plan takes other turns a second time', atMs: 0 }
  return { ...outcome, failure }
}

/**
 * The same plan, its wall clocks set to what they show already: the same inputs, no jump. What is
 * tried in the calm has none, and is left out.
 */
function withoutJumps(plan: StormPlan): StormPlan {
  const stay = (one: Strike): Strike =>
    one.kind === 'wall' ? { ...one, params: { ...one.params, aheadMs: 0 } } : one
  return { ...plan, strikes: plan.strikes.map(stay), trials: [] }
}

function live(
  plan: StormPlan,
  checkers: readonly Checker[],
  make: MakeMachine = makeCore,
): StormOutcome {
  const census = new Census()
  const options = optionsOf(plan)
  const cluster = new Cluster({
    seed: plan.seed,
    options,
    checkers,
    make,
    durability: plan.traits.durability,
    onObservation: (observation) => census.observe(observation),
  })
  const { members, traits } = plan
  const seeds = members.slice(0, SEEDS)
  const stage = { cluster, traits, seeds, crew: new Set(members), paused: new Set<Process>() }
  const measured: Measured[] = []
  let failure: StormFailure | undefined
  let hash: string | undefined
  try {
    rage(stage, plan, census)
    cluster.population.mark(cluster.population.seats, 'calm')
    measured.push(calmDown(stage, plan))
    hash = cluster.journal.hash
    if (plan.traits.state === true) measured.push(...settleState(stage))
    tryOut(stage, plan, measured)
  } catch (error) {
    failure = failureOf(error, cluster.nowMs)
  }
  census.take(cluster.network.tally)
  for (const { process } of cluster.population.seats)
    census.takeCounters(process.machine.counters())
  return {
    plan,
    failure,
    counts: census.counts,
    measured,
    hash: hash ?? cluster.journal.hash,
    lastedMs: cluster.nowMs,
    tail: failure === undefined ? [] : cluster.journal.tail(TAIL),
  }
}

function rage(stage: Stage, plan: StormPlan, census: Census): void {
  const { cluster } = stage
  gather(stage, plan.members)
  cluster.network.record()
  const startMs = cluster.nowMs
  for (const one of plan.strikes) {
    cluster.run(startMs + one.atMs - cluster.nowMs)
    if (strike(stage, one)) census.count(`fault ${one.kind}`)
  }
  cluster.run(startMs + plan.chaosMs - cluster.nowMs)
}

/** Starts the members, each told whom to join. */
function gather({ cluster, traits, seeds }: Stage, members: readonly string[]): void {
  for (const id of members) cluster.start(id)
  for (const id of members) {
    if (traits.joining === 'seeds') cluster.seeds(id, ...seeds)
    else if (id !== members[0]) cluster.join(id, ...seeds.filter((seed) => seed !== id))
  }
  cluster.run(GATHER_MS)
}

function failureOf(error: unknown, atMs: Millis): StormFailure {
  const what = error instanceof Error ? error.message : String(error)
  const isKnown = error instanceof InvariantViolation || error instanceof Unmet
  if (isKnown) return { id: error.id, what, atMs }
  if (error instanceof Disagreement) return { id: 'model', what, atMs }
  const stack = error instanceof Error ? `\n${error.stack}` : ''
  return { id: 'error', what: what + stack, atMs }
}

// Damage is seen everywhere only with checksums everywhere; without, S10 could not hold.
function optionsOf({ traits }: StormPlan): MemberOptions {
  const { label, application, keyByte, packetBytesMax, membersMax } = traits
  const keyring = keyByte === 0 ? [] : [new Uint8Array(16).fill(keyByte)]
  const cap = membersMax === undefined ? {} : { membersMax }
  return { crcEverywhere: true, label, application, keyring, packetBytesMax, ...cap }
}

const makeCore: MakeMachine = (config, random) =>
  config.keyring.length === 0
    ? new Core(config, { random })
    : new Core(config, { random, cipher: toyCipher, nonce: () => nonceFrom(random) })

const makeDoubted: MakeMachine = (config, random) =>
  withSecondOpinion(makeCore(config, random), config, toyCipher)

function nonceFrom(random: Random): Uint8Array {
  return Uint8Array.from({ length: NONCE_BYTES }, () => random.below(256))
}
