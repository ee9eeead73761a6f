// What passes between a sweep and its workers.

import type { DrawOptions, Measured, StormCounts, StormFailure, StormOutcome } from 'hearsay/sim'

export interface Task {
  readonly seed: number
  readonly options: DrawOptions
}

/** A storm's outcome without its plan and transitions, which would be most of it. */
export interface Result {
  readonly seed: number
  readonly failure: StormFailure | undefined
  readonly counts: StormCounts
  readonly measured: readonly Measured[]
  readonly lastedMs: number
}

export function resultOf(outcome: StormOutcome): Result {
  const { plan, failure, counts, measured, lastedMs } = outcome
  return { seed: plan.seed, failure, counts, measured, lastedMs }
}
