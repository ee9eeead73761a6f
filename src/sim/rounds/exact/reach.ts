// The exact law of how many nodes a protocol with a limit reaches in the end, among up to 1000
// nodes. Who sends first does not matter for that, so nodes are taken one after the other:
// each does all its batches, and it ends when as many have been taken as were reached.

import { HearsayError } from '../../../core/index.ts'
import { shareOf } from '../run-log.ts'
import { type Plan, planOf, type SpreadScenario } from '../scenario.ts'
import { targetsOf } from '../targets.ts'
import { applySender } from './chain.ts'
import { hitTable, type Table } from './chances.ts'
import { EXACT_FANOUT_MAX, EXACT_NODES_MAX } from './spread.ts'

/** How far a rumor with a limit gets. */
export interface ExactReach {
  readonly plan: Plan
  /** Chance that exactly so many alive nodes are reached, by number; the source counts. */
  readonly chances: Float64Array
  readonly mean: number
  readonly sd: number
  /** Chance that all, and that 99 % of the alive are reached. */
  readonly all: number
  readonly all99: number
  /** Messages a node reached sends in all. */
  readonly messagesPerNode: number
  /** The smallest number not exceeded with at least this chance. */
  readonly quantile: (share: number) => number
}

const LIMITED = ['infect-and-die', 'transmit-limited', 'memberlist']

/** True if `exactReach` takes this scenario. */
export function hasExactReach(scenario: SpreadScenario): boolean {
  const plan = planOf(scenario)
  const isSmall = plan.nodes <= EXACT_NODES_MAX && plan.fanout <= EXACT_FANOUT_MAX
  return LIMITED.includes(plan.protocol) && isSmall && plan.repairEvery === 0
}

/** Computes the law; a HearsayError `HEARSAY_CONFIG` where there is none (`hasExactReach`). */
export function exactReach(scenario: SpreadScenario): ExactReach {
  const plan = planOf(scenario)
  if (!hasExactReach(scenario)) {
    throw new HearsayError(
      'HEARSAY_CONFIG',
      `There is no exact reach for this scenario: it must be ${LIMITED.join(', ')} among at most ${EXACT_NODES_MAX} nodes, with a fan-out of at most ${EXACT_FANOUT_MAX} and no repairs. Take a sample instead.`,
    )
  }
  const batches = batchesOf(plan)
  const chances = takeInTurn(plan, batches)
  const mean = chances.reduce((sum, chance, reached) => sum + chance * reached, 0)
  return {
    plan,
    chances,
    mean,
    sd: Math.sqrt(chances.reduce((sum, chance, n) => sum + chance * (n - mean) ** 2, 0)),
    all: chances[plan.alive] ?? 0,
    all99: chances.slice(shareOf(plan.alive, 99)).reduce((sum, chance) => sum + chance, 0),
    messagesPerNode: batches.reduce((sum, size) => sum + size, 0),
    quantile: (share) => quantileOf(chances, share),
  }
}

/** Sizes of the batches that a node sends. */
function batchesOf(plan: Plan): readonly number[] {
  const { protocol, limit, limitUnit } = plan
  const size = targetsOf(plan)
  if (size === 0) return []
  if (protocol === 'infect-and-die') return [size]
  if (limitUnit === 'rounds') return Array.from({ length: limit }, () => size)
  const whole = Array.from({ length: Math.floor(limit / size) }, () => size)
  return limit % size === 0 ? whole : [...whole, limit % size]
}

function takeInTurn(plan: Plan, batches: readonly number[]): Float64Array {
  const { alive } = plan
  const tables = new Map<number, Table>()
  for (const size of batches) {
    if (!tables.has(size)) tables.set(size, hitTable(plan, size))
  }
  const law = new Float64Array(alive)
  law[alive - 1] = 1
  const chances = new Float64Array(alive + 1)
  for (let taken = 1; taken <= alive; taken++) {
    for (const size of batches) {
      const table = tables.get(size)
      if (table !== undefined) applySender(law, table, alive - taken)
    }
    // Nobody else has been reached than those that were taken: the rumor ends here.
    chances[taken] = law[alive - taken] ?? 0
    law[alive - taken] = 0
  }
  return chances
}

function quantileOf(chances: Float64Array, share: number): number {
  let passed = 0
  const reached = chances.findIndex((chance) => {
    passed += chance
    return passed >= share - 1e-12
  })
  return reached < 0 ? chances.length - 1 : reached
}
