// The exact law of push, pull and push-pull among up to 1000 nodes: a Markov chain over the
// number of nodes that do not know yet. Pull: each of them succeeds by itself, so what is left
// is binomial. Push: all senders are alike, so one table is applied as often as there are
// senders. Both do not disturb each other: nobody acts in a round on what it hears in it.

import { HearsayError } from '../../../core/index.ts'
import { shareOf } from '../run-log.ts'
import { type Plan, planOf, type SpreadScenario } from '../scenario.ts'
import { targetsOf } from '../targets.ts'
import { addWeighted, applySender } from './chain.ts'
import { binomial, hitTable, pullChance, type Run } from './chances.ts'
import { RoundsLaw } from './rounds-law.ts'

/** Beyond so many nodes, or so many targets, the chain takes too long; samples do as well there. */
export const EXACT_NODES_MAX = 1000
export const EXACT_FANOUT_MAX = 64

/** Where loss leaves so little that the last node waits longer than this, samples do better. */
const EXACT_ROUNDS_MAX = 2000

/** What the theory says of a scenario, with no chance left in it. */
export interface ExactSpread {
  readonly plan: Plan
  /** Expected nodes that know after each round, round 0 first, and how it varies from run to run. */
  readonly byRound: readonly ExactRound[]
  /** Laws of the number of rounds until 50 %, 99 % and all of the alive know. */
  readonly toHalf: RoundsLaw
  readonly to99: RoundsLaw
  readonly toAll: RoundsLaw
  /** Push only: messages expected until all know. */
  readonly messages: number | undefined
}

export interface ExactRound {
  readonly round: number
  readonly mean: number
  readonly sd: number
  /** Chance that everybody alive knows. */
  readonly reachedAll: number
}

/** True if `exactSpread` takes this scenario. */
export function hasExactSpread(scenario: SpreadScenario): boolean {
  const plan = planOf(scenario)
  const isChain = ['push', 'pull', 'pushpull'].includes(plan.protocol)
  const isSmall = plan.nodes <= EXACT_NODES_MAX && plan.fanout <= EXACT_FANOUT_MAX
  return isChain && isSmall && plan.repairEvery === 0 && roundsOf(plan) <= EXACT_ROUNDS_MAX
}

/** About how many rounds there are until the chance of going on is negligible. */
function roundsOf(plan: Plan): number {
  if (plan.alive === 1) return 0
  // What the last node without the rumor hears in a round, by all the others or by its targets.
  const told = (targetsOf(plan) * (1 - plan.loss) * plan.alive) / plan.nodes
  const asked = pullChance(plan, targetsOf(plan), plan.alive - 1)
  const rate = plan.protocol === 'pull' ? asked : told
  return (Math.log(plan.alive) - Math.log(TAIL)) / -Math.log1p(-Math.min(rate, 0.99))
}

/** Computes the law; a HearsayError `HEARSAY_CONFIG` where there is no chain (`hasExactSpread`). */
export function exactSpread(scenario: SpreadScenario): ExactSpread {
  const plan = planOf(scenario)
  if (!hasExactSpread(scenario)) {
    throw new HearsayError(
      'HEARSAY_CONFIG',
      `There is no exact law for this scenario: it must be push, pull or pushpull among at most ${EXACT_NODES_MAX} nodes, with a fan-out of at most ${EXACT_FANOUT_MAX}, no repairs, and not nearly all messages lost. Take a sample instead.`,
    )
  }
  return follow(plan, stepOf(plan))
}

/** Moves the law of the number of nodes without the rumor on by one round. */
type Step = (law: Float64Array) => Float64Array

/**
 * First every asker for itself: how many of u stay without an answer. Then the senders, one
 * like the other: who starts with I informed has the table applied I times, and Horner's
 * scheme does that for all starts in one sweep.
 */
function stepOf(plan: Plan): Step {
  const { alive, protocol } = plan
  const size = targetsOf(plan)
  const table = protocol === 'pull' ? undefined : hitTable(plan, size)
  const asked = protocol === 'push' ? undefined : askersLeft(plan, size)
  return (law) => {
    const next = new Float64Array(alive)
    for (let informed = alive; informed >= 1; informed--) {
      const u = alive - informed
      const weight = law[u] as number
      if (weight > 0) addWeighted(next, asked?.(u) ?? certain(u), weight)
      if (table !== undefined) applySender(next, table, u)
    }
    return next
  }
}

function certain(u: number): Run {
  return { first: u, chances: Float64Array.of(1) }
}

/** How many of u askers stay without an answer while alive − u know; computed when first needed. */
function askersLeft(plan: Plan, size: number): (u: number) => Run {
  const known: Run[] = []
  return (u) => {
    const run = known[u] ?? binomial(u, 1 - pullChance(plan, size, plan.alive - u))
    known[u] = run
    return run
  }
}

/** So little chance of going on is left out; means lose nothing within their first ten digits. */
const TAIL = 1e-14

function follow(plan: Plan, step: Step): ExactSpread {
  const { alive } = plan
  const byRound: ExactRound[] = []
  const toHalf: number[] = []
  const to99: number[] = []
  const toAll: number[] = []
  let messages = 0
  let law: Float64Array = new Float64Array(alive)
  law[alive - 1] = 1
  for (let round = 0; round <= plan.roundsMax; round++) {
    byRound.push(describe(round, law))
    toHalf.push(chanceAbove(law, alive - shareOf(alive, 50)))
    to99.push(chanceAbove(law, alive - shareOf(alive, 99)))
    toAll.push(chanceAbove(law, 0))
    if ((toAll.at(-1) ?? 0) < TAIL) break
    messages += targetsOf(plan) * sendersExpected(law)
    law = step(law)
  }
  return {
    plan,
    byRound,
    toHalf: new RoundsLaw(toHalf),
    to99: new RoundsLaw(to99),
    toAll: new RoundsLaw(toAll),
    messages: plan.protocol === 'push' ? messages : undefined,
  }
}

function describe(round: number, law: Float64Array): ExactRound {
  const alive = law.length
  let mean = 0
  law.forEach((chance, u) => {
    mean += chance * u
  })
  let variance = 0
  law.forEach((chance, u) => {
    variance += chance * (u - mean) ** 2
  })
  return { round, mean: alive - mean, sd: Math.sqrt(variance), reachedAll: law[0] ?? 0 }
}

/** Chance that more than `u` nodes do not know. */
function chanceAbove(law: Float64Array, u: number): number {
  let sum = 0
  for (let state = law.length - 1; state > u; state--) sum += law[state] as number
  return sum
}

/** Nodes that send in the next round, counted only where somebody is left to tell. */
function sendersExpected(law: Float64Array): number {
  let sum = 0
  for (let u = 1; u < law.length; u++) sum += (law[u] as number) * (law.length - u)
  return sum
}
