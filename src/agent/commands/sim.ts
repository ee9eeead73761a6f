// `hearsay sim`: plays one scenario many times over and tells how the rumor spread; charts and
// a report on request. What is done when it is interrupted is told all the same.

import { exactSpread, hasExactSpread, summarise } from '../../sim/index.ts'
import type { RunCommand } from '../command.ts'
import type { Exit } from '../contract.ts'
import { simCharts } from '../sim/flags.ts'
import { type Outputs, outputsOf } from '../sim/outputs.ts'
import { exitOf, liveLines, nothingDone, playRuns, type Stage, withStage } from '../sim/play.ts'
import { type Asked, askedOf } from '../sim/scenario-flags.ts'
import { simAnswer, simReport } from '../sim/sim-answer.ts'
import { drawSim } from '../sim/sim-pictures.ts'
import { counted } from '../sim/words.ts'

const DEFAULTS = { protocol: 'push', nodes: 1000, runs: 500, command: 'sim' } as const

/** Plays the scenario; exit 130 or 5 if it was ended before all runs were done. */
export const sim: RunCommand = async (context) => {
  const asked = askedOf(context.flags, DEFAULTS)
  const outputs = outputsOf(context, simCharts)
  return await withStage(context, (stage) => simulate(stage, asked, outputs))
}

async function simulate(stage: Stage, asked: Asked, outputs: Outputs): Promise<Exit> {
  const { print, io } = stage.context
  const sample = await playRuns(stage, asked, liveLines(stage, asked))
  if (sample === undefined) throw nothingDone(stage, counted(asked.runs, 'run'))
  const summary = summarise(asked.scenario, sample)
  const exact = hasExactSpread(asked.scenario) ? exactSpread(asked.scenario) : undefined
  const told = { asked, summary, exact }
  const pictures = await drawSim(stage, told, outputs.charts)
  print.answer(simAnswer(told, print, io.out.columns))
  outputs.write(pictures, () => simReport(told))
  if (summary.runs < asked.runs) {
    print.talk(`ended after ${summary.runs} of ${asked.runs} runs; the figures are theirs`)
  }
  return exitOf(stage)
}
