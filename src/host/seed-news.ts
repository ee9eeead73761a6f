// What came of the last round over the configured seeds, for whoever waited in vain for others:
// which seeds were tried, and why each of them was not joined.

import type { JoinFailure } from '../core/index.ts'
import { failureLines } from './joins.ts'
import type { UnresolvedSeed } from './seeds.ts'

/** One round: what was reached, and what went wrong. */
export interface SeedRound {
  readonly reached: readonly string[]
  readonly failures: readonly JoinFailure[]
  readonly unresolved: readonly UnresolvedSeed[]
}

/** A range of ports may fail in as many ways as it has ports. */
const LINES_MAX = 4

/** Why `ready` is late, in one sentence, and the next thing to try. */
export function lateText(seeds: readonly string[], round: SeedRound | undefined): string {
  if (seeds.length === 0) {
    return 'no seed was given; pass join: [address], or let another node join this one'
  }
  if (round === undefined) return `no answer yet from ${listed(seeds)}`
  const { reached } = round
  const problems = failureLines(round)
  if (reached.length > 0) {
    return `joined ${listed([...new Set(reached)])}, but the others have not come; members() lists who is there`
  }
  if (problems.length === 0) return `nobody else is there yet; seeds tried: ${listed(seeds)}`
  const next = 'hearsay doctor at either side looks for the cause'
  return `nobody could be joined: ${listed(problems, '; ')}. It is tried again for ever; ${next}`
}

function listed(items: readonly string[], between = ', '): string {
  const more = items.length - LINES_MAX
  const shown = items.slice(0, LINES_MAX).join(between)
  return more > 0 ? `${shown}${between}and ${more} more` : shown
}
