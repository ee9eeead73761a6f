// `hearsay sim detect`: plays the same faults to several failure detectors. Trials that are
// done when it is interrupted are told all the same.

import { compareWithSwim, type Trial } from '../../sim/index.ts'
import type { RunCommand } from '../command.ts'
import { type Exit, exits } from '../contract.ts'
import { detectAnswer } from '../sim/detect-answer.ts'
import { type DetectAsked, detectAskedOf } from '../sim/detect-flags.ts'
import { trialsJob } from '../sim/jobs.ts'
import { exitOf, nothingDone, type Stage, withStage } from '../sim/play.ts'
import { spreadRuns } from '../sim/spread-runs.ts'

/** Plays all trials; exit 1 if Lifeguard's promise is broken, 130 or 5 if ended before. */
export const simDetect: RunCommand = async (context) => {
  const asked = detectAskedOf(context.flags)
  return await withStage(context, (stage) => detect(stage, asked))
}

async function detect(stage: Stage, asked: DetectAsked): Promise<Exit> {
  const { print } = stage.context
  const trials = await playTrials(stage, asked)
  if (trials.length === 0) throw nothingDone(stage)
  print.answer(detectAnswer(asked, trials, print))
  const wanted = asked.scenarios.length * asked.detectors.length
  if (trials.length < wanted) {
    print.talk(`ended after ${trials.length} of ${wanted} trials; these are theirs`)
    return exitOf(stage)
  }
  const comparisons = compareWithSwim(asked.detectors, trials)
  const isBroken = asked.isExperiment && comparisons.some(({ holds }) => !holds)
  return isBroken ? exits.failed : exits.done
}

/** One scenario after the other, each to all detectors; a scenario that not all have met is left out. */
async function playTrials(stage: Stage, asked: DetectAsked): Promise<readonly Trial[]> {
  const { context, crew, until } = stage
  const orders = asked.scenarios.flatMap((scenario) =>
    asked.detectors.map((detector) => ({ detector, scenario })),
  )
  const trials: Trial[] = []
  context.print.progress(`0 of ${orders.length} trials`)
  const done = await spreadRuns({
    crew,
    runs: orders.length,
    signal: until,
    nowMs: context.io.nowMs,
    play: (from, to) => crew.give(trialsJob, orders.slice(from, to)),
    take: (part, count) => {
      trials.push(...part)
      context.print.progress(`${count} of ${orders.length} trials; Ctrl-C keeps what is done`)
    },
  })
  return trials.slice(0, done - (done % asked.detectors.length))
}
