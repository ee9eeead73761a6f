// The cells of failure detection: SWIM's first detection in either order, false alarms,
// memberlist's timeouts, and Serf's logistic curve.

import {
  clusterFalseReports,
  type DetectionScenario,
  Draws,
  drawFirstDetection,
  drawFirstProbe,
  drawProbeFails,
  drawRoundRobin,
  falseAlarmRate,
  meanToFirstProbe,
  oneMemberDelay,
  oneMemberDelayMax,
  type ProbeScenario,
  probeFailure,
  serfLogistic,
  timeoutsOf,
  undetectedBy,
} from 'hearsay/sim'
import type { Cell, Effort } from './cell.ts'
import {
  type Check,
  cumulativeOf,
  meanAgrees,
  same,
  sameDigits,
  sameSpread,
  shareAgrees,
} from './checks.ts'
import { checkQuantiles } from './dissemination.ts'
import type { Fields } from './fields.ts'
import { estimateOf } from './limited.ts'

const RUNS = 4000
/** Draws that one cell's sample may cost at factor 1. */
const DRAWS = 8_000_000

const LISTS = {
  aligned_random: alignedCell,
  random_phase_mean_to_first_probe: phaseCell,
  round_robin: roundRobinCell,
  false_positive: falseAlarmCell,
  memberlist_timeouts_lan: timeoutsCell,
} as const
const LIMIT = 'limit_e_over_e_minus_1'

/** What the section `swim` may hold. */
export const SWIM_SECTIONS: readonly string[] = [...Object.keys(LISTS), LIMIT]

/** All cells of the section `swim`. */
export function swimCells(swim: Fields): readonly Cell[] {
  const cells = Object.entries(LISTS).flatMap(([section, cellOf]) =>
    swim.has(section) ? swim.objects(section).map((fields) => cellOf(fields)) : [],
  )
  return swim.has(LIMIT) ? [...cells, limitCell(swim)] : cells
}

function alignedCell(fields: Fields): Cell {
  const scenario = { members: fields.number('N'), faultyOthers: fields.number('faulty_others') }
  return {
    place: fields.place,
    label: `SWIM first detection N=${scenario.members} faulty=${scenario.faultyOthers}`,
    check: (effort) => checkAligned(fields, scenario, effort),
  }
}

function checkAligned(
  fields: Fields,
  scenario: DetectionScenario,
  effort: Effort,
): readonly Check[] {
  const above = undetectedBy(scenario)
  const mean = sum(above)
  const square = sum(above.map((chance, period) => (2 * period + 1) * chance))
  const quantile = (share: number): number =>
    above.findIndex((chance) => chance <= 1 - share + 1e-12)
  const chance = fields.number('p_detect_per_period')
  const periods = drawPeriods(scenario, effort)
  const first = periods.filter((period) => period === 1).length
  const reference = { value: fields.number('mean_periods'), sd: fields.number('sd_periods') }
  const share = { share: first / periods.length, count: periods.length }
  return [
    sameDigits('exact p', chance, 1 - (above[1] ?? 0)),
    sameDigits('exact mean', reference.value, mean),
    sameSpread('exact sd', reference.sd, Math.sqrt(square - mean ** 2), 1),
    same('exact p50', fields.number('p50'), quantile(0.5)),
    same('exact p90', fields.number('p90'), quantile(0.9)),
    same('exact p99', fields.number('p99'), quantile(0.99)),
    same('exact p999', fields.number('p999'), quantile(0.999)),
    meanAgrees('mean', reference, estimateOf(periods)),
    shareAgrees('p', { value: chance }, share),
    ...checkQuantiles('drawn', fields, cumulativeOf(countsOf(periods)), undefined),
  ]
}

function drawPeriods(scenario: DetectionScenario, effort: Effort): readonly number[] {
  const draws = new Draws(effort.seed)
  const runs = runsFor(scenario.members, effort)
  return Array.from({ length: runs }, () => drawFirstDetection(scenario, draws))
}

function runsFor(drawsEach: number, { factor }: Effort): number {
  const most = RUNS * Math.max(1, factor)
  return Math.round(Math.max(100, Math.min(most, (DRAWS * factor) / drawsEach)))
}

function phaseCell(fields: Fields): Cell {
  const scenario = { members: fields.number('N') }
  return {
    place: fields.place,
    label: `SWIM first probe, random phases N=${scenario.members}`,
    check: (effort) => {
      const draws = new Draws(effort.seed)
      const expected = fields.number('mean')
      const runs = runsFor(2 * scenario.members, effort)
      const times = Array.from({ length: runs }, () => drawFirstProbe(scenario, draws))
      return [
        sameDigits('exact mean', expected, meanToFirstProbe(scenario)),
        meanAgrees('mean', { value: expected }, estimateOf(times)),
      ]
    },
  }
}

