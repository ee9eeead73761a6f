// The answer of `hearsay sim`: figures of a sample as JSON, as rows by round, and as text.

import {
  countText,
  type Distribution,
  type ExactSpread,
  figureText,
  percentText,
  type RoundsLaw,
  type Summary,
} from '../../sim/index.ts'
import type { Answer, Printer } from '../terminal/printer.ts'
import type { Table } from '../terminal/table.ts'
import { packageVersion } from '../version.ts'
import type { Report } from './report-page.ts'
import type { Asked } from './scenario-flags.ts'
import { roundsWithNews, spreadLines } from './spread-lines.ts'
import { commandOf, conditionsOf, counted, runsText, titleOf } from './words.ts'

/** What came of the runs, and what theory says where it says it exactly. */
export interface Told {
  readonly asked: Asked
  readonly summary: Summary
  readonly exact: ExactSpread | undefined
}

/** A summary in every form; `columns` is the width of the terminal. */
export function simAnswer(told: Told, print: Printer, columns: number): Answer {
  const { summary } = told
  return {
    kind: 'Simulation',
    body: simBody(told),
    items: { kind: 'SimulationRound', rows: roundRows(summary) },
    csv: csvOf(roundRows(summary)),
    text: () => printSim(told, print, columns),
  }
}

/** Everything that came of it, and everything needed to have it again. */
function simBody({ asked, summary, exact }: Told) {
  const { byRound, plan, runs } = summary
  return {
    version: packageVersion(),
    command: commandOf('sim', asked, runs),
    scenario: asked.scenario,
    plan,
    seed: asked.seed,
    runs,
    runsAsked: asked.runs,
    alive: plan.alive,
    /** Share of runs in which everybody, and 99 % of the living, came to know. */
    reachedAll: summary.reachedAll,
    reached99: summary.reached99,
    coverage: summary.coverage,
    rounds: summary.toAll,
    rounds99: summary.to99,
    rounds50: summary.toHalf,
    roundsToEnd: summary.rounds,
    timeMs: summary.toAllMs,
    timeMs99: summary.to99Ms,
    timeMs50: summary.toHalfMs,
    informed: summary.informed,
    messages: summary.messages,
    copies: summary.copies,
    maxSendsByOneNode: summary.busiest.max,
    busiest: summary.busiest,
    sendsByNode: summary.sendsByNode,
    sendsHistogram: summary.sendsHistogram,
    informedByRound: byRound.map(({ informed }) => informed.mean),
    informedByRoundP5: byRound.map(({ informed }) => informed.p5),
    informedByRoundP95: byRound.map(({ informed }) => informed.p95),
    messagesByRound: byRound.map(({ messages }) => messages),
    busiestByRound: byRound.map(({ busiest }) => busiest),
    msByRound: byRound.map(({ ms }) => ms),
    reachedAllByRound: byRound.map(({ reachedAll }) => reachedAll),
    ...(exact === undefined ? {} : { exact: exactBody(exact) }),
  }
}

function exactBody({ toHalf, to99, toAll, messages, byRound }: ExactSpread) {
  const law = (one: RoundsLaw) => ({
    mean: one.mean,
    sd: one.sd,
    p50: one.quantile(0.5),
    p90: one.quantile(0.9),
    p99: one.quantile(0.99),
  })
  return {
    rounds: law(toAll),
    rounds99: law(to99),
    rounds50: law(toHalf),
    messages,
    informedByRound: byRound.map(({ mean }) => mean),
  }
}

function roundRows({ byRound }: Summary) {
  return byRound.map(({ round, informed, messages, busiest, reachedAll, ms }) => ({
    round,
    informedMean: informed.mean,
    informedSd: informed.sd,
    informedP5: informed.p5,
    informedP50: informed.p50,
    informedP95: informed.p95,
    reachedAll,
    messages,
    busiest,
    ms,
  }))
}

/** Rows of plain values as a table, their names as the header. */
export function csvOf(rows: readonly Readonly<Record<string, string | number>>[]): Table {
  const columns = Object.keys(rows[0] ?? {})
  return { columns, rows: rows.map((row) => columns.map((name) => String(row[name]))) }
}

/** The page of `--report`. */
export function simReport(told: Told): Omit<Report, 'pictures'> {
  const { asked, summary } = told
  const { plan, runs } = summary
  return {
    title: `A rumor among ${counted(plan.nodes, 'node')}: ${plan.protocol}`,
    lead: [
      `${titleOf(plan)}; ${conditionsOf(plan)}; ${runsText(runs, asked.seed)}.`,
      ...verdictOf(summary),
      ...theoryOf(told),
    ],
    tables: [
      { title: 'Figures', table: figureTable(told) },
      { title: 'Round by round', table: roundTable(summary) },
    ],
    command: commandOf('sim', asked, runs),
    version: packageVersion(),
  }
}

const ROWS_MAX = 24

