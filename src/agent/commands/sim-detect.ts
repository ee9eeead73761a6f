// `hearsay sim detect`: plays the same faults to several failure detectors. Trials that are
// done when it is interrupted are told all the same.

import { compareWithSwim } from '../../sim/index.ts'
import type { RunCommand } from '../command.ts'
import { type Exit, exits } from '../contract.ts'
import { detectAnswer, detectReport } from '../sim/detect-answer.ts'
import { drawDetect } from '../sim/detect-charts.ts'
import { type DetectAsked, detectAskedOf } from '../sim/detect-flags.ts'
import { detectCharts } from '../sim/flags.ts'
import { type Outputs, outputsOf } from '../sim/outputs.ts'
import { exitOf, nothingDone, type Stage, withStage } from '../sim/play.ts'
import { playTrials } from '../sim/play-trials.ts'

/** Plays all trials; exit 1 if Lifeguard's promise is broken, 130 or 5 if ended before. */
export const simDetect: RunCommand = async (context) => {
  const asked = detectAskedOf(context.flags)
  const outputs = outputsOf(context, detectCharts)
  return await withStage(context, (stage) => detect(stage, asked, outputs))
}

async function detect(stage: Stage, asked: DetectAsked, outputs: Outputs): Promise<Exit> {
  const { print } = stage.context
  const trials = await playTrials(stage, asked.detectors, asked.scenarios)
  if (trials.length === 0) throw nothingDone(stage)
  const pictures = await drawDetect(stage, asked, trials, outputs.charts)
  print.answer(detectAnswer(asked, trials, print))
  outputs.write(pictures, () => detectReport(asked, trials))
  const wanted = asked.scenarios.length * asked.detectors.length
  if (trials.length < wanted) {
    print.talk(`ended after ${trials.length} of ${wanted} trials; these are theirs`)
    return exitOf(stage)
  }
  const comparisons = compareWithSwim(asked.detectors, trials)
  const isBroken = asked.isExperiment && comparisons.some((one) => one.isPromised && !one.holds)
  return isBroken ? exits.failed : exits.done
}
