// A cell's verdict: all checks, and where a sample was off, all of them once more with four
// times the runs and other seeds. Among thousands of checks at four standard errors a sound
// model fails one now and then; it does not fail twice.

import { HearsayError } from 'hearsay/core'
import type { Cell, Effort } from './cell.ts'
import type { Check } from './checks.ts'
import { BadFile } from './fields.ts'

export interface Verdict {
  readonly place: string
  readonly label: string
  readonly checks: readonly Check[]
  /** Why the cell cannot be checked, if it cannot. */
  readonly problem: string | undefined
  /** True if it took a second, larger sample to tell. */
  readonly rechecked: boolean
}

const MORE_RUNS = 4
const OTHER_SEED = 1_000_003

export function judge(cell: Cell, effort: Effort): Verdict {
  const { place, label } = cell
  const first = checkOnce(cell, effort)
  if (holds(first)) return { place, label, ...first, rechecked: false }
  const larger = { factor: effort.factor * MORE_RUNS, seed: effort.seed + OTHER_SEED }
  return { place, label, ...checkOnce(cell, larger), rechecked: true }
}

/** True if the cell could be checked, and every figure agrees. */
export function holds({ checks, problem }: Pick<Verdict, 'checks' | 'problem'>): boolean {
  return problem === undefined && checks.every((check) => check.holds)
}

function checkOnce(cell: Cell, effort: Effort): Pick<Verdict, 'checks' | 'problem'> {
  try {
    return { checks: cell.check(effort), problem: undefined }
  } catch (error) {
    // A cell that lacks a figure, or asks for what cannot be played, has not held.
    if (error instanceof BadFile || error instanceof HearsayError) {
      return { checks: [], problem: error.message }
    }
    throw error
  }
}
