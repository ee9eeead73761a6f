// What to expect of a cluster, out of trials of the production core and of runs of the rounds
// engine, with the formula for each figure beside it. Trials play at most so many members as
// are bearable; what depends on the number of members is scaled by the core's own formulas,
// and said to be.

import { type Config, type Millis, pushPullIntervalMs, suspicionMinMs } from '../../core/index.ts'
import { count, type Distribution, distributionOf } from '../rounds/counts.ts'
import { copiesAtOnce } from '../rounds/eager.ts'
import type { Summary } from '../rounds/summary.ts'
import { meanToFirstProbe, probeFailure } from '../rounds/swim.ts'
import { thumbRounds } from '../rounds/thumb.ts'
import type { PlanTrial } from './trial.ts'

/** What an outlook is made from. */
export interface OutlookParts {
  readonly nodes: number
  readonly loss: number
  readonly rumorsPerSecond: number
  readonly rumorBytes: number
  /** Options in force; name and address do not matter. */
  readonly config: Config
  readonly trials: readonly PlanTrial[]
  /** Spread of a rumor among all nodes, and among as many as the trials have members. */
  readonly spread: Summary
  readonly spreadOfTrial: Summary
}

/** A figure from runs, and what a formula says; undefined where there is none. */
export interface Estimate {
  readonly measured: number | undefined
  readonly low?: number | undefined
  readonly high?: number | undefined
  readonly formula?: number | undefined
}

export interface Outlook {
  /** Hops or ticks until all know. */
  readonly rounds: Estimate
  readonly timeMs: Estimate
  readonly timeMs99: Estimate
  readonly timeMs50: Estimate
  /** Share of rumors that everybody hears without a push/pull. */
  readonly reachedAll: Estimate
  /** Payload a member sends in a second. */
  readonly idleBytes: Estimate
  readonly rumorsBytes: Estimate
  readonly bytes: Estimate
  readonly packets: Estimate
  /** From the crash to the first, and to the last verdict, in ms. */
  readonly firstMs: Estimate
  readonly allMs: Estimate
  /** In the whole cluster. */
  readonly wrongSuspicionsPerDay: Estimate
  readonly falseAlarmsPerDay: Estimate
  readonly memberHours: number
  /** Members that the trials had, and whether their figures were scaled. */
  readonly members: number
  readonly isScaled: boolean
  /** How often two members compare everything, in ms: what repairs a missed rumor. */
  readonly pushPullMs: Millis
}

/** Each formula in words, under the name of the figure it is for. */
export const outlookFormulas = {
  rounds: 'log(n) / log(1 + k) + ln(n) / k; k: copies told at once (strict: fan-out) × (1 − loss)',
  timeMs: 'rounds × latency (strict: × gossip interval)',
  rumorsBytes: 'rumors a second × copies a node × (payload + 45 bytes)',
  firstMs: 'T × (time to first probe + 1) + suspicion multiplier × log10(n) × T; T: probe interval',
  wrongSuspicionsPerDay:
    'n × 86,400 s / T × (1 − q²) × (1 − q⁴)^(relays + 1); q = 1 − loss; + 1: by stream',
  falseAlarmsPerDay:
    'at most wrong suspicions × 2 × share of nodes that miss a rumor (it, or its refutation)',
} as const

const DAY_S = 86_400
const MESSAGE_BYTES = 45

/** Puts it all together; without trials there are only the spread and formulas. */
export function outlookOf(parts: OutlookParts): Outlook {
  const { nodes, config, trials, spread } = parts
  const members = trials[0]?.members ?? nodes
  const idleBytes = idleOf(parts, members)
  const rumorsBytes = rumorsOf(parts)
  const detection = detectionOf(parts, members)
  const doubts = doubtsOf(parts)
  const rounds = roundsFormula(parts)
  const roundMs = config.strict ? config.gossipIntervalMs : spread.plan.latencyMs
  return {
    rounds: { ...ranged(spread.toAll), formula: rounds },
    timeMs: { ...ranged(spread.toAllMs), formula: rounds * roundMs },
    timeMs99: ranged(spread.to99Ms),
    timeMs50: ranged(spread.toHalfMs),
    reachedAll: { measured: spread.reachedAll },
    idleBytes,
    rumorsBytes,
    bytes: { measured: sum(idleBytes.measured, rumorsBytes.measured) },
    packets: { measured: mean(trials.map((trial) => trial.idlePackets)) },
    ...detection,
    ...doubts,
    members,
    isScaled: members < nodes,
    pushPullMs: pushPullIntervalMs(config.pushPullIntervalMs, nodes),
  }
}

