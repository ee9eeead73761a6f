// A sample as figures for people and charts: distributions of each, bands by round, the
// share of runs that reached everybody. Plain numbers, ready for JSON.

import {
  addCounts,
  type Counts,
  type Distribution,
  distributionOf,
  sortedCounts,
  totalOf,
} from './counts.ts'
import type { Sample } from './sample.ts'
import { type Plan, planOf, type SpreadScenario } from './scenario.ts'

/** What a sample says; every Distribution is over runs. */
export interface Summary {
  readonly plan: Plan
  readonly runs: number
  /** Rounds until everybody alive knew, of the runs in which they did; ditto 50 % and 99 %. */
  readonly toHalf: Distribution
  readonly to99: Distribution
  readonly toAll: Distribution
  readonly toHalfMs: Distribution
  readonly to99Ms: Distribution
  readonly toAllMs: Distribution
  /** Share of runs in which 99 % and all came to know, 0 … 1. */
  readonly reached99: number
  readonly reachedAll: number
  /** Rounds until the end, and until the last node heard. */
  readonly rounds: Distribution
  readonly lastNews: Distribution
  /** Nodes that knew in the end, and their mean share of the alive, 0 … 1. */
  readonly informed: Distribution
  readonly coverage: number
  readonly messages: Distribution
  readonly copies: Distribution
  /** Messages of the busiest node of each run; `busiest.max` is the most any node ever sent. */
  readonly busiest: Distribution
  /** Messages by node, over all alive nodes of all runs; rows [messages, share of nodes]. */
  readonly sendsByNode: Distribution
  readonly sendsHistogram: readonly (readonly [number, number])[]
  readonly byRound: readonly RoundSummary[]
}

/** One round over all runs; a run that ended before stays at what it reached and sends nothing. */
export interface RoundSummary {
  readonly round: number
  readonly informed: Distribution
  /** Mean messages of the round, and the most that one node sent in it in any run. */
  readonly messages: number
  readonly busiest: number
  /** When it was over, in ms since the beginning: the mean of the runs that lasted so long. */
  readonly ms: number
  /** Share of runs in which everybody alive knows by now, 0 … 1. */
  readonly reachedAll: number
}

/** The figures of `sample`, which was taken of `scenario`. */
export function summarise(scenario: SpreadScenario, sample: Sample): Summary {
  const plan = planOf(scenario)
  const informed = distributionOf(sample.informed)
  const nodes = totalOf(sample.sends)
  return {
    plan,
    runs: sample.runs,
    toHalf: distributionOf(sample.toHalf),
    to99: distributionOf(sample.to99),
    toAll: distributionOf(sample.toAll),
    toHalfMs: distributionOf(sample.toHalfMs),
    to99Ms: distributionOf(sample.to99Ms),
    toAllMs: distributionOf(sample.toAllMs),
    reached99: totalOf(sample.to99) / sample.runs,
    reachedAll: totalOf(sample.toAll) / sample.runs,
    rounds: distributionOf(sample.rounds),
    lastNews: distributionOf(sample.lastNews),
    informed,
    coverage: informed.mean / plan.alive,
    messages: distributionOf(sample.messages),
    copies: distributionOf(sample.copies),
    busiest: distributionOf(sample.busiest),
    sendsByNode: distributionOf(sample.sends),
    sendsHistogram: sortedCounts(sample.sends).map(([sent, times]) => [sent, times / nodes]),
    byRound: summariseRounds(plan, sample),
  }
}

function summariseRounds({ alive }: Plan, { runs, byRound }: Sample): readonly RoundSummary[] {
  // What the runs that are over had reached, round by round.
  const ended = new Map<number, number>()
  return byRound.map((row, round) => {
    const informed = new Map(ended)
    addCounts(informed, row.informed)
    addCounts(ended, row.ended)
    return {
      round,
      informed: distributionOf(informed),
      messages: sumOf(row.messages) / runs,
      busiest: Math.max(0, ...row.busiest.keys()),
      ms: sumOf(row.ms) / totalOf(row.ms),
      reachedAll: (informed.get(alive) ?? 0) / runs,
    }
  })
}

function sumOf(counts: Counts): number {
  return [...counts].reduce((sum, [value, times]) => sum + value * times, 0)
}
