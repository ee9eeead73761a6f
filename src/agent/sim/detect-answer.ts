// The answer of `hearsay sim detect`: figures of each detector, the comparison with plain
// SWIM, and every trial, as JSON, as rows and as text.

import {
  type Comparison,
  compareWithSwim,
  countText,
  type DetectorSummary,
  figureText,
  promise,
  type Spread,
  spreadOf,
  summariseDetector,
  type Trial,
} from '../../sim/index.ts'
import type { Answer, Printer } from '../terminal/printer.ts'
import type { Table } from '../terminal/table.ts'
import { durationText, measuredText } from '../terminal/time.ts'
import { packageVersion } from '../version.ts'
import type { DetectAsked } from './detect-flags.ts'
import type { Report } from './report-page.ts'
import { csvOf } from './sim-answer.ts'
import { counted } from './words.ts'

/** What was played, and what came of it. */
export interface Told {
  readonly asked: DetectAsked
  readonly trials: readonly Trial[]
  readonly summaries: readonly DetectorSummary[]
  readonly comparisons: readonly Comparison[]
}

/** Figures of the trials, detector by detector. */
export function toldOf(asked: DetectAsked, trials: readonly Trial[]): Told {
  return {
    asked,
    trials,
    summaries: asked.detectors.map((detector) => summariseDetector(detector, trials)),
    comparisons: compareWithSwim(asked.detectors, trials),
  }
}

/** The trials in every form; `wanted` are those that were asked for. */
export function detectAnswer(told: Told, print: Printer, wanted: number): Answer {
  const { asked, trials, summaries, comparisons } = told
  const rows = trials.map(trialRow)
  return {
    kind: 'Detection',
    body: {
      version: packageVersion(),
      command: commandOf(asked),
      grid: asked.grid,
      trialsAsked: wanted,
      trialsDone: trials.length,
      detectors: summaries,
      comparisons,
      promise,
      trials,
    },
    items: { kind: 'DetectionTrial', rows },
    csv: csvOf(rows),
    text: () => printDetection(told, print),
  }
}

/** The page of `--report`. */
export function detectReport(told: Told): Omit<Report, 'pictures'> {
  const { asked, summaries } = told
  return {
    title: 'Failure detectors on the same faults',
    lead: [titleOf(asked).join('; '), ...LEGEND],
    tables: [
      { title: 'Detectors', table: detectorTable(summaries) },
      ...(asked.isExperiment ? [{ title: 'False alarms by cell', table: cellTable(told) }] : []),
    ],
    command: commandOf(asked),
    version: packageVersion(),
  }
}

/** One trial on one line; times are medians of its crashes. */
function trialRow({ detector, scenario, detections, ...figures }: Trial) {
  return {
    detector,
    ...scenario,
    found: detections.filter(({ allMs }) => allMs !== undefined).length,
    firstMs: medianOf(detections.map(({ firstMs }) => firstMs)),
    allMs: medianOf(detections.map(({ allMs }) => allMs)),
    ...figures,
  }
}

/** Times as rows show them: whole microseconds, nothing where there is none. */
function medianOf(times: readonly (number | undefined)[]): number | '' {
  const { count, p50 } = spreadOf(times.flatMap((one) => one ?? []))
  return count === 0 ? '' : Math.round(p50 * 1000) / 1000
}

function printDetection(told: Told, print: Printer): void {
  const { asked, summaries } = told
  for (const line of titleOf(asked)) print.prose(line)
  print.line()
  if (asked.isExperiment) {
    print.line('False alarms, by how many stalled and for how long:')
    print.line()
    print.figures(cellTable(told))
    print.line()
  }
  print.figures(detectorTable(summaries))
  print.line()
  for (const line of LEGEND) print.prose(line, 'dim')
  if (asked.grid.stalled.some((count) => count > 0)) printComparisons(told, print)
  print.again(commandOf(asked))
}

const LEGEND: readonly string[] = [
  'FIRST, ALL: median from a crash until the first, and the last, of the well noticed',
  'FALSE: alarms about members in good health, one for each who held them failed',
  'STALLED: such alarms about members while, or after, they stalled',
  'BYTES/S: sent by a member in a second, headers of UDP and TCP left out',
]

