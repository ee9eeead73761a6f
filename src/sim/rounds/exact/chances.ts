// The small laws that the exact chains are made of: how many of k targets are new to the
// rumor, and how many of many succeed independently. All by adding and multiplying chances,
// so that tiny ones keep their digits.

import type { Plan } from '../scenario.ts'

/** Smaller shares of the most likely number are left out. */
const NEGLIGIBLE = 1e-200

/** A table of chances by row and column, rows of equal length. */
export interface Table {
  readonly width: number
  readonly cells: Float64Array
}

/**
 * Chance by u (nodes without the rumor) and j (0 … count) that one sender's `count` targets
 * inform j of them: drawn as the plan says, each message lost by itself.
 */
export function hitTable(plan: Plan, count: number): Table {
  const width = count + 1
  const cells = new Float64Array(plan.alive * width)
  for (let u = 0; u < plan.alive; u++) {
    cells.set(
      plan.selection === 'self' ? repeatedHits(plan, u, count) : distinctHits(plan, u, count),
      u * width,
    )
  }
  return { width, cells }
}

/** Distinct targets among the others: u of nodes−1 are new (hypergeometric), then thinned by loss. */
function distinctHits({ nodes, loss }: Plan, u: number, count: number): Float64Array {
  const drawn = newlyDrawn(nodes - 1, u, count)
  const hits = new Float64Array(count + 1)
  for (let h = 0; h <= count; h++) {
    const { first, chances } = binomial(h, 1 - loss)
    chances.forEach((chance, i) => {
      hits[first + i] = (hits[first + i] ?? 0) + (drawn[h] ?? 0) * chance
    })
  }
  return hits
}

/** Independent draws from everybody; whoever was hit by an earlier one is no longer new. */
function repeatedHits({ nodes, loss }: Plan, u: number, count: number): Float64Array {
  const hits = new Float64Array(count + 1)
  hits[0] = 1
  for (let draw = 0; draw < count; draw++) {
    for (let j = draw; j >= 0; j--) {
      const moved = (hits[j] ?? 0) * Math.max(0, (u - j) / nodes) * (1 - loss)
      hits[j + 1] = (hits[j + 1] ?? 0) + moved
      hits[j] = (hits[j] ?? 0) - moved
    }
  }
  return hits
}

/** Chances that 0 … `draws` of so many distinct draws from `total` are among `marked` of them. */
export function newlyDrawn(total: number, marked: number, draws: number): Float64Array {
  const law = new Float64Array(draws + 1)
  law[0] = 1
  for (let draw = 0; draw < draws; draw++) {
    for (let h = draw; h >= 0; h--) {
      const share = Math.min(1, Math.max(0, (marked - h) / (total - draw)))
      const here = law[h] ?? 0
      law[h + 1] = (law[h + 1] ?? 0) + here * share
      law[h] = here * (1 - share)
    }
  }
  return law
}

/** Chances of successive numbers, the first of them `first`; all others are negligible or nothing. */
export interface Run {
  readonly first: number
  readonly chances: Float64Array
}

/** The number of successes in `trials`, from the most likely number outwards. */
export function binomial(trials: number, chance: number): Run {
  if (chance <= 0) return { first: 0, chances: Float64Array.of(1) }
  if (chance >= 1) return { first: trials, chances: Float64Array.of(1) }
  const mode = Math.min(trials, Math.floor((trials + 1) * chance))
  const odds = chance / (1 - chance)
  const law = new Float64Array(trials + 1)
  law[mode] = 1
  let sum = 1
  let last = mode
  for (let next = 1; last < trials && next > NEGLIGIBLE; last++) {
    next *= ((trials - last) * odds) / (last + 1)
    law[last + 1] = next
    sum += next
  }
  let first = mode
  for (let next = 1; first > 0 && next > NEGLIGIBLE; first--) {
    next *= first / ((trials - first + 1) * odds)
    law[first - 1] = next
    sum += next
  }
  return { first, chances: law.subarray(first, last + 1).map((weight) => weight / sum) }
}

/** Chance that somebody who asks while `informed` know is told: any answer of k questions. */
export function pullChance(
  { nodes, loss, selection }: Plan,
  size: number,
  informed: number,
): number {
  const arrives = (1 - loss) * (1 - loss)
  if (selection === 'self') return 1 - (1 - (arrives * informed) / nodes) ** size
  const asked = newlyDrawn(nodes - 1, informed, size)
  let nothing = 0
  for (let h = 0; h <= size; h++) nothing += (asked[h] ?? 0) * (1 - arrives) ** h
  return 1 - nothing
}
