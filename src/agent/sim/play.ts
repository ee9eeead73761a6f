// Plays runs of a scenario with a crew, shows on the way how the rumor spreads, and keeps what
// is done when it is interrupted or its time is over.

import { countText, type Sample, Sampler, type Summary, summarise } from '../../sim/index.ts'
import type { CommandContext } from '../command.ts'
import { textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { type Crew, soloCrew, threadCrew } from './crew.ts'
import { wholeNumber } from './flag-values.ts'
import { sampleJob } from './jobs.ts'
import type { Asked } from './scenario-flags.ts'
import { columnsMin, spreadLines } from './spread-lines.ts'
import { spreadRuns } from './spread-runs.ts'

const FRAME_MS = 120
/** Bars of the live picture, at most and at least; header and count stand around them. */
const LIVE_BARS_MAX = 18
const LIVE_BARS_MIN = 3
const AROUND_BARS = 2
const WORKERS_MAX = 64

/** What a crew and its runs need of a command. */
export interface Stage {
  readonly context: CommandContext
  readonly crew: Crew
  /** Aborts on Ctrl-C and when `--timeout` is over. */
  readonly until: AbortSignal
}

/** Uses a crew as `--workers` asks, and lets it go in the end. */
export async function withStage<T>(
  context: CommandContext,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const crew = await crewFor(context)
  const late = context.untilTimeout()
  const until = late === undefined ? context.signal : AbortSignal.any([context.signal, late])
  try {
    return await use({ context, crew, until })
  } finally {
    context.print.endProgress()
    await crew.dismiss()
  }
}

async function crewFor({ flags, parts }: CommandContext): Promise<Crew> {
  const text = textFlag(flags, 'workers')
  const { availableParallelism } = await import('node:os')
  const size =
    text === undefined
      ? Math.min(availableParallelism(), WORKERS_MAX)
      : wholeNumber('--workers', Number(text), [1, WORKERS_MAX])
  // Even one worker is a thread of its own, so that this one is free to be interrupted.
  if (parts.workerUrl === undefined) return soloCrew()
  return threadCrew(parts.workerUrl, size)
}

/** 0 if all was done; 130 or 5 if it was ended before. */
export function exitOf({ context, until }: Stage): Exit {
  if (context.signal.aborted) return exits.interrupted
  return until.aborted ? exits.timedOut : exits.done
}

/** Plays the runs asked for, or as many as there is time for; undefined if there was none. */
export async function playRuns(
  stage: Stage,
  asked: Asked,
  show: (summary: Summary, done: number) => readonly string[] = () => [],
): Promise<Sample | undefined> {
  const { context, crew, until } = stage
  const sampler = new Sampler()
  const { scenario, seed, runs } = asked
  let shownMs = Number.NEGATIVE_INFINITY
  context.print.progress(`playing ${countText(runs)} runs`)
  const done = await spreadRuns({
    crew,
    runs,
    signal: until,
    nowMs: context.io.nowMs,
    play: (first, to) => crew.give(sampleJob, { scenario, seed, first, runs: to - first }),
    take: (part, count) => {
      sampler.merge(part)
      if (!context.print.showsProgress || context.io.nowMs() - shownMs < FRAME_MS) return
      shownMs = context.io.nowMs()
      context.print.progressLines(show(summarise(scenario, sampler.sample()), count))
    },
  })
  return done === 0 ? undefined : sampler.sample()
}

/** The live picture: the curve so far, and how many runs it stands for; on a small terminal that alone. */
export function liveLines(stage: Stage, asked: Asked) {
  const { io, print } = stage.context
  return (summary: Summary, done: number): readonly string[] => {
    const { columns, rows } = io.err
    const bars = Math.min(LIVE_BARS_MAX, rows - 1 - AROUND_BARS)
    const count = print.paintTalk('dim', `${done} of ${asked.runs} runs; Ctrl-C keeps what is done`)
    // One column stays free, as progress wants it.
    if (bars < LIVE_BARS_MIN || columns - 1 < columnsMin) return [count]
    const place = { columns: columns - 1, rows: bars, paint: print.paintTalk }
    return [...spreadLines(summary, place), count]
  }
}

/** Nothing that can be told was done when it was ended; `asked` such as `500 runs`. */
export function nothingDone(stage: Stage, asked: string, done = 0): CommandError {
  const message = `ended after ${done} of ${asked}, too early for any figures`
  return new CommandError(exitOf(stage), message, 'fewer --nodes, or more time')
}
