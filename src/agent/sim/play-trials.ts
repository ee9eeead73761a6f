// Plays trials of failure detectors with a crew, and keeps those that are done when it is
// interrupted.

import type { Scenario, Trial } from '../../sim/index.ts'
import type { DetectAsked } from './detect-flags.ts'
import { trialsJob } from './jobs.ts'
import type { Stage } from './play.ts'
import { spreadRuns } from './spread-runs.ts'

/** Trials that were played, `done` of them; told are those of scenarios that all have met. */
export interface PlayedTrials {
  readonly trials: readonly Trial[]
  readonly done: number
}

/** One scenario after the other, each to all detectors; a scenario that not all have met is left out. */
export async function playTrials(
  stage: Stage,
  detectors: DetectAsked['detectors'],
  scenarios: readonly Scenario[],
): Promise<PlayedTrials> {
  const { context, crew, until } = stage
  const orders = scenarios.flatMap((scenario) =>
    detectors.map((detector) => ({ detector, scenario })),
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
  return { trials: trials.slice(0, done - (done % detectors.length)), done }
}
