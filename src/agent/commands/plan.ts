// `hearsay plan`: what to expect of a cluster before there is one. A rumor's spread comes from
// the rounds engine, the rest from trials of the production core in virtual time.

import { outlookOf, type PlanTrial, type Summary, seedOfRun, summarise } from '../../sim/index.ts'
import type { RunCommand } from '../command.ts'
import type { Exit } from '../contract.ts'
import { planJob } from '../sim/jobs.ts'
import { planAnswer } from '../sim/plan-answer.ts'
import { type PlanAsked, planAskedOf, spreadScenarioOf } from '../sim/plan-flags.ts'
import { exitOf, nothingDone, playRuns, type Stage, withStage } from '../sim/play.ts'
import { checked } from '../sim/scenario-flags.ts'
import { spreadRuns } from '../sim/spread-runs.ts'
import { counted } from '../sim/words.ts'

/** Plays runs and trials; exit 130 or 5 if it was ended before all were done. */
export const plan: RunCommand = async (context) => {
  const asked = planAskedOf(context.flags)
  return await withStage(context, (stage) => lookAhead(stage, asked))
}

async function lookAhead(stage: Stage, asked: PlanAsked): Promise<Exit> {
  const { print } = stage.context
  const spread = await spreadAmong(stage, asked, asked.nodes)
  if (spread === undefined) throw nothingDone(stage, counted(asked.runs, 'run'))
  const spreadOfTrial = await spreadAmong(stage, asked, asked.members)
  const trials = await playTrials(stage, asked)
  // Without trials nothing is scaled by how it spreads among their members.
  const outlook = outlookOf({ ...asked, trials, spread, spreadOfTrial: spreadOfTrial ?? spread })
  print.answer(planAnswer({ asked, outlook, trials: trials.length, runs: spread.runs }, print))
  if (trials.length < asked.trials) {
    print.talk(`ended after ${trials.length} of ${asked.trials} trials; the figures are theirs`)
  }
  return exitOf(stage)
}

async function spreadAmong(
  stage: Stage,
  asked: PlanAsked,
  nodes: number,
): Promise<Summary | undefined> {
  const { runs, seed } = asked
  const { scenario, plan } = checked({ ...spreadScenarioOf(asked, nodes) })
  const { print } = stage.context
  const sample = await playRuns(stage, { scenario, plan, runs, seed }, (_, done) => [
    print.paintTalk('dim', `spread among ${nodes}: ${done} of ${runs} runs`),
  ])
  return sample === undefined ? undefined : summarise(scenario, sample)
}

async function playTrials(stage: Stage, asked: PlanAsked): Promise<readonly PlanTrial[]> {
  const { context, crew, until } = stage
  const { members, loss, latencyMs, tagBytes, rumorsPerSecond, rumorBytes, options } = asked
  const given = { members, loss, latencyMs, tagBytes, rumorsPerSecond, rumorBytes, options }
  const trials: PlanTrial[] = []
  context.print.progress(`0 of ${asked.trials} trials of ${members} members`)
  await spreadRuns({
    crew,
    runs: asked.trials,
    signal: until,
    nowMs: context.io.nowMs,
    play: async (from, to) => {
      const seeds = Array.from({ length: to - from }, (_, at) => seedOfRun(asked.seed, from + at))
      return await crew.give(
        planJob,
        seeds.map((seed) => ({ ...given, seed })),
      )
    },
    take: (part, done) => {
      trials.push(...part)
      context.print.progress(`${done} of ${asked.trials} trials; Ctrl-C keeps what is done`)
    },
  })
  return trials
}
