// The cells of push, pull and push-pull: rounds until all and 99 % know, messages until then,
// and what is expected round by round.

import {
  type Counts,
  type Distribution,
  exactSpread,
  hasExactSpread,
  type RoundsLaw,
  type SpreadScenario,
} from 'hearsay/sim'
import { type Cell, type Effort, takeSample } from './cell.ts'
import {
  type Check,
  type Cumulative,
  cumulativeOf,
  cumulativeOfLaw,
  meanAgrees,
  median,
  p90,
  p99,
  quantileAgrees,
  same,
  sameDigits,
  sameSpread,
  shareAgrees,
} from './checks.ts'
import type { Fields } from './fields.ts'

const PROTOCOLS = ['push', 'pull', 'pushpull'] as const

export function spreadCell(fields: Fields): Cell {
  const scenario = scenarioOf(fields)
  return {
    place: fields.place,
    label: labelOf(scenario),
    check: (effort) => [
      checkCrashed(fields),
      ...checkExactly(fields, scenario),
      ...checkSample(fields, scenario, effort),
    ],
  }
}

function scenarioOf(fields: Fields): SpreadScenario {
  return {
    protocol: fields.word('mode', PROTOCOLS),
    nodes: fields.number('N'),
    fanout: fields.number('k'),
    loss: fields.number('loss'),
    crash: crashOf(fields),
    selection: fields.word('sel', ['wor', 'self']),
  }
}

export function labelOf({
  protocol,
  nodes,
  fanout,
  loss,
  crash,
  selection,
}: SpreadScenario): string {
  const told = selection === undefined ? '' : ` ${selection}`
  return `${protocol} N=${nodes} k=${fanout} loss=${loss} crash=${crash}${told}`
}

function aliveOf({ nodes, crash = 0 }: SpreadScenario): number {
  return nodes - Math.round(crash * nodes)
}

/** The share of crashed nodes that leaves just as many alive as the reference had. */
export function crashOf(fields: Fields): number {
  return (fields.number('N') - fields.number('alive')) / fields.number('N')
}

/** A cell has crash·N crashed nodes but the source, rounded; a half either way. */
export function checkCrashed(fields: Fields): Check {
  const wanted = Math.min(fields.number('crash') * fields.number('N'), fields.number('N') - 1)
  const crashed = fields.number('N') - fields.number('alive')
  const holds = Math.abs(crashed - wanted) <= 0.5 + 1e-9
  return { what: 'crashed', expected: crashed, actual: wanted, holds, errors: undefined }
}

/** Runs that the reference was taken from; undefined if it is exact. */
export function runsOf(fields: Fields): number | undefined {
  return fields.word('method', ['exact', 'mc']) === 'mc' ? fields.number('runs') : undefined
}

// ---- by the exact law --------------------------------------------------------------------

function checkExactly(fields: Fields, scenario: SpreadScenario): readonly Check[] {
  if (!hasExactSpread(scenario)) return []
  const law = exactSpread(scenario)
  const runs = runsOf(fields)
  const checks = [
    ...checkLaw('exact full', fields.object('full'), law.toAll, runs),
    ...checkLaw('exact cov99', fields.object('cov99'), law.to99, runs),
  ]
  const hasMessages = fields.has('push_messages_mean')
  if (runs !== undefined || law.messages === undefined || !hasMessages) return checks
  const expected = fields.number('push_messages_mean')
  return [...checks, sameDigits('exact messages', expected, law.messages)]
}

function checkLaw(
  what: string,
  expected: Fields,
  law: RoundsLaw,
  runs: number | undefined,
): readonly Check[] {
  if (runs !== undefined) {
    // The law has no error of its own: only the reference's runs count.
    const ours = { mean: law.mean, sd: law.sd, count: Number.POSITIVE_INFINITY }
    const mean = { value: expected.number('mean'), sd: expected.number('sd'), runs }
    return [
      meanAgrees(`${what} mean`, mean, ours),
      ...checkQuantiles(what, expected, cumulativeOfLaw(law), runs),
    ]
  }
  const rounds = (name: string, share: number): Check =>
    same(`${what} ${name}`, expected.number(name), law.quantile(share))
  return [
    sameDigits(`${what} mean`, expected.number('mean'), law.mean),
    sameDigits(`${what} sd`, expected.number('sd'), law.sd),
    rounds('p50', 0.5),
    rounds('p90', 0.9),
    rounds('p99', 0.99),
    rounds('p999', 0.999),
    rounds('max', 1 - 1e-6),
  ]
}

