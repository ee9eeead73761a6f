// Scenarios beside the one asked for, for the charts that need many: what loss and crashes do,
// and what the limit on transmissions is good for. Fewer runs each, as many as large clusters
// allow.

import { planOf, type SpreadScenario, type Summary, summarise } from '../../sim/index.ts'
import { sampleJob } from './jobs.ts'
import type { Stage } from './play.ts'
import type { Asked } from './scenario-flags.ts'
import { spreadRuns } from './spread-runs.ts'
import { takesOption } from './words.ts'

const NODE_RUNS = 100_000
const RUNS_MIN = 4
/** With fewer runs the share in which all heard jumps from limit to limit by chance. */
export const shareRunsMin = 20

/** Summaries of scenarios, in their order; those that were not reached are missing. */
export async function sweep(
  stage: Stage,
  what: string,
  scenarios: readonly SpreadScenario[],
  asked: Pick<Asked, 'runs' | 'seed'>,
): Promise<readonly Summary[]> {
  const { crew, until, context } = stage
  const summaries: Summary[] = []
  await spreadRuns({
    crew,
    runs: scenarios.length,
    signal: until,
    nowMs: context.io.nowMs,
    play: async (from, to) => {
      const played: Summary[] = []
      for (const scenario of scenarios.slice(from, to)) {
        const runs = runsFor(scenario, asked.runs)
        const input = { scenario, seed: asked.seed, first: 0, runs }
        played.push(summarise(scenario, await crew.give(sampleJob, input)))
      }
      return played
    },
    take: (part, done) => {
      summaries.push(...part)
      context.print.progress(`${what}: ${done} of ${scenarios.length} scenarios`)
    },
  })
  return summaries
}

/** As many runs as asked for, fewer for large clusters. */
export function runsFor({ nodes }: SpreadScenario, asked: number): number {
  return Math.min(asked, Math.max(RUNS_MIN, Math.floor(NODE_RUNS / nodes)))
}

export const losses = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6] as const
export const crashes = [0, 0.1, 0.2, 0.3, 0.4, 0.5] as const

/** The scenario under each loss and crash, loss by loss within a crash. */
export function faultGrid(scenario: SpreadScenario): readonly SpreadScenario[] {
  return crashes.flatMap((crash) => losses.map((loss) => ({ ...scenario, loss, crash })))
}

const CONDITIONS = [
  { label: 'no faults', loss: 0, crash: 0 },
  { label: '25 % lost', loss: 0.25, crash: 0 },
  { label: '30 % crashed', loss: 0, crash: 0.3 },
  { label: 'both', loss: 0.25, crash: 0.3 },
] as const

/** Faults that a story is told of, mildest first, and those that were asked for. */
export function conditionsFor({ loss = 0, crash = 0 }: SpreadScenario) {
  const isThere = CONDITIONS.some((one) => one.loss === loss && one.crash === crash)
  return isThere ? CONDITIONS : [...CONDITIONS, { label: 'as asked for', loss, crash }]
}

/** What the limits are tried on: the scenario itself if it has one, else its limited sibling. */
export function limitedSibling({ nodes, protocol, fanout }: SpreadScenario): SpreadScenario {
  const kept = takesOption(protocol, 'limit')
  const known = kept && fanout !== undefined ? { fanout } : {}
  return { protocol: kept ? protocol : 'memberlist', nodes, ...known }
}

/** The limit that memberlist would choose for so many. */
export function usualLimit({ nodes }: SpreadScenario): number {
  return planOf({ protocol: 'memberlist', nodes }).limit
}

/** Limits to try: 1 up to half as much again as memberlist's. */
export function limitsFor(scenario: SpreadScenario): readonly number[] {
  return Array.from({ length: Math.round(usualLimit(scenario) * 1.5) }, (_, at) => at + 1)
}

/** Each condition at each limit, limit by limit within a condition. */
export function limitGrid(scenario: SpreadScenario): readonly SpreadScenario[] {
  const sibling = limitedSibling(scenario)
  return conditionsFor(scenario).flatMap(({ loss, crash }) =>
    limitsFor(scenario).map((limit) => ({ ...sibling, loss, crash, limit })),
  )
}
