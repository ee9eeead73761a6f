// Trials of one detector as figures: how long crashes stayed unnoticed, how often somebody
// was wronged, what it cost. Plain numbers, ready for JSON.

import { count, type Distribution, distributionOf } from '../rounds/counts.ts'
import type { DetectorName, Trial } from './trial.ts'

/** How values spread; `count` is 0 and the rest NaN where there were none. */
export type Spread = Pick<Distribution, 'count' | 'mean' | 'min' | 'p5' | 'p50' | 'p95' | 'max'>

export interface DetectorSummary {
  readonly detector: DetectorName
  readonly trials: number
  readonly crashes: number
  /** Crashes that somebody had not noticed when the trial was over. */
  readonly missed: number
  /** From the crash to the first, and to the last, of those who were well, in ms. */
  readonly firstMs: Spread
  readonly allMs: Spread
  /** Over all trials. */
  readonly falseAlarms: number
  readonly falseAlarmsOfTheWell: number
  readonly alarmsAboutStalled: number
  /** Means of the trials. */
  readonly bytesPerNodeSecond: number
  readonly packetsPerNodeSecond: number
}

/** The figures of one detector among `trials`. */
export function summariseDetector(
  detector: DetectorName,
  trials: readonly Trial[],
): DetectorSummary {
  const own = trials.filter((trial) => trial.detector === detector)
  const detections = own.flatMap((trial) => trial.detections)
  const sum = (figure: (trial: Trial) => number) =>
    own.reduce((total, trial) => total + figure(trial), 0)
  return {
    detector,
    trials: own.length,
    crashes: detections.length,
    missed: detections.filter(({ allMs }) => allMs === undefined).length,
    firstMs: spreadOf(detections.flatMap(({ firstMs }) => firstMs ?? [])),
    allMs: spreadOf(detections.flatMap(({ allMs }) => allMs ?? [])),
    falseAlarms: sum((trial) => trial.falseAlarms),
    falseAlarmsOfTheWell: sum((trial) => trial.falseAlarmsOfTheWell),
    alarmsAboutStalled: sum((trial) => trial.alarmsAboutStalled),
    bytesPerNodeSecond: sum((trial) => trial.bytesPerNodeSecond) / own.length,
    packetsPerNodeSecond: sum((trial) => trial.packetsPerNodeSecond) / own.length,
  }
}

/** How values spread; percentiles are the smallest value that so many do not exceed. */
export function spreadOf(values: readonly number[]): Spread {
  const counts = new Map<number, number>()
  for (const value of values) count(counts, value)
  const { count: total, mean, min, p5, p50, p95, max } = distributionOf(counts)
  return { count: total, mean, min, p5, p50, p95, max }
}
