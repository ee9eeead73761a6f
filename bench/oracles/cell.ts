// A cell of the reference: where it stands, and how to check it. Samples are sized by what a
// run costs, so that no cell takes much longer than another.

import {
  hasExactReach,
  hasExactSpread,
  type Sample,
  type SpreadScenario,
  type Summary,
  sampleMany,
  summarise,
} from 'hearsay/sim'
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

const RUNS_MIN = 32
/** With fewer there is no spread to speak of, however little effort is wanted. */
const RUNS_LEAST = 8
const RUNS_MAX = 2000
/** Messages or so that a cell's sample may cost at factor 1. */
const MESSAGES = 12_000_000
/** The same where an exact law is checked as well. */
const MESSAGES_BESIDE_LAW = 5_000_000

export interface Taken {
  readonly sample: Sample
  readonly summary: Summary
}

/** A sample of as many runs as `messages` a run allow. */
export function takeSample(scenario: SpreadScenario, messages: number, effort: Effort): Taken {
  const { factor, seed } = effort
  const hasLaw = hasExactSpread(scenario) || hasExactReach(scenario)
  const affordable = ((hasLaw ? MESSAGES_BESIDE_LAW : MESSAGES) * factor) / messages
  const least = RUNS_MIN * Math.min(1, factor)
  const most = RUNS_MAX * Math.max(1, factor)
  const runs = Math.ceil(Math.max(RUNS_LEAST, least, Math.min(most, affordable)))
  const sample = sampleMany(scenario, { runs, seed })
  return { sample, summary: summarise(scenario, sample) }
}
