// What must come about in the calm after a storm (L1 to L3): everybody who runs believes in
// everybody who runs, with the same row, and in nobody else. Later the trials of `trials.ts`.

import type { Millis } from '../../core/index.ts'
import { disagreement } from '../belief.ts'
import type { Seat } from '../population.ts'
import { type Bounds, boundsOf, HEAL_JITTER } from './bounds.ts'
import type { Stage } from './fault.ts'

/** L: of membership. I1, I9 and I10: of replicated state. */
export type LivenessId = `L${number}` | 'I1' | 'I9' | 'I10'

/** What was measured against a bound. */
export interface Measured {
  readonly id: LivenessId
  readonly tookMs: Millis
  readonly boundMs: Millis
}

/** Something that must happen did not happen in time. */
export class Unmet extends Error {
  readonly id: LivenessId

  constructor(id: LivenessId, what: string) {
    super(what)
    this.name = 'Unmet'
    this.id = id
  }
}

/** Members of the cluster in question that run and have not left. */
export function livingSeats({ cluster, crew }: Stage): readonly Seat[] {
  return cluster.population.seats.filter(
    ({ id, process, hasLeft }) => crew.has(id) && process.isRunning && !hasLeft,
  )
}

/** The bounds for as many names as there ever were. */
export function boundsFor(stage: Stage): Bounds {
  const [seat] = stage.cluster.population.seats
  if (seat === undefined) throw new Error('a storm has members')
  return boundsOf(seat.config, namesKnown(stage).size)
}

/**
 * How long the healer may look in vain: it tries one of the gone each half minute, and seeds as
 * one more, so that each name that will never answer puts off the one that would.
 */
export function vainMs(stage: Stage): Millis {
  const living = livingSeats(stage)
  const inVain = namesKnown(stage).size - living.length
  const [seat] = living
  return seat === undefined ? 0 : (inVain + 1) * seat.config.healIntervalMs * HEAL_JITTER
}

/** Every name that belongs to the cluster, or that a living member holds. */
function namesKnown(stage: Stage): ReadonlySet<string> {
  const { population } = stage.cluster
  const names = new Set([...stage.crew].map((id) => population.seat(id).config.name))
  for (const { process } of livingSeats(stage)) {
    for (const { name } of process.machine.memberViews()) names.add(name)
  }
  return names
}

/** Why the living do not agree yet; undefined if they do. */
export function unsettled(stage: Stage): string | undefined {
  const seats = livingSeats(stage)
  return disagreement(
    seats.map(({ process }) => process),
    { alive: seats.map(({ config }) => config.name), suspect: [] },
  )
}

/** Runs until `problem` finds none, and tells how long that took; throws `Unmet` beyond. */
export function within(
  stage: Stage,
  limit: { readonly id: LivenessId; readonly boundMs: Millis },
  problem: () => string | undefined,
): Measured {
  const tookMs = stage.cluster.runUntil(() => problem() === undefined, limit.boundMs)
  if (tookMs !== undefined) return { ...limit, tookMs }
  throw new Unmet(limit.id, `not within ${Math.round(limit.boundMs)} ms: ${problem()}`)
}

/** Runs until nobody doubts its own health: a bound of detection is about healthy observers. */
export function recover(stage: Stage): void {
  // Who is alone probes nobody, and cannot tell.
  if (livingSeats(stage).length < 2) return
  const isWell = ({ process }: Seat) => process.machine.health === 0
  within(stage, { id: 'L2', boundMs: RECOVERY_MS }, () =>
    livingSeats(stage).every(isWell) ? undefined : 'a member still finds itself unwell',
  )
}

/** From the worst health, each probe that succeeds takes one step back: 8 + 7 + … + 1 s. */
const RECOVERY_MS = 60_000
