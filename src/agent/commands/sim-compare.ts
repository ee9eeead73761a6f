// `hearsay sim compare`: the same rumor by a direct broadcast, a tree, push, memberlist's
// schedule and hearsay's own, with and without faults, side by side.

import type { RunCommand } from '../command.ts'
import type { Exit } from '../contract.ts'
import { compareAnswer, compareReport } from '../sim/compare-answer.ts'
import { drawCompare } from '../sim/compare-charts.ts'
import { conditionsFor, contestants, playContest } from '../sim/contest.ts'
import { compareCharts } from '../sim/flags.ts'
import { type Outputs, outputsOf } from '../sim/outputs.ts'
import { exitOf, nothingDone, type Stage, withStage } from '../sim/play.ts'
import { type Asked, askedOf } from '../sim/scenario-flags.ts'
import { counted } from '../sim/words.ts'

const DEFAULTS = { protocol: 'push', nodes: 1000, runs: 200, command: 'sim compare' } as const
const LOSS = 0.25
const CRASH = 0.3

/** Plays them all; exit 130 or 5 if it was ended before. */
export const compare: RunCommand = async (context) => {
  const asked = askedOf(context.flags, DEFAULTS)
  const outputs = outputsOf(context, compareCharts)
  return await withStage(context, (stage) => contestOn(stage, asked, outputs))
}

async function contestOn(stage: Stage, asked: Asked, outputs: Outputs): Promise<Exit> {
  const { print } = stage.context
  const { loss = LOSS, crash = CRASH } = asked.scenario
  const conditions = conditionsFor(loss, crash)
  const heats = await playContest(stage, asked, conditions)
  if (heats.length === 0) {
    throw nothingDone(stage, counted(contestants.length * conditions.length, 'sample'))
  }
  const contest = { asked, conditions, heats }
  const pictures = drawCompare(contest, outputs.charts)
  print.answer(compareAnswer(contest, print))
  outputs.write(pictures, () => compareReport(contest))
  if (stage.until.aborted) print.talk('ended early; what is missing was not played')
  return exitOf(stage)
}
