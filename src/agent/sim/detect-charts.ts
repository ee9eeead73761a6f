// The charts of `hearsay sim detect`: how long a crash stays unnoticed in clusters of rising
// size, which takes trials of their own, and how many of the healthy are wronged.

import {
  alarmsChart,
  countText,
  type DetectionCurve,
  type DetectorName,
  detectionChart,
  figureText,
  meanToFirstProbe,
  type Scenario,
  summariseDetector,
  type Trial,
  timeoutsOf,
} from '../../sim/index.ts'
import { durationText } from '../terminal/time.ts'
import type { DetectAsked } from './detect-flags.ts'
import type { Stage } from './play.ts'
import { playTrials } from './play-trials.ts'
import type { Picture } from './report-page.ts'
import { counted } from './words.ts'

/** A crash is played in the first half, and found within the other. */
const LENGTH_MS = 60_000
const RUNS_MAX = 20
const SMALLEST = 4
const PROBE_MS = 1000

/** Draws charts by name; `trials` are those that the answer is about. */
export async function drawDetect(
  stage: Stage,
  asked: DetectAsked,
  trials: readonly Trial[],
  names: readonly string[],
): Promise<readonly Picture[]> {
  const pictures: Picture[] = []
  if (names.includes('sizes')) {
    const scenarios = sizeScenarios(asked)
    const { trials: played } = await playTrials(stage, asked.detectors, scenarios)
    if (played.length > 0) pictures.push({ name: 'sizes', svg: sizesPicture(asked, played) })
  }
  if (names.includes('alarms')) {
    pictures.push({ name: 'alarms', svg: alarmsPicture(asked, trials) })
  }
  return pictures
}

/** 4, 8, 16 … up to the members asked for, which are the last. */
function sizesOf({ grid }: DetectAsked): readonly number[] {
  const sizes: number[] = []
  for (let size = SMALLEST; size < grid.nodes; size *= 2) sizes.push(size)
  return [...sizes, grid.nodes]
}

/** One crash in each, nobody stalled; as many seeds of each as asked for. */
function sizeScenarios(asked: DetectAsked): readonly Scenario[] {
  const { loss, seed, runs } = asked.grid
  return sizesOf(asked).flatMap((nodes) =>
    Array.from({ length: Math.min(runs, RUNS_MAX) }, (_, run) => ({
      nodes,
      crashes: 1,
      stalled: 0,
      stallMs: 0,
      betweenMs: 0,
      loss,
      lengthMs: LENGTH_MS,
      seed: seed + run,
    })),
  )
}

function sizesPicture(asked: DetectAsked, trials: readonly Trial[]): string {
  const curves = asked.detectors.map((detector, colour) => curveOf(detector, colour, asked, trials))
  const { runs, seed, loss } = asked.grid
  const each = Math.min(runs, RUNS_MAX)
  const seeds = `${each === 1 ? 'one crash' : `median of ${each} crashes`} each, from seed ${seed} on`
  const told = curves.flatMap(({ label, points }) => {
    const last = points.at(-1)
    return last === undefined ? [] : [`${label} ${figureText(last.medianMs / 1000)} s`]
  })
  return detectionChart({
    caption: {
      id: 'sizes',
      title: 'How long a crash stays unnoticed, by size of the cluster',
      subtitle: `until the first verdict; ${seeds}${loss > 0 ? `; ${figureText(loss * 100)} % lost` : ''}`,
      description: `Seconds from a crash to the first verdict, for clusters of ${SMALLEST} to ${asked.grid.nodes} members. At the largest: ${told.join(', ')}.`,
    },
    curves: [...curves, formulaCurve(asked)],
  })
}

function curveOf(
  detector: DetectorName,
  colour: number,
  asked: DetectAsked,
  trials: readonly Trial[],
): DetectionCurve {
  const points = sizesOf(asked).flatMap((members) => {
    const own = trials.filter(({ scenario }) => scenario.nodes === members)
    const { count, p50, p5, p95 } = summariseDetector(detector, own).firstMs
    // One band is enough to see how much chance there is in it.
    const range = detector === 'hearsay' ? { lowMs: p5, highMs: p95 } : {}
    return count === 0 ? [] : [{ members, medianMs: p50, ...range }]
  })
  // Without stalls Lifeguard does as plain SWIM does: rings around its dots show both.
  return { label: detector, colour, points, look: detector === 'lifeguard' ? 'rings' : 'dots' }
}

/** Probe, doubt, verdict: what the defaults come to without chance. */
function formulaCurve(asked: DetectAsked): DetectionCurve {
  const points = sizesOf(asked).map((members) => ({
    members,
    medianMs: PROBE_MS * (meanToFirstProbe({ members }) + 1) + timeoutsOf(members).suspicionMinMs,
  }))
  return { label: 'SWIM by formula', colour: 4, look: 'dashed', points }
}

/** By how many stalled in the experiment; a single bar each otherwise. */
function alarmsPicture({ detectors, grid }: DetectAsked, trials: readonly Trial[]): string {
  const summaryOf = (detector: DetectorName, stalled: number) =>
    summariseDetector(
      detector,
      trials.filter(({ scenario }) => scenario.stalled === stalled),
    ).falseAlarms
  const stalls = grid.stallMs.map(durationText).join(', ')
  const told = detectors.map(
    (one) => `${one} ${countText(summariseDetector(one, trials).falseAlarms)}`,
  )
  return alarmsChart({
    caption: {
      id: 'alarms',
      title: `Who is wronged: healthy members called failed, ${counted(grid.nodes, 'member')}`,
      subtitle: `others stall for ${stalls}; ${counted(trials.length / detectors.length, 'trial')} of ${durationText(grid.lengthMs)}`,
      description: `False alarms by number of stalled members. In all: ${told.join(', ')}.`,
    },
    label: 'members that stall',
    categories: grid.stalled.map(String),
    series: detectors.map((label, colour) => ({
      label,
      colour,
      alarms: grid.stalled.map((stalled) => summaryOf(label, stalled)),
    })),
  })
}