// ---- by a sample -------------------------------------------------------------------------

function checkSample(fields: Fields, scenario: SpreadScenario, effort: Effort): readonly Check[] {
  const runs = runsOf(fields)
  const { sample, summary } = takeSample(scenario, costOf(fields, scenario), effort)
  const checks = [
    same('runs that reached all', summary.runs, summary.toAll.count),
    ...checkRounds('full', fields.object('full'), { counts: sample.toAll, ...summary.toAll, runs }),
    ...checkRounds('cov99', fields.object('cov99'), { counts: sample.to99, ...summary.to99, runs }),
  ]
  if (!fields.has('push_messages_mean')) return checks
  const messages = { value: fields.number('push_messages_mean'), runs }
  return [...checks, meanAgrees('messages', messages, summary.messages)]
}

/** Messages or look-ups of a run, roughly: everybody for half the rounds that it takes. */
function costOf(fields: Fields, { nodes, fanout = 1 }: SpreadScenario): number {
  return 50 + (nodes * fanout * fields.object('full').number('mean')) / 2
}

interface Rounds extends Distribution {
  readonly counts: Counts
  readonly runs: number | undefined
}

function checkRounds(what: string, expected: Fields, ours: Rounds): readonly Check[] {
  const { counts, runs } = ours
  const mean = { value: expected.number('mean'), sd: expected.number('sd'), runs }
  return [
    meanAgrees(`${what} mean`, mean, ours),
    ...checkQuantiles(what, expected, cumulativeOf(counts), runs),
  ]
}

export function checkQuantiles(
  what: string,
  expected: Fields,
  ours: Cumulative,
  runs: number | undefined,
): readonly Check[] {
  const quantile = (name: string) => ({ value: expected.number(name), runs })
  return [
    quantileAgrees(`${what} p50`, quantile('p50'), ours, median),
    quantileAgrees(`${what} p90`, quantile('p90'), ours, p90),
    quantileAgrees(`${what} p99`, quantile('p99'), ours, p99),
  ]
}

// ---- round by round ----------------------------------------------------------------------

export function roundsCell(fields: Fields): Cell {
  const scenario = scenarioOf(fields)
  return {
    place: fields.place,
    label: `${labelOf(scenario)} by round`,
    check: (effort) => [
      checkCrashed(fields),
      ...checkRoundsExactly(fields, scenario),
      ...checkRoundsSampled(fields, scenario, effort),
    ],
  }
}

function checkRoundsExactly(fields: Fields, scenario: SpreadScenario): readonly Check[] {
  if (!hasExactSpread(scenario) || runsOf(fields) !== undefined) return []
  const { byRound } = exactSpread(scenario)
  const alive = aliveOf(scenario)
  return fields.objects('rows').flatMap((row) => {
    const round = row.number('round')
    // After the last round of the law everybody knows.
    const ours = byRound[round] ?? { mean: alive, sd: 0, reachedAll: 1 }
    return [
      sameDigits(`exact round ${round} mean`, row.number('mean_informed'), ours.mean),
      sameSpread(`exact round ${round} sd`, row.number('sd'), ours.sd, alive),
      sameDigits(`exact round ${round} p_full`, row.number('p_full'), ours.reachedAll),
    ]
  })
}

function checkRoundsSampled(
  fields: Fields,
  scenario: SpreadScenario,
  effort: Effort,
): readonly Check[] {
  const rows = fields.objects('rows')
  const runs = runsOf(fields)
  const { summary } = takeSample(scenario, scenario.nodes * (rows.length / 2), effort)
  const alive = aliveOf(scenario)
  const over = { informed: { mean: alive, sd: 0, count: summary.runs }, reachedAll: 1 }
  return rows.flatMap((row) => {
    const round = row.number('round')
    const { informed, reachedAll } = summary.byRound[round] ?? over
    const mean = { value: row.number('mean_informed'), sd: row.number('sd'), runs }
    const share = { share: reachedAll, count: summary.runs }
    return [
      meanAgrees(`round ${round} mean`, mean, informed),
      shareAgrees(`round ${round} p_full`, { value: row.number('p_full'), runs }, share),
    ]
  })
}
