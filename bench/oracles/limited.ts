// The cells of protocols that stop by themselves: infect-and-die, the transmit limit, and the
// rumor mongering of Demers et al. 1987.

import {
  type Counts,
  distributionOf,
  type ExactReach,
  exactReach,
  hasExactReach,
  meanHeardAt,
  Runner,
  type SpreadScenario,
  seedOfRun,
} from 'hearsay/sim'
import { type Cell, type Effort, type Taken, takeSample } from './cell.ts'
import {
  type Check,
  cumulativeOf,
  meanAgrees,
  quantileAgrees,
  same,
  sameDigits,
  sameSpread,
  shareAgrees,
} from './checks.ts'
import { checkCrashed, checkQuantiles, crashOf, labelOf } from './dissemination.ts'
import type { Fields } from './fields.ts'

export function infectCell(fields: Fields): Cell {
  return reachCell(fields, {
    protocol: 'infect-and-die',
    nodes: fields.number('N'),
    fanout: fields.number('k'),
    loss: fields.number('loss'),
    crash: crashOf(fields),
  })
}

export function limitCell(fields: Fields): Cell {
  return reachCell(fields, {
    protocol: 'transmit-limited',
    nodes: fields.number('N'),
    fanout: fields.number('fanout'),
    loss: fields.number('loss'),
    crash: crashOf(fields),
    limit: fields.number('limit'),
    limitUnit: fields.word('limit_unit', ['messages', 'rounds']),
  })
}

function reachCell(fields: Fields, scenario: SpreadScenario): Cell {
  const limit = scenario.limit === undefined ? '' : ` limit=${scenario.limit} ${scenario.limitUnit}`
  return {
    place: fields.place,
    label: `${labelOf(scenario)}${limit}`,
    check: (effort) => {
      const cost = 50 + scenario.nodes * (fields.number('max_per_node') + 4)
      const taken = takeSample(scenario, cost, effort)
      return [
        checkCrashed(fields),
        same('max per node', fields.number('max_per_node'), taken.summary.busiest.max),
        ...(fields.word('method', ['exact', 'mc']) === 'exact'
          ? [...checkReachExactly(fields, scenario), ...checkReach(fields, taken)]
          : checkSchedule(fields, taken)),
      ]
    },
  }
}

function checkReachExactly(fields: Fields, scenario: SpreadScenario): readonly Check[] {
  if (!hasExactReach(scenario)) return []
  const law = exactReach(scenario)
  const { mean, sd, all, all99, messagesPerNode, quantile, plan } = law
  return [
    sameDigits('exact mean reached', fields.number('mean_reached'), mean),
    sameSpread('exact sd reached', fields.number('sd_reached'), sd, plan.alive),
    sameDigits('exact coverage', fields.number('mean_coverage'), mean / plan.alive),
    sameDigits('exact p_all', fields.number('p_all'), all),
    sameDigits('exact p_cov99', fields.number('p_cov99'), all99),
    sameDigits('exact p_dieout', fields.number('p_dieout_lt10pct'), chanceToDie(law)),
    same('exact reached p1', fields.number('reached_p1'), quantile(0.01)),
    same('exact reached p50', fields.number('reached_p50'), quantile(0.5)),
    sameDigits('exact messages', fields.number('messages_mean'), mean * messagesPerNode),
  ]
}

/** Chance that fewer than a tenth of the alive are reached. */
function chanceToDie({ chances, plan }: ExactReach): number {
  return chances.reduce((sum, chance, n) => (n * 10 < plan.alive ? sum + chance : sum), 0)
}

function checkReach(fields: Fields, { sample, summary }: Taken): readonly Check[] {
  const { informed, runs: count, plan } = summary
  const reached = cumulativeOf(sample.informed)
  const sd = fields.number('sd_reached')
  const exactly = (name: string) => ({ value: fields.number(name) })
  const died = [...sample.informed].reduce(
    (sum, [n, times]) => (n * 10 < plan.alive ? sum + times : sum),
    0,
  )
  const perNode = fields.number('max_per_node')
  const messages = { value: fields.number('messages_mean'), sd: perNode * sd }
  return [
    meanAgrees('mean reached', { ...exactly('mean_reached'), sd }, informed),
    shareAgrees('p_all', exactly('p_all'), { share: summary.reachedAll, count }),
    shareAgrees('p_cov99', exactly('p_cov99'), { share: summary.reached99, count }),
    shareAgrees('p_dieout', exactly('p_dieout_lt10pct'), { share: died / count, count }),
    quantileAgrees('reached p1', exactly('reached_p1'), reached, {
      share: 0.01,
      slack: 0,
      steps: 0,
    }),
    quantileAgrees('reached p50', exactly('reached_p50'), reached, {
      share: 0.5,
      slack: 0,
      steps: 0,
    }),
    meanAgrees('messages', messages, summary.messages),
  ]
}