function ranged({ mean: measured, p5: low, p95: high }: Distribution): Estimate {
  return Number.isNaN(measured) ? { measured: undefined } : { measured, low, high }
}

/** At rest: probes cost the same among any number, full exchanges grow with the table. */
function idleOf({ nodes, config, trials }: OutlookParts, members: number): Estimate {
  const pace = (n: number) => n / pushPullIntervalMs(Math.max(1, config.pushPullIntervalMs), n)
  const datagrams = mean(trials.map((trial) => trial.idleDatagramBytes))
  const streams = mean(trials.map((trial) => trial.idleStreamBytes))
  if (datagrams === undefined || streams === undefined) return { measured: undefined }
  return { measured: datagrams + (streams * pace(nodes)) / pace(members) }
}

/** Each rumor is told a few times more in a larger cluster. */
function rumorsOf(parts: OutlookParts): Estimate {
  const { trials, spread, spreadOfTrial, rumorsPerSecond, rumorBytes } = parts
  const copies = spread.messages.mean / spread.plan.alive
  const copiesOfTrial = spreadOfTrial.messages.mean / spreadOfTrial.plan.alive
  const measured = mean(trials.map((trial) => trial.rumorsBytes))
  return {
    measured:
      measured === undefined || copiesOfTrial === 0
        ? measured
        : (measured * copies) / copiesOfTrial,
    formula: rumorsPerSecond * copies * (rumorBytes + MESSAGE_BYTES),
  }
}

/** A suspicion lasts longer in a larger cluster; what comes before does not. */
function detectionOf(
  { nodes, config, trials }: OutlookParts,
  members: number,
): { readonly firstMs: Estimate; readonly allMs: Estimate } {
  const { probeIntervalMs, suspicionMult } = config
  const suspicion = (n: number) => suspicionMinMs(suspicionMult, n, probeIntervalMs)
  const longer = suspicion(nodes) - suspicion(members)
  const timesOf = (key: 'firstMs' | 'allMs') => {
    const counts = new Map<number, number>()
    for (const { [key]: ms } of trials) if (ms !== undefined) count(counts, ms + longer)
    return ranged(distributionOf(counts))
  }
  const wait = nodes < 3 ? 1 : meanToFirstProbe({ members: nodes })
  const formula = probeIntervalMs * (wait + 1) + suspicion(nodes)
  return { firstMs: { ...timesOf('firstMs'), formula }, allMs: timesOf('allMs') }
}

function doubtsOf({ nodes, loss, config, trials, spread }: OutlookParts) {
  const memberSeconds = trials.reduce((total, trial) => total + trial.memberSeconds, 0)
  const perDay = (times: number) => (times / memberSeconds) * DAY_S * nodes
  const seen = (key: 'wrongSuspicions' | 'falseAlarms') => {
    if (memberSeconds === 0) return { measured: undefined }
    const times = trials.reduce((total, trial) => total + trial[key], 0)
    // None in so many: three at most, in 95 of 100 cases.
    return { measured: perDay(times), high: times === 0 ? perDay(3) : undefined }
  }
  const relays = config.indirectChecks + (config.tcpPings ? 1 : 0)
  const fails = probeFailure({ inTime: 1 - loss, relays })
  const suspicions = ((nodes * DAY_S * 1000) / config.probeIntervalMs) * fails
  return {
    wrongSuspicionsPerDay: { ...seen('wrongSuspicions'), formula: suspicions },
    falseAlarmsPerDay: {
      ...seen('falseAlarms'),
      formula: suspicions * 2 * missedShare(spread),
    },
    memberHours: memberSeconds / 3600,
  }
}

/** Share of nodes that miss a rumor; where none did, what cannot be ruled out. */
function missedShare({ coverage, runs, plan }: Summary): number {
  return Math.max(1 - coverage, 3 / (runs * plan.alive))
}

/** Rounds until all know, by the rule of thumb. */
function roundsFormula({ config, spread }: OutlookParts): number {
  const { plan } = spread
  if (plan.nodes < 2) return 0
  const fanout = config.strict ? Math.min(plan.fanout, plan.nodes - 1) : copiesAtOnce(plan)
  return thumbRounds({ ...plan, fanout })
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return values.reduce((total, value) => total + value, 0) / values.length
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}
