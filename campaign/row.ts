// What a row of the campaign is: a fault, done to a cluster that is whole, and figures of which
// each has a bound. The row leaves the cluster healed; whether it is whole again, the runner asks.

import type { Cluster } from './support/cluster.ts'

/** What was measured, by its name for people; the unit stands at the end of the name. */
export type Figures = Readonly<Record<string, number>>

/** What a figure may be. */
export interface Bound {
  readonly min?: number
  /** Holds on any machine, however busy. */
  readonly max?: number
  /** What Serf reaches on a quiet machine, with some room; judged only beside Serf. */
  readonly bar?: number
}

/** How long and how hard: in CI there are minutes for all rows together. */
export interface Pace {
  /** Milliseconds of a fault that a verdict takes its time under. */
  readonly hold: (shortS: number, longS: number) => number
  /** What the names of our control groups begin with. */
  readonly group: string
}

export interface Row {
  /** `N1-30`: the fault matrix's row, and its variant. */
  readonly id: string
  readonly fault: string
  readonly bounds: Readonly<Record<string, Bound>>
  /** Runs in the short variant too. */
  readonly isShort: boolean
  /** Whether real Serf agents can be put through the same. */
  readonly alsoSerf: boolean
  readonly run: (cluster: Cluster, pace: Pace) => Promise<Figures>
}

/** True if every bounded figure was measured and is within its bound. */
export function holds(row: Row, figures: Figures, serf: Figures = {}): boolean {
  return Object.entries(row.bounds).every(([name, bound]) =>
    isWithin(figures[name], bound, serf[name]),
  )
}

/** `serf`: what Serf came to in the same run, if it went through the same. */
export function isWithin(
  value: number | undefined,
  bound: Bound | undefined,
  serf: number | undefined,
): boolean {
  if (bound === undefined) return true
  if (value === undefined || Number.isNaN(value)) return false
  return value >= (bound.min ?? -Infinity) && value <= mostOf(bound, serf)
}

/** The most that a figure may be: beside Serf its bar, or what Serf itself needed. */
export function mostOf({ max = Infinity, bar }: Bound, serf: number | undefined): number {
  if (bar === undefined || serf === undefined || Number.isNaN(serf)) return max
  return Math.min(max, Math.max(bar, serf))
}

/** The proof that a fault struck at all: a row of nothing proves nothing. */
export const STRUCK: Readonly<Record<string, Bound>> = { 'packets hit': { min: 1 } }
