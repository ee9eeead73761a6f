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
import { Census, type Counts } from './census.ts'
import { type DrawOptions, drawPlan } from './draw.ts'
import type { Stage } from './fault.ts'
import { type FaultName, type Strike, strike } from './faults.ts'
import {
  boundsFor,
  type LivenessId,
  livingSeats,
  type Measured,
  recover,
  Unmet,
  unsettled,
  vainMs,
  within,
} from './liveness.ts'
import { comeBack, STOP_AFTER_LEAVE_MS } from './lives.ts'
import { soundAgain } from './machines.ts'
import type { StormPlan } from './plan.ts'
import { attempt } from './trials.ts'

export interface StormOptions extends DrawOptions {
  /** False: it is not run a second time, and S18 and S21 are not judged. */
  readonly twice?: boolean
  /** True: a naive model of the rules hears what each core hears, and must agree with it. */
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
  /** Over all transitions of rows. */
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
  const { twice = true, secondOpinion = false } = options
  const checkers = allCheckers(plan.traits.forger ? ['S6', 'S10'] : [])
  const outcome = live(plan, checkers, secondOpinion ? makeDoubted : makeCore)
  if (!twice || outcome.failure !== undefined) return outcome
  const twin = live(withoutJumps(plan), [])
  if (twin.hash === outcome.hash) return outcome
  const again = live(plan, [])
  const isSame = again.hash === outcome.hash
  const failure: StormFailure = isSame
    ? { id: 'S18', what: 'without jumps of wall clocks it takes other turns', atMs: 0 }
    : { id: 'S21', what: 'the same plan takes other turns a second time', atMs: 0 }
  return { ...outcome, failure }
}

/** The same plan, its wall clocks set to what they show already: the same inputs, no jump. */
function withoutJumps(plan: StormPlan): StormPlan {
  const stay = (one: Strike): Strike =>
    one.kind === 'wall' ? { ...one, params: { ...one.params, aheadMs: 0 } } : one
  return { ...plan, strikes: plan.strikes.map(stay) }
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
    onObservation: (observation) => census.observe(observation),
  })
  const { members, traits } = plan
  const seeds = members.slice(0, SEEDS)
  const stage = { cluster, traits, seeds, crew: new Set(members), paused: new Set<Process>() }
  const measured: Measured[] = []
  let failure: StormFailure | undefined
  try {
    rage(stage, plan, census)
    calm(stage, plan, measured)
  } catch (error) {
    failure = failureOf(error, cluster.nowMs)
  }
  census.take(cluster.network.tally)
  return {
    plan,
    failure,
    counts: census.counts,
    measured,
    hash: cluster.journal.hash,
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

function calm(stage: Stage, plan: StormPlan, measured: Measured[]): void {
  const { cluster } = stage
  cluster.heal()
  soundAgain(stage)
  sendAway(stage)
  // Who is just leaving goes first, so that nobody stops after the calm has begun.
  cluster.run(STOP_AFTER_LEAVE_MS)
  if (plan.revive || livingSeats(stage).length === 0) revive(stage)
  reseed(stage)
  const { healMs, moveMs } = boundsFor(stage)
  const boundMs = healMs + vainMs(stage) + (hasMoved(plan) ? moveMs : 0)
  measured.push(within(stage, { id: 'L2', boundMs }, () => unsettled(stage)))
  for (const trial of plan.trials) {
    recover(stage)
    measured.push(...attempt(stage, trial))
    cluster.runUntil(() => unsettled(stage) === undefined, boundMs)
  }
}

/** Starts again who is down. */
function revive(stage: Stage): void {
  for (const { id, process, hasLeft } of stage.cluster.population.seats) {
    if (stage.crew.has(id) && (!process.isRunning || hasLeft)) comeBack(stage, id)
  }
}

/** Impostors and strangers do not stay for the calm. */
function sendAway({ cluster, crew }: Stage): void {
  for (const { id } of cluster.population.seats) if (!crew.has(id)) cluster.crash(id)
}

/**
 * Joins who knows nobody, and islands that know nothing of each other, once: they could not
 * find out by themselves. With a configured seed that lives, they can.
 */
function reseed(stage: Stage): void {
  const { cluster, traits, seeds } = stage
  const living = livingSeats(stage).map(({ id }) => id)
  if (traits.joining === 'seeds' && seeds.some((seed) => living.includes(seed))) return
  const [largest = [], ...others] = islands(stage).sort((a, b) => b.length - a.length)
  const [first] = largest.filter((id) => !isLonely(stage, id))
  const via = first ?? largest[0]
  const lonely = largest.filter((id) => id !== via && isLonely(stage, id))
  const lost = [...lonely, ...others.flatMap(([one]) => (one === undefined ? [] : [one]))]
  if (via !== undefined) for (const id of lost) cluster.join(id, via)
}

/** It holds nobody to be alive or failed: who said goodbye is not looked for. */
function isLonely({ cluster }: Stage, id: string): boolean {
  const { machine } = cluster.population.seat(id).process
  return machine.memberViews().filter(({ status }) => status !== 'left').length < 2
}

/** The living, by who knows of whom, directly or not, alive or failed. */
function islands(stage: Stage): string[][] {
  const seats = livingSeats(stage)
  const idByAddress = new Map(seats.map(({ id, config }) => [config.advertise.key, id]))
  const islandOf = new Map(seats.map(({ id }) => [id, new Set([id])]))
  for (const { id, process } of seats) {
    for (const { address, status } of process.machine.memberViews()) {
      const one = islandOf.get(id)
      const other = islandOf.get(idByAddress.get(address.key) ?? id)
      if (status === 'left' || one === undefined || other === undefined || one === other) continue
      for (const member of other) {
        one.add(member)
        islandOf.set(member, one)
      }
    }
  }
  return [...new Set(islandOf.values())].map((island) => [...island])
}

/** Whether a name may be held at an address that is not its own any more. */
function hasMoved({ strikes }: StormPlan): boolean {
  return strikes.some(({ kind }) => MOVING.includes(kind))
}

const MOVING: readonly FaultName[] = [
  'move',
  'impostor',
  'rename',
  'forge',
  'forgeTable',
  'stranger',
]

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
  const { label, application, keyByte, packetBytesMax } = traits
  const keyring = keyByte === 0 ? [] : [new Uint8Array(16).fill(keyByte)]
  return { crcEverywhere: true, label, application, keyring, packetBytesMax }
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
