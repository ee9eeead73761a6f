// When one of our figures agrees with the reference. Exact against exact: to the sixth digit,
// which is all that was printed. A sample against anything: within four standard errors of
// both sides; a quantile as far as the counts on both sides can tell, and by one round more
// where the reference's own rule allows that.

import type { Counts, RoundsLaw } from 'hearsay/sim'

export interface Check {
  readonly what: string
  readonly expected: number
  readonly actual: number
  readonly holds: boolean
  /** How far off in standard errors; undefined for exact values, and for quantiles. */
  readonly errors: number | undefined
}

/** A reference value with what is known of its own error. */
export interface Reference {
  readonly value: number
  /** Standard deviation of one run; undefined if it was not printed. */
  readonly sd?: number
  /** Runs it was taken from; undefined for an exact one. */
  readonly runs?: number | undefined
}

/** Mean and spread of a sample of ours. */
export interface Estimate {
  readonly mean: number
  readonly sd: number
  readonly count: number
}

export const ERRORS_MAX = 4

/** Equal to one unit of the sixth digit, or by `slack` where the reference itself is off by more. */
export function sameDigits(what: string, expected: number, actual: number, slack = 1e-12): Check {
  const unit = expected === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(expected))) - 5)
  const holds = Math.abs(actual - expected) <= Math.max(unit, slack)
  return { what, expected, actual, holds, errors: undefined }
}

/** The very same number. */
export function same(what: string, expected: number, actual: number): Check {
  return { what, expected, actual, holds: actual === expected, errors: undefined }
}

/**
 * The reference drops chances below about 10⁻¹² while it adds up, which a variance feels by
 * the square of what they were dropped at: `span`.
 */
export function sameSpread(what: string, expected: number, actual: number, span: number): Check {
  const slack = Math.sqrt(expected ** 2 + 2e-12 * span ** 2) - expected
  return sameDigits(what, expected, actual, Math.max(slack, 1e-12))
}

/** A mean of ours against the reference, in standard errors of both. */
export function meanAgrees(what: string, reference: Reference, ours: Estimate): Check {
  const { value: expected, runs } = reference
  // A few runs may happen to have hardly any spread, on either side; an exact one is not a guess.
  const sd = runs === undefined ? (reference.sd ?? ours.sd) : Math.max(reference.sd ?? 0, ours.sd)
  const error = sd * Math.sqrt(1 / ours.count + (runs === undefined ? 0 : 1 / runs))
  return withinErrors({ what, expected, actual: ours.mean, error, slack: lastDigit(expected) })
}

/** A share of our runs against a probability; never finer than one run. */
export function shareAgrees(
  what: string,
  { value: expected, runs }: Reference,
  ours: { readonly share: number; readonly count: number },
): Check {
  const { share: actual, count } = ours
  const chance = runs === undefined ? expected : (expected * runs + actual * count) / (runs + count)
  const weight = 1 / count + (runs === undefined ? 0 : 1 / runs)
  const error = Math.sqrt(chance * (1 - chance) * weight)
  return withinErrors({ what, expected, actual, error, slack: 1 / count })
}

interface Comparison {
  readonly what: string
  readonly expected: number
  readonly actual: number
  readonly error: number
  readonly slack: number
}

function withinErrors({ what, expected, actual, error, slack }: Comparison): Check {
  const off = Math.abs(actual - expected)
  const holds = off <= ERRORS_MAX * error || off <= slack
  return { what, expected, actual, holds, errors: off <= slack ? 0 : off / error }
}

/** Half a unit of the sixth digit: what rounding alone may have done. */
function lastDigit(value: number): number {
  return value === 0 ? 1e-12 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 5) / 2
}

/** What a quantile is read from: the chance of at most `value`, from `count` runs or exactly. */
export interface Cumulative {
  readonly atMost: (value: number) => number
  readonly quantile: (share: number) => number
  readonly count: number | undefined
}

export function cumulativeOf(counts: Counts): Cumulative {
  const rows = [...counts].sort(([a], [b]) => a - b)
  const count = rows.reduce((sum, [, times]) => sum + times, 0)
  const atMost = (value: number): number =>
    rows.reduce((sum, [at, times]) => (at <= value ? sum + times : sum), 0) / count
  const quantile = (share: number): number =>
    rows.find(([value]) => atMost(value) >= share - 1e-12)?.[0] ?? Number.NaN
  return { atMost, quantile, count }
}

export function cumulativeOfLaw(law: RoundsLaw): Cumulative {
  return {
    atMost: (rounds) => law.atMost(rounds),
    quantile: (share) => law.quantile(share),
    count: undefined,
  }
}

export interface QuantileRule {
  readonly share: number
  /** Chance by which a crossing may miss a whole step, beside the errors of samples. */
  readonly slack: number
  /** Steps by which the quantile may differ in any case. */
  readonly steps: number
}

/** p50: equal, or the next one where ½ is crossed within 0.02 of a step. Others: ±1. */
export const median: QuantileRule = { share: 0.5, slack: 0.02, steps: 0 }
export const p90: QuantileRule = { share: 0.9, slack: 0, steps: 1 }
export const p99: QuantileRule = { share: 0.99, slack: 0, steps: 1 }

/**
 * A quantile of ours against the reference: with the chance at its step, and at the one
 * below, on the right sides of `share` as far as both samples can tell.
 */
export function quantileAgrees(
  what: string,
  { value: expected, runs }: Reference,
  ours: Cumulative,
  rule: QuantileRule,
): Check {
  const { share, slack, steps } = rule
  const weight = inverse(ours.count) + inverse(runs)
  const error = Math.max(slack, ERRORS_MAX * Math.sqrt(share * (1 - share) * weight))
  const holds =
    ours.atMost(expected + steps) >= share - error &&
    ours.atMost(expected - 1 - steps) < share + error
  return { what, expected, actual: ours.quantile(share), holds, errors: undefined }
}

function inverse(count: number | undefined): number {
  return count === undefined ? 0 : 1 / count
}