function printSim(told: Told, print: Printer, columns: number): void {
  const { asked, summary } = told
  const { plan, runs } = summary
  print.prose(titleOf(plan), 'bold')
  print.prose(`${conditionsOf(plan)}; ${runsText(runs, asked.seed)}`)
  print.line()
  if (print.isWatched) {
    const place = { columns, rows: ROWS_MAX, paint: print.paint }
    for (const line of spreadLines(summary, place)) print.line(line)
  } else print.table(roundTable(summary))
  print.line()
  print.figures(figureTable(told))
  print.line()
  for (const line of [...verdictOf(summary), ...theoryOf(told)]) print.prose(line)
  print.again(commandOf('sim', asked, runs))
}

function roundTable(summary: Summary): Table {
  const { plan } = summary
  const share = (count: number) => percentText(count / plan.alive)
  return {
    columns: ['ROUND', 'KNOW', 'P5', 'P95', 'MESSAGES'],
    rows: roundsWithNews(summary).map(({ round, informed, messages }) => [
      String(round),
      share(informed.mean),
      share(informed.p5),
      share(informed.p95),
      figureText(messages),
    ]),
  }
}

function figureTable({ summary, exact }: Told): Table {
  const isPartial = summary.toHalf.count < summary.runs || summary.reachedAll < 1
  const theory = exact === undefined ? [] : ['EXACT MEAN']
  const row = (name: string, figures: Distribution, share = 1, expected?: number) => [
    name,
    ...COLUMNS.map((column) => cellOf(figures[column])),
    ...theory.map(() => (expected === undefined ? '' : figureText(expected))),
    // Of how many runs the figures are, where some never came so far.
    ...(isPartial ? [percentText(share)] : []),
  ]
  const moment = (name: string, figures: Distribution, expected?: number) =>
    row(name, figures, figures.count / summary.runs, expected)
  return {
    columns: [
      '',
      ...COLUMNS.map((column) => column.toUpperCase()),
      ...theory,
      ...(isPartial ? ['OF RUNS'] : []),
    ],
    rows: [
      moment('rounds until 50 % know', summary.toHalf, exact?.toHalf.mean),
      moment('rounds until 99 % know', summary.to99, exact?.to99.mean),
      moment('rounds until all know', summary.toAll, exact?.toAll.mean),
      moment('ms until 99 % know', summary.to99Ms),
      moment('ms until all know', summary.toAllMs),
      row('messages in all', summary.messages, 1, exact?.messages),
      row('messages of the busiest node', summary.busiest),
      row('messages of a node', summary.sendsByNode),
    ],
  }
}

const COLUMNS = ['mean', 'sd', 'p50', 'p90', 'p99', 'max'] as const

/** Nothing where it never came to be. */
function cellOf(value: number): string {
  return Number.isNaN(value) ? '-' : figureText(value)
}

/** How far the sample lies from theory: seldom beyond 3, hardly ever beyond 4. */
function theoryOf({ summary, exact }: Told): readonly string[] {
  // The mean of those runs alone that came to their end in time is no measure.
  if (exact === undefined || summary.reachedAll < 1) return []
  const { mean, sd } = exact.toAll
  const errors = sd === 0 ? 0 : Math.abs(summary.toAll.mean - mean) / (sd / Math.sqrt(summary.runs))
  return [
    `In theory it takes ${figureText(mean)} rounds; the mean of the runs is ${errors.toFixed(1)} standard errors off.`,
  ]
}

/** Who heard in the end, and why it ended before all did, in sentences. */
function verdictOf(summary: Summary): readonly string[] {
  const { reachedAll, runs } = summary
  const all = `Everybody alive knew in every run (${countText(runs)} of ${countText(runs)}).`
  return [...(reachedAll === 1 ? [all] : missedOf(summary)), ...endOf(summary)]
}

/** Protocols that have no end of their own. */
const ENDLESS: readonly string[] = ['push', 'pull', 'pushpull']

function endOf({ plan, reachedAll, rounds }: Summary): readonly string[] {
  const { protocol, loss, repairEvery, roundsMax } = plan
  if (loss === 1 && reachedAll < 1 && repairEvery === 0) {
    const nothing = 'Nothing arrives where every message is lost.'
    if (!ENDLESS.includes(protocol)) return [nothing]
    return [
      `${nothing} ${protocol} would go on for ever; one round was played, and its messages are no measure of the cost.`,
    ]
  }
  if (rounds.max < roundsMax || reachedAll === 1) return []
  return [`Runs are cut off after ${countText(roundsMax)} rounds (--rounds-max), and some were.`]
}

function missedOf({ coverage, reachedAll, plan, runs }: Summary): readonly string[] {
  const missed = (1 - coverage) * plan.alive
  const complete = Math.round(reachedAll * runs)
  const first = `Everybody alive knew in ${countText(complete)} of ${countText(runs)} runs (${percentText(reachedAll)}).`
  const second = `On average ${percentText(coverage)} heard: ${figureText(missed)} of ${countText(plan.alive)} never did.`
  return [first, second]
}
