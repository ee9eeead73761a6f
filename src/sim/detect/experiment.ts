// Lifeguard's interval experiment (Dadgar, Phillips, Currey: Lifeguard, 2018, §5): 128 members,
// of which C stall together for D, are well again for a moment, and stall again, for two
// minutes. Here one of the others crashes on the way, so that one series shows both how often
// the healthy are wronged and how fast the dead are found.

import type { Millis } from '../../core/index.ts'
import type { Scenario } from './scenario.ts'
import { type DetectorSummary, summariseDetector } from './summary.ts'
import type { DetectorName, Trial } from './trial.ts'

/** Every number of stalled members is tried with every length of the stall. */
export interface Grid extends Omit<Scenario, 'stalled' | 'stallMs'> {
  readonly stalled: readonly number[]
  readonly stallMs: readonly Millis[]
  /** Trials a cell, each by a seed of its own. */
  readonly runs: number
}

/** The paper's, thinned out; 30 cells. */
export const lifeguardGrid: Grid = {
  nodes: 128,
  crashes: 1,
  stalled: [1, 4, 8, 16, 32],
  stallMs: [128, 512, 2048, 8192, 16_384, 32_768],
  betweenMs: 1024,
  loss: 0,
  lengthMs: 120_000,
  runs: 1,
  seed: 1,
}

/** The scenarios of a grid: every cell once, then every cell again by the next seeds. */
export function gridScenarios(grid: Grid): readonly Scenario[] {
  const { stalled, stallMs, runs, seed, ...common } = grid
  const cells = stallMs.flatMap((ms) => stalled.map((count) => ({ stallMs: ms, stalled: count })))
  return Array.from({ length: runs }, (_, run) =>
    cells.map((cell, at) => ({ ...common, ...cell, seed: seed + run * cells.length + at })),
  ).flat()
}

/** What the paper promises of Lifeguard, and what it may cost. */
export const promise = { cutMin: 20, firstRatioMax: 1.15 } as const

/** A detector against plain SWIM on the same scenarios. */
export interface Comparison {
  readonly detector: DetectorName
  readonly falseAlarms: number
  readonly falseAlarmsOfSwim: number
  /** Plain SWIM's false alarms by its own; by one, where it raised none. */
  readonly falseAlarmsCut: number
  /** Its median time to the first, and to the last, who noticed, by plain SWIM's. */
  readonly firstRatio: number
  readonly allRatio: number
  /** Lifeguard's promise is made for it; not for heartbeats. */
  readonly isPromised: boolean
  /** At least `promise.cutMin` and at most `promise.firstRatioMax`. */
  readonly holds: boolean
}

/** Compares each detector of `trials` with plain SWIM; nothing where SWIM was not tried. */
export function compareWithSwim(
  detectors: readonly DetectorName[],
  trials: readonly Trial[],
): readonly Comparison[] {
  if (!detectors.includes('swim')) return []
  const swim = summariseDetector('swim', trials)
  return detectors
    .filter((detector) => detector !== 'swim')
    .map((detector) => comparison(summariseDetector(detector, trials), swim))
}

function comparison(own: DetectorSummary, swim: DetectorSummary): Comparison {
  const falseAlarmsCut = swim.falseAlarms / Math.max(1, own.falseAlarms)
  const firstRatio = own.firstMs.p50 / swim.firstMs.p50
  return {
    detector: own.detector,
    falseAlarms: own.falseAlarms,
    falseAlarmsOfSwim: swim.falseAlarms,
    falseAlarmsCut,
    firstRatio,
    allRatio: own.allMs.p50 / swim.allMs.p50,
    isPromised: own.detector !== 'heartbeat',
    holds: falseAlarmsCut >= promise.cutMin && firstRatio <= promise.firstRatioMax,
  }
}
