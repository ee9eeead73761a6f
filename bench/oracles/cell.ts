// A cell of the reference: where it stands, and how to check it. Samples are sized by what a
// run costs, so that no cell takes much longer than another.

import { type Sample, type SpreadScenario, type Summary, sampleMany, summarise } from 'hearsay/sim'
import type { Check } from './checks.ts'

export interface Cell {
  /** Its place in the file, e.g. `dissemination[17]`. */
  readonly place: string
  /** What it is about, for people. */
  readonly label: string
  readonly check: (effort: Effort) => readonly Check[]
}

export interface Effort {
  /** 1 is the usual size of samples. */
  readonly factor: number
  readonly seed: number
}

const RUNS_MIN = 24
const RUNS_MAX = 2000
/** Messages or so that a cell's sample may cost at factor 1: about a quarter of a second. */
const MESSAGES = 16_000_000

export interface Taken {
  readonly sample: Sample
  readonly summary: Summary
}

/** A sample of as many runs as `messages` a run allow. */
export function takeSample(scenario: SpreadScenario, messages: number, effort: Effort): Taken {
  const affordable = Math.round((MESSAGES * effort.factor) / messages)
  const most = Math.round(RUNS_MAX * Math.max(1, effort.factor))
  const runs = Math.max(
    Math.round(RUNS_MIN * Math.min(1, effort.factor)),
    Math.min(most, affordable),
  )
  const sample = sampleMany(scenario, { runs: Math.max(runs, 8), seed: effort.seed })
  return { sample, summary: summarise(scenario, sample) }
}
