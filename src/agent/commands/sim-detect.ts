// `hearsay sim detect`: plays the same faults to several failure detectors. Trials that are
// done when it is interrupted are told all the same.

import type { RunCommand } from '../command.ts'
import { type Exit, exits } from '../contract.ts'
import { detectAnswer, detectReport, toldOf } from '../sim/detect-answer.ts'
import { drawDetect } from '../sim/detect-charts.ts'
import { type DetectAsked, detectAskedOf } from '../sim/detect-flags.ts'
import { detectCharts } from '../sim/flags.ts'
import { type Outputs, outputsOf } from '../sim/outputs.ts'
import { exitOf, nothingDone, type Stage, withStage } from '../sim/play.ts'
import { playTrials } from '../sim/play-trials.ts'
import { counted } from '../sim/words.ts'

/** Plays all trials; exit 1 if Lifeguard's promise is broken, 130 or 5 if ended before. */
export const simDetect: RunCommand = async (context) => {
  const asked = detectAskedOf(context.flags)
  const outputs = outputsOf(context, detectCharts)
  return await withStage(context, (stage) => detect(stage, asked, outputs))
}

async function detect(stage: Stage, asked: DetectAsked, outputs: Outputs): Promise<Exit> {
  const { print } = stage.context
  const wanted = asked.scenarios.length * asked.detectors.length
  const { trials, done } = await playTrials(stage, asked.detectors, asked.scenarios)
  if (trials.length === 0) throw nothingDone(stage, counted(wanted, 'trial'), done)
  const played = playedOf(asked, trials.length)
  const pictures = await drawDetect(stage, played, trials, outputs.charts)
  const told = toldOf(played, trials)
  print.answer(detectAnswer(told, print, wanted))
  outputs.write(pictures, () => detectReport(told))
  if (trials.length < wanted) {
    print.talk(`ended after ${trials.length} of ${wanted} trials; these are theirs`)
    return exitOf(stage)
  }
  const isBroken =
    asked.isExperiment && told.comparisons.some((one) => one.isPromised && !one.holds)
  return isBroken ? exits.failed : exits.done
}

/** What was played of what was asked: that is what the answer speaks of, and what is played again. */
function playedOf(asked: DetectAsked, trials: number): DetectAsked {
  const { grid } = asked
  const scenarios = asked.scenarios.slice(0, trials / asked.detectors.length)
  // Of an experiment that ended amid a run, all of that run: there is no asking for a part.
  const runs = Math.ceil(scenarios.length / (grid.stalled.length * grid.stallMs.length))
  return { ...asked, scenarios, grid: { ...grid, runs } }
}
