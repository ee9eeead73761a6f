// The answer of `hearsay sim`: figures of a sample as JSON, as rows by round, and as text.

import {
  countText,
  type Distribution,
  figureText,
  percentText,
  type Summary,
} from '../../sim/index.ts'
import type { Answer, Printer } from '../terminal/printer.ts'
import type { Table } from '../terminal/table.ts'
import { packageVersion } from '../version.ts'
import type { Report } from './report-page.ts'
import type { Asked } from './scenario-flags.ts'
import { spreadLines } from './spread-lines.ts'
import { commandOf, conditionsOf, runsText, titleOf } from './words.ts'

/** A summary in every form; `columns` is the width of the terminal. */
export function simAnswer(asked: Asked, summary: Summary, print: Printer, columns: number): Answer {
  return {
    kind: 'Simulation',
    body: simBody(asked, summary),
    items: { kind: 'SimulationRound', rows: roundRows(summary) },
    csv: csvOf(roundRows(summary)),
    text: () => printSim(asked, summary, print, columns),
  }
}

/** Everything that came of it, and everything needed to have it again. */
export function simBody(asked: Asked, summary: Summary) {
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
export function simReport(asked: Asked, summary: Summary): Omit<Report, 'pictures'> {
  const { plan, runs } = summary
  return {
    title: `A rumor among ${countText(plan.nodes)} nodes: ${plan.protocol}`,
    lead: [
      `${titleOf(plan)}; ${conditionsOf(plan)}; ${runsText(runs, asked.seed)}.`,
      ...verdictOf(summary),
    ],
    tables: [
      { title: 'Figures', table: figureTable(summary) },
      { title: 'Round by round', table: roundTable(summary) },
    ],
    command: commandOf('sim', asked, runs),
    version: packageVersion(),
  }
}

function printSim(asked: Asked, summary: Summary, print: Printer, columns: number): void {
  const { plan, runs } = summary
  print.line(print.paint('bold', titleOf(plan)))
  print.line(`${conditionsOf(plan)}; ${runsText(runs, asked.seed)}`)
  print.line()
  if (print.isWatched) {
    for (const line of spreadLines(summary, columns, print.paint)) print.line(line)
  } else print.table(roundTable(summary))
  print.line()
  print.table(figureTable(summary))
  print.line()
  for (const line of verdictOf(summary)) print.line(line)
  print.talk(print.paintTalk('dim', `again: ${commandOf('sim', asked, runs)}`))
}

function roundTable({ byRound, plan }: Summary): Table {
  const share = (count: number) => percentText(count / plan.alive)
  return {
    columns: ['ROUND', 'KNOW', 'P5', 'P95', 'MESSAGES'],
    rows: byRound.map(({ round, informed, messages }) => [
      String(round),
      share(informed.mean),
      share(informed.p5),
      share(informed.p95),
      figureText(messages),
    ]),
  }
}

function figureTable(summary: Summary): Table {
  const row = (name: string, figures: Distribution) =>
    [name, ...COLUMNS.map((column) => cellOf(figures[column]))] as const
  return {
    columns: ['', ...COLUMNS.map((column) => column.toUpperCase())],
    rows: [
      row('rounds until 50 % know', summary.toHalf),
      row('rounds until 99 % know', summary.to99),
      row('rounds until all know', summary.toAll),
      row('ms until 99 % know', summary.to99Ms),
      row('ms until all know', summary.toAllMs),
      row('messages in all', summary.messages),
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

/** Who heard in the end, in sentences. */
function verdictOf({ coverage, reachedAll, plan, runs }: Summary): readonly string[] {
  if (reachedAll === 1) return [`Everybody alive knew in every run (${runs} of ${runs}).`]
  const missed = (1 - coverage) * plan.alive
  const complete = Math.round(reachedAll * runs)
  const first = `Everybody alive knew in ${complete} of ${countText(runs)} runs (${percentText(reachedAll)}).`
  const second = `On average ${percentText(coverage)} heard: ${figureText(missed)} of ${countText(plan.alive)} never did.`
  return [first, second]
}
