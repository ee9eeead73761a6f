// Rules of thumb beside which runs are shown: the mean-field curve of an endless protocol, and
// the estimate of the rounds it takes. Both forget that a rumor begins with one node and ends
// with the last one, so they are told apart from exact values wherever they appear.

import type { Plan } from './scenario.ts'

/** How the curve reads as a formula; undefined where there is none for the protocol. */
export function thumbFormula({ protocol }: Plan): string | undefined {
  if (protocol === 'push') return 's + (1−s)(1 − e^(−k·s·(1−loss)(1−crash)))'
  if (protocol === 'pull') return 's + (1−s)(1 − (1 − s·(1−crash)(1−loss)²)^k)'
  return undefined
}

/** Shares of the alive that know after rounds 0 … `rounds`, by `thumbFormula`. */
export function thumbCurve(plan: Plan, rounds: number): readonly number[] | undefined {
  if (thumbFormula(plan) === undefined) return undefined
  const shares = [1 / plan.alive]
  for (let round = 0; round < rounds; round++) shares.push(nextShare(plan, shares[round] ?? 0))
  return shares
}

function nextShare({ protocol, fanout, loss, alive, nodes }: Plan, share: number): number {
  const up = alive / nodes
  const missed =
    protocol === 'push'
      ? Math.exp(-fanout * share * (1 - loss) * up)
      : (1 - share * up * (1 - loss) ** 2) ** fanout
  return share + (1 - share) * (1 - missed)
}

/** How the estimate of rounds reads as a formula. */
export const thumbRoundsFormula =
  'log(alive) / log(1 + k′) + ln(alive) / k′, where k′ = k·(1−loss)·(1−crash)'

/** Rounds of endless push until all alive know; about one fewer than the mean of the runs. */
export function thumbRounds({ fanout, loss, alive, nodes }: Plan): number {
  const reach = (fanout * (1 - loss) * alive) / nodes
  return Math.log(alive) / Math.log(1 + reach) + Math.log(alive) / reach
}
