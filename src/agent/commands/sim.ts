// `hearsay sim`: plays one scenario many times over and tells how the rumor spread; charts and
// a report on request. What is done when it is interrupted is told all the same.

import { summarise } from '../../sim/index.ts'
import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import type { Exit } from '../contract.ts'
import { checkWritable, writeText } from '../sim/files.ts'
import { simCharts } from '../sim/flags.ts'
import { exitOf, liveLines, nothingDone, playRuns, type Stage, withStage } from '../sim/play.ts'
import { reportPage } from '../sim/report-page.ts'
import { type Asked, askedOf } from '../sim/scenario-flags.ts'
import { simAnswer, simReport } from '../sim/sim-answer.ts'
import { drawSim, wantedCharts } from '../sim/sim-pictures.ts'

const DEFAULTS = { protocol: 'push', nodes: 1000, runs: 500 } as const

/** Plays the scenario; exit 130 or 5 if it was ended before all runs were done. */
export const sim: RunCommand = async (context) => {
  const asked = askedOf(context.flags, DEFAULTS)
  const files = filesFor(context)
  return await withStage(context, (stage) => simulate(stage, asked, files))
}

interface Files {
  readonly charts: readonly string[]
  readonly svg: string | undefined
  readonly report: string | undefined
}

function filesFor(context: CommandContext): Files {
  const svg = textFlag(context.flags, 'svg')
  const report = textFlag(context.flags, 'report')
  const charts = wantedCharts(context, simCharts)
  if (svg !== undefined) checkWritable('--svg', svg)
  if (report !== undefined) checkWritable('--report', report)
  return { charts, svg, report }
}

async function simulate(stage: Stage, asked: Asked, files: Files): Promise<Exit> {
  const { print, io, flags } = stage.context
  const sample = await playRuns(stage, asked, liveLines(stage, asked))
  if (sample === undefined) throw nothingDone(stage)
  const summary = summarise(asked.scenario, sample)
  const pictures = await drawSim(stage, asked, summary, files.charts)
  print.answer(simAnswer(asked, summary, print, io.out.columns))
  const shown = textFlag(flags, 'chart') ?? files.charts[0]
  if (files.svg !== undefined) {
    writeText(files.svg, pictures.find(({ name }) => name === shown)?.svg ?? '')
  }
  if (files.report !== undefined) {
    writeText(files.report, reportPage(simReport(asked, summary, pictures)))
  }
  if (summary.runs < asked.runs) {
    print.talk(`ended after ${summary.runs} of ${asked.runs} runs; the figures are theirs`)
  }
  return exitOf(stage)
}