/** The limit of many members, by the law for as many as it takes. */
function limitCell(swim: Fields): Cell {
  return {
    place: `${swim.place}.${LIMIT}`,
    label: 'SWIM first detection, N → ∞',
    check: () => {
      const expected = swim.number(LIMIT)
      return [sameDigits('limit', expected, sum(undetectedBy({ members: 10_000_000 })))]
    },
  }
}

function roundRobinCell(fields: Fields): Cell {
  const scenario: DetectionScenario = { members: fields.number('N'), order: 'round-robin' }
  return {
    place: fields.place,
    label: `SWIM round robin N=${scenario.members}`,
    check: (effort) => checkRoundRobin(fields, scenario, effort),
  }
}

function checkRoundRobin(
  fields: Fields,
  scenario: DetectionScenario,
  effort: Effort,
): readonly Check[] {
  const runs = fields.number('runs')
  const first = fields.object('first_detection')
  const reference = { value: first.number('mean'), sd: first.number('sd'), runs }
  const draws = new Draws(effort.seed)
  const periods = drawPeriods(scenario, effort)
  const delays = Array.from({ length: runsFor(10, effort) }, () =>
    drawRoundRobin(scenario.members - 1, draws),
  )
  const delay = { value: fields.number('one_member_delay_mean'), runs }
  const law = (mean: number, sd: number) => ({ mean, sd, count: Number.POSITIVE_INFINITY })
  return [
    meanAgrees('exact mean', reference, law(sum(undetectedBy(scenario)), reference.sd)),
    meanAgrees('mean', reference, estimateOf(periods)),
    ...checkQuantiles('drawn', first, cumulativeOf(countsOf(periods)), runs),
    meanAgrees('exact delay', delay, law(oneMemberDelay(scenario), estimateOf(delays).sd)),
    meanAgrees('delay', delay, estimateOf(delays)),
    same('bound', fields.number('one_member_delay_max_bound'), oneMemberDelayMax(scenario)),
  ]
}

function falseAlarmCell(fields: Fields): Cell {
  const scenario: ProbeScenario = {
    inTime: fields.number('q_ml'),
    relays: fields.number('k'),
    working: fields.number('q_f'),
  }
  return {
    place: fields.place,
    label: `SWIM false alarms q=${scenario.inTime} k=${scenario.relays}`,
    check: (effort) => {
      const draws = new Draws(effort.seed)
      const expected = fields.number('per_probe_failure')
      const count = runsFor(1, { ...effort, factor: 50 * effort.factor })
      let failed = 0
      for (let probe = 0; probe < count; probe++) if (drawProbeFails(scenario, draws)) failed++
      const reports = fields.number('cluster_reports_per_period_N100')
      return [
        sameDigits('exact failure', expected, probeFailure(scenario), 0),
        sameDigits('rate', fields.number('paper_rate_per_period'), falseAlarmRate(scenario), 0),
        sameDigits('cluster reports', reports, clusterFalseReports(scenario, 100), 0),
        shareAgrees('failure', { value: expected }, { share: failed / count, count }),
      ]
    },
  }
}

function timeoutsCell(fields: Fields): Cell {
  const members = fields.number('N')
  return {
    place: fields.place,
    label: `memberlist's timeouts N=${members}`,
    check: () => {
      const ours = timeoutsOf(members)
      const lengths = fields.numbers('timeout_after_c_confirmations_ms')
      return [
        same('shortest', fields.number('suspicion_min_ms'), ours.suspicionMinMs),
        same('longest', fields.number('suspicion_max_ms'), ours.suspicionMaxMs),
        same('confirmations', fields.number('confirmations_k'), ours.confirmations),
        same('lengths', lengths.length, ours.suspicionMs.length),
        ...lengths.map((ms, c) => same(`after ${c}`, ms, ours.suspicionMs[c] ?? Number.NaN)),
        same('transmit limit', fields.number('retransmit_limit'), ours.transmitLimit),
        same('push/pull scale', fields.number('push_pull_multiplier'), ours.pushPullScale),
      ]
    },
  }
}

export function serfCell(fields: Fields): Cell {
  const nodes = fields.number('N')
  const fanout = fields.number('fanout')
  const setting = { nodes, fanout, loss: fields.number('loss'), failed: fields.number('failed') }
  const firstWith = (share: number): number => {
    let round = 0
    while (serfLogistic(setting, round) < share && round < 100_000) round++
    return round
  }
  return {
    place: fields.place,
    label: `Serf's curve N=${nodes} k=${fanout} loss=${setting.loss} failed=${setting.failed}`,
    check: () => [
      same('50 %', fields.number('first_round_ge_50'), firstWith(0.5)),
      same('99 %', fields.number('first_round_ge_99'), firstWith(0.99)),
      same('99.9 %', fields.number('first_round_ge_999'), firstWith(0.999)),
    ],
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function countsOf(values: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