/** Cells that were sampled: when the last one, and 99 %, heard, and when it was quiet. */
function checkSchedule(fields: Fields, { sample, summary }: Taken): readonly Check[] {
  const runs = fields.number('runs')
  const { reached99, reachedAll, messages, plan } = summary
  const { mean, sd, count } = summary.informed
  const coverage = { mean: mean / plan.alive, sd: sd / plan.alive, count }
  const expected = (name: string) => ({ value: fields.number(name), runs })
  return [
    meanAgrees('coverage', expected('mean_coverage'), coverage),
    shareAgrees('p_all', expected('p_all'), { share: reachedAll, count }),
    meanAgrees('messages', expected('messages_mean'), messages),
    ...checkMoment('last infection', fields.object('rounds_to_last_infection'), {
      counts: sample.lastNews,
      runs,
    }),
    ...checkMoment('quiescence', fields.object('rounds_to_quiescence'), {
      counts: sample.rounds,
      runs,
    }),
    // Of the reference's runs only those count here that came so far; how many is not printed.
    ...checkMoment('99 %', fields.object('rounds_to_99'), {
      counts: sample.to99,
      runs: Math.max(1, runs * reached99),
    }),
  ]
}

interface Moment {
  readonly counts: Counts
  /** Runs of the reference that had this moment. */
  readonly runs: number
}

function checkMoment(what: string, expected: Fields, { counts, runs }: Moment): readonly Check[] {
  const mean = { value: expected.number('mean'), sd: expected.number('sd'), runs }
  return [
    meanAgrees(`${what} mean`, mean, distributionOf(counts)),
    ...checkQuantiles(what, expected, cumulativeOf(counts), runs),
  ]
}

// ---- Demers et al. 1987 ------------------------------------------------------------------

const TABLES = ['push_feedback_counter', 'push_blind_coin', 'pull_feedback_counter'] as const
const RUNS = 1000

export function demersCell(fields: Fields): Cell {
  const table = fields.word('table', TABLES)
  const interest = fields.number('k')
  const scenario: SpreadScenario = {
    protocol: 'rumor-mongering',
    nodes: fields.number('n'),
    direction: table.startsWith('push') ? 'push' : 'pull',
    feedback: table.includes('feedback') ? 'feedback' : 'blind',
    memory: table.includes('counter') ? 'counter' : 'coin',
    interest,
  }
  return {
    place: fields.place,
    label: `Demers ${table} n=${scenario.nodes} k=${interest}`,
    check: (effort) => checkDemers(fields.object('ours'), scenario, effort),
  }
}

/** s: nodes missed; m: copies a node; t_last, t_ave: when the last one and the mean one heard. */
function checkDemers(expected: Fields, scenario: SpreadScenario, effort: Effort): readonly Check[] {
  const count = Math.max(50, Math.round(RUNS * effort.factor))
  const runner = new Runner(scenario)
  const runs = Array.from({ length: count }, (_, i) => runner.run(seedOfRun(effort.seed, i)))
  const { nodes } = scenario
  const compare = (name: string, values: readonly number[]): Check => {
    const sd = expected.object('sd').number(name)
    const reference = { value: expected.number(name), sd, runs: expected.number('runs') }
    return meanAgrees(name, reference, estimateOf(values))
  }
  const checks = [
    compare(
      's',
      runs.map(({ informed }) => 1 - informed / nodes),
    ),
    compare(
      'm',
      runs.map(({ copies }) => copies / nodes),
    ),
    compare(
      't_last',
      runs.map(({ lastNews }) => lastNews),
    ),
  ]
  // The reference's t_ave is defined for pull alone.
  if (scenario.direction === 'push') return checks
  return [...checks, compare('t_ave', runs.map(meanHeardAt))]
}

/** Mean and standard deviation of values that are no whole numbers. */
export function estimateOf(values: readonly number[]): { mean: number; sd: number; count: number } {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, sd: Math.sqrt(square / (count - 1)), count }
}