function titleOf({ grid, isExperiment, scenarios }: DetectAsked): readonly string[] {
  const { nodes, crashes, stalled, stallMs, betweenMs, loss, lengthMs, seed } = grid
  const parts = [counted(nodes, 'member')]
  if (crashes > 0) parts.push(crashes === 1 ? 'one crashes' : `${countText(crashes)} crash`)
  const [count = 0] = stalled
  const [ms = 0] = stallMs
  const between = `with ${durationText(betweenMs)} between`
  if (isExperiment) parts.push(`others stall, ${between}`)
  else if (count > 0) parts.push(`${count} stall for ${durationText(ms)}, ${between}`)
  if (loss > 0) parts.push(`${figureText(loss * 100)} % of packets lost`)
  const trials = counted(scenarios.length, 'trial')
  return [
    parts.join(', '),
    `${trials} a detector, ${durationText(lengthMs)} each, from seed ${seed} on`,
  ]
}

function detectorTable(summaries: readonly DetectorSummary[]): Table {
  return {
    columns: ['DETECTOR', 'FOUND', 'FIRST', 'P95', 'ALL', 'P95', 'FALSE', 'STALLED', 'BYTES/S'],
    rows: summaries.map((one) => [
      one.detector,
      `${one.crashes - one.missed}/${one.crashes}`,
      ...timesOf(one.firstMs),
      ...timesOf(one.allMs),
      countText(one.falseAlarms),
      countText(one.alarmsAboutStalled),
      countText(Math.round(one.bytesPerNodeSecond)),
    ]),
  }
}

function timesOf({ count, p50, p95 }: Spread): readonly [string, string] {
  return count === 0 ? ['-', '-'] : [measuredText(p50), measuredText(p95)]
}

/** False alarms of every cell: a row for each length, a column for each count and detector. */
function cellTable({ asked, trials }: Told): Table {
  const { grid, detectors } = asked
  const rows = grid.stallMs.flatMap((stallMs) =>
    grid.stalled.map((stalled) => {
      const cell = trials.filter(
        ({ scenario }) => scenario.stallMs === stallMs && scenario.stalled === stalled,
      )
      const alarms = detectors.map((one) => countText(summariseDetector(one, cell).falseAlarms))
      return [durationText(stallMs), String(stalled), ...alarms]
    }),
  )
  return { columns: ['STALL', 'STALLED', ...detectors.map((one) => one.toUpperCase())], rows }
}

/** Against plain SWIM; the promise is told where the experiment was played that it is about. */
function printComparisons({ asked, comparisons }: Told, print: Printer): void {
  if (comparisons.length > 0) print.line()
  for (const comparison of comparisons) {
    const { detector, firstRatio, allRatio, isPromised, holds } = comparison
    const times = `noticed first in ${firstRatio.toFixed(2)} of its time, by all in ${allRatio.toFixed(2)}`
    const wanted = `; at least ${promise.cutMin} and at most ${promise.firstRatioMax} wanted: ${holds ? 'holds' : 'BROKEN'}`
    print.line(
      `${detector}: ${cutText(comparison)}, ${times}${asked.isExperiment && isPromised ? wanted : ''}`,
    )
  }
}

function cutText({ falseAlarms, falseAlarmsCut, falseAlarmsOfSwim }: Comparison): string {
  if (falseAlarms === 0) {
    return `no false alarm, where plain SWIM raised ${countText(falseAlarmsOfSwim)}`
  }
  return `${figureText(falseAlarmsCut)} times fewer false alarms than plain SWIM`
}

/** The command that gives these figures again. */
function commandOf({ grid, detectors, isExperiment, isAll }: DetectAsked): string {
  const { nodes, crashes, stalled, stallMs, betweenMs, loss, lengthMs, runs, seed } = grid
  const [count = 0] = stalled
  const stalls =
    isExperiment || count === 0
      ? []
      : [`--stalled ${count}`, `--stall ${durationText(stallMs[0] ?? 0)}`]
  return [
    'hearsay sim detect',
    ...(isExperiment ? ['--lifeguard'] : []),
    `--nodes ${nodes} --crash ${crashes}`,
    ...stalls,
    ...(isExperiment || count > 0 ? [`--between ${durationText(betweenMs)}`] : []),
    ...(loss > 0 ? [`--loss ${loss}`] : []),
    `--length ${durationText(lengthMs)} --runs ${runs} --seed ${seed}`,
    ...(isAll ? [] : detectors.map((detector) => `--detector ${detector}`)),
  ].join(' ')
}
