// Makes the plan of a failing storm as short as it can be and still fail: the delta debugging
// of Zeller and Hildebrandt (2002) over strikes and trials. Ever smaller parts are left out, and what
// still fails without them is the next plan to shorten.

import type { StormPlan } from './plan.ts'

export interface ShrinkOptions {
  /** How many plans may be tried; 300 by default. */
  readonly runsMax?: number
}

/** The shortest plan found for which `fails` holds, as it does for `plan`. */
export function shrinkPlan(
  plan: StormPlan,
  fails: (plan: StormPlan) => boolean,
  { runsMax = 300 }: ShrinkOptions = {},
): StormPlan {
  let runs = 0
  const stillFails = (candidate: StormPlan) => runs++ < runsMax && fails(candidate)
  const trials = shortest(plan.trials, (kept) => stillFails({ ...plan, trials: kept }))
  const calmer = { ...plan, trials }
  const strikes = shortest(plan.strikes, (kept) => stillFails({ ...calmer, strikes: kept }))
  return { ...calmer, strikes }
}

/** The shortest sublist found for which `isEnough` holds. */
function shortest<T>(all: readonly T[], isEnough: (kept: readonly T[]) => boolean): readonly T[] {
  if (all.length > 0 && isEnough([])) return []
  let kept = all
  let parts = 2
  while (kept.length > 1) {
    const size = Math.ceil(kept.length / parts)
    const less = leaveOutOne(kept, size, isEnough)
    if (less !== undefined) {
      kept = less
      parts = Math.max(2, parts - 1)
    } else if (size === 1) {
      return kept
    } else {
      parts = Math.min(kept.length, parts * 2)
    }
  }
  return kept
}

/** `items` without the first run of `size` that can be spared. */
function leaveOutOne<T>(
  items: readonly T[],
  size: number,
  isEnough: (kept: readonly T[]) => boolean,
): readonly T[] | undefined {
  for (let from = 0; from < items.length; from += size) {
    const rest = items.filter((_, index) => index < from || index >= from + size)
    if (rest.length < items.length && isEnough(rest)) return rest
  }
  return undefined
}
