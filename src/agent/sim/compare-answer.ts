// The answer of `hearsay sim compare`: a row for each way of spreading news, in figures, as
// JSON, as CSV and as the page of `--report`.

import { type Distribution, figureText, percentText } from '../../sim/index.ts'
import type { Answer, Printer } from '../terminal/printer.ts'
import type { Table } from '../terminal/table.ts'
import { measuredText } from '../terminal/time.ts'
import { packageVersion } from '../version.ts'
import { type Condition, type Contestant, contestants, type Heat } from './contest.ts'
import type { Report } from './report-page.ts'
import type { Asked } from './scenario-flags.ts'
import { csvOf } from './sim-answer.ts'
import { counted, runsText } from './words.ts'

/** What was played, and what came of it. */
export interface Contest {
  readonly asked: Asked
  readonly conditions: readonly Condition[]
  readonly heats: readonly Heat[]
}

/** The comparison in every form. */
export function compareAnswer(contest: Contest, print: Printer): Answer {
  const { asked, conditions, heats } = contest
  const rows = heats.map(rowOf)
  return {
    kind: 'Comparison',
    body: {
      version: packageVersion(),
      command: compareCommand(contest),
      nodes: asked.plan.nodes,
      seed: asked.seed,
      runs: asked.runs,
      conditions,
      protocols: contestants.map(({ name, label }) => ({
        name,
        label,
        results: heats.filter(({ contestant }) => contestant.name === name).map(detailsOf),
      })),
    },
    items: { kind: 'ComparisonRow', rows },
    csv: csvOf(rows),
    text: () => printContest(contest, print),
  }
}

/** What to type to have it again. */
function compareCommand({ asked, conditions }: Contest): string {
  const worst = conditions.at(-1)
  const { nodes, roundMs, latencyMs } = asked.scenario
  const times = [
    ...(roundMs === undefined ? [] : [`--round ${roundMs}ms`]),
    ...(latencyMs === undefined ? [] : [`--latency ${latencyMs}ms`]),
  ]
  return [
    `hearsay sim compare --nodes ${nodes} --loss ${worst?.loss ?? 0} --crash ${worst?.crash ?? 0}`,
    ...times,
    `--runs ${asked.runs} --seed ${asked.seed}`,
  ].join(' ')
}

function detailsOf({ condition, scenario, summary }: Heat) {
  return {
    condition: condition.label,
    scenario,
    runs: summary.runs,
    coverage: summary.coverage,
    reachedAll: summary.reachedAll,
    rounds50: summary.toHalf,
    rounds99: summary.to99,
    rounds: summary.toAll,
    timeMs50: summary.toHalfMs,
    timeMs99: summary.to99Ms,
    timeMs: summary.toAllMs,
    messages: summary.messages,
    copies: summary.copies,
    busiest: summary.busiest,
    maxSendsByOneNode: summary.busiest.max,
  }
}

/** One result as a flat row; empty where it never came to be. */
function rowOf({ contestant, condition, summary }: Heat) {
  const figure = (value: number) => (Number.isNaN(value) ? '' : value)
  return {
    protocol: contestant.name,
    loss: condition.loss,
    crash: condition.crash,
    runs: summary.runs,
    coverage: summary.coverage,
    reachedAll: summary.reachedAll,
    rounds50: figure(summary.toHalf.mean),
    rounds99: figure(summary.to99.mean),
    rounds: figure(summary.toAll.mean),
    timeMs50: figure(summary.toHalfMs.mean),
    timeMs99: figure(summary.to99Ms.mean),
    timeMs: figure(summary.toAllMs.mean),
    messages: summary.messages.mean,
    busiest: summary.busiest.mean,
    maxSendsByOneNode: summary.busiest.max,
  }
}

function printContest(contest: Contest, print: Printer): void {
  const { asked } = contest
  print.line(print.paint('bold', `One rumor, ${counted(asked.plan.nodes, 'node')}`))
  print.line(`${runsText(asked.runs, asked.seed)} each; ${TIMES}`)
  print.line()
  print.figures(speedTable(contest))
  print.line()
  print.line(print.paint('bold', 'Living nodes that hear, and runs in which all of them do'))
  print.figures(coverageTable(contest))
  print.talk(ENDS)
  print.again(compareCommand(contest))
}

const TIMES = 'means without faults, as rounds and time'

const ENDS =
  'Push never gives up, so it ends with all. memberlist and hearsay give up after a limit; whom they missed hears by push-pull.'

/** The heat of a contestant under the condition of this number, if it was played. */
export function heatOf(
  contest: Contest,
  { name }: Contestant,
  condition: number,
): Heat | undefined {
  const { label } = contest.conditions[condition] ?? {}
  return contest.heats.find((one) => one.contestant.name === name && one.condition.label === label)
}

function speedTable(contest: Contest): Table {
  return {
    columns: ['PROTOCOL', 'TO 50 %', 'TO 99 %', 'TO ALL', 'MESSAGES', 'OF THE BUSIEST NODE'],
    rows: contestants.map((contestant) => {
      const summary = heatOf(contest, contestant, 0)?.summary
      if (summary === undefined) return [contestant.label, '-', '-', '-', '-', '-']
      return [
        contestant.label,
        momentText(summary.toHalf, summary.toHalfMs, summary.runs),
        momentText(summary.to99, summary.to99Ms, summary.runs),
        momentText(summary.toAll, summary.toAllMs, summary.runs),
        figureText(Math.round(summary.messages.mean)),
        figureText(summary.busiest.mean),
      ]
    }),
  }
}

/** `9.0 (1.81s)`, or `9.0 (1.81s, 89 % of runs)` where the others never came so far. */
function momentText(rounds: Distribution, ms: Distribution, runs: number): string {
  if (rounds.count === 0) return 'never'
  const share = rounds.count === runs ? '' : `, ${percentText(rounds.count / runs)} of runs`
  return `${rounds.mean.toFixed(1)} (${measuredText(ms.mean)}${share})`
}

function coverageTable(contest: Contest): Table {
  const { conditions } = contest
  return {
    columns: ['PROTOCOL', ...conditions.map(({ label }) => label.toUpperCase())],
    rows: contestants.map((contestant) => [
      contestant.label,
      ...conditions.map((_, at) => {
        const summary = heatOf(contest, contestant, at)?.summary
        if (summary === undefined) return '-'
        const { coverage, reachedAll } = summary
        return coverage === 1 ? '100 %' : `${percentText(coverage)} (${percentText(reachedAll)})`
      }),
    ]),
  }
}

/** The page of `--report`. */
export function compareReport(contest: Contest): Omit<Report, 'pictures'> {
  const { asked } = contest
  return {
    title: `One rumor among ${counted(asked.plan.nodes, 'node')}, six ways`,
    lead: [
      `${runsText(asked.runs, asked.seed)} each. Times are ${TIMES}; a direct broadcast is taken to send everything at once.`,
      'Gossip sends more messages in all than a direct broadcast. What it buys is that no node carries the load, and that losses and crashes hardly matter.',
      ENDS,
    ],
    tables: [
      { title: 'Speed and cost', table: speedTable(contest) },
      {
        title: 'Living nodes that hear (runs in which all of them do)',
        table: coverageTable(contest),
      },
    ],
    command: compareCommand(contest),
    version: packageVersion(),
  }
}
