// The calm after a storm: every fault ends, who is down is started again or must be found failed,
// and who cannot know of the others is told once. Then all must agree in time (L2).

import type { Millis } from '../../core/index.ts'
import type { Stage } from './fault.ts'
import type { FaultName } from './faults.ts'
import {
  boundsFor,
  livingSeats,
  type Measured,
  recover,
  unsettled,
  vainMs,
  within,
} from './liveness.ts'
import { comeBack, STOP_AFTER_LEAVE_MS } from './lives.ts'
import { soundAgain } from './machines.ts'
import type { StormPlan } from './plan.ts'
import { attempt } from './trials.ts'

/** Ends the storm and waits for agreement; throws `Unmet` if it does not come. */
export function calmDown(stage: Stage, plan: StormPlan): Measured {
  const { cluster } = stage
  cluster.heal()
  soundAgain(stage)
  sendAway(stage)
  // Who is just leaving goes first, so that nobody stops after the calm has begun.
  cluster.run(STOP_AFTER_LEAVE_MS)
  if (plan.revive || livingSeats(stage).length === 0) revive(stage)
  reseed(stage)
  const boundMs = patience(stage, plan)
  return within(stage, { id: 'L2', boundMs }, () => unsettled(stage))
}

/** Tries what the plan wants, one after the other; throws `Unmet` beyond a bound. */
export function tryOut(stage: Stage, plan: StormPlan, measured: Measured[]): void {
  for (const trial of plan.trials) {
    recover(stage)
    makeRoom(stage)
    measured.push(...attempt(stage, trial))
    stage.cluster.runUntil(() => unsettled(stage) === undefined, patience(stage, plan))
  }
}

function patience(stage: Stage, plan: StormPlan): Millis {
  const { healMs, moveMs, detectMs, pushPullMs } = boundsFor(stage)
  const { config } = stage.cluster.population.seat(plan.members[0] ?? '')
  const isTight = stage.traits.membersMax !== undefined
  const roomMs = isTight ? detectMs + config.gossipToTheDeadMs + 2 * pushPullMs : 0
  return healMs + vainMs(stage) + (hasMoved(plan) ? moveMs : 0) + roomMs
}

/** A full table takes nobody in before it has forgotten who is dead: that is no trial of joining. */
function makeRoom(stage: Stage): void {
  const [seat] = livingSeats(stage)
  if (stage.traits.membersMax === undefined || seat === undefined) return
  const { gossipToTheDeadMs, probeIntervalMs } = seat.config
  const rows = stage.cluster.population.seats.length
  stage.cluster.run(gossipToTheDeadMs + 2 * rows * probeIntervalMs)
}

/** Starts again who is down. */
function revive(stage: Stage): void {
  for (const { id, process, hasLeft } of stage.cluster.population.seats) {
    if (stage.crew.has(id) && (!process.isRunning || hasLeft)) comeBack(stage, id)
  }
}

/** Impostors and strangers do not stay for the calm. */
function sendAway({ cluster, crew }: Stage): void {
  for (const { id } of cluster.population.seats) if (!crew.has(id)) cluster.crash(id)
}

/**
 * Joins who knows nobody, and islands that know nothing of each other, once: they could not
 * find out by themselves. With a configured seed that lives, they can.
 */
function reseed(stage: Stage): void {
  const { cluster, traits, seeds } = stage
  const living = livingSeats(stage).map(({ id }) => id)
  if (traits.joining === 'seeds' && seeds.some((seed) => living.includes(seed))) return
  const [largest = [], ...others] = islands(stage).sort((a, b) => b.length - a.length)
  const [first] = largest.filter((id) => !isLonely(stage, id))
  const via = first ?? largest[0]
  const lonely = largest.filter((id) => id !== via && isLonely(stage, id))
  const lost = [...lonely, ...others.flatMap(([one]) => (one === undefined ? [] : [one]))]
  if (via !== undefined) for (const id of lost) cluster.join(id, via)
}

/** It holds nobody to be alive or failed: who said goodbye is not looked for. */
function isLonely({ cluster }: Stage, id: string): boolean {
  const { machine } = cluster.population.seat(id).process
  return machine.memberViews().filter(({ status }) => status !== 'left').length < 2
}

/** The living, by who knows of whom, directly or not, alive or failed. */
function islands(stage: Stage): string[][] {
  const seats = livingSeats(stage)
  const idByAddress = new Map(seats.map(({ id, config }) => [config.advertise.key, id]))
  const islandOf = new Map(seats.map(({ id }) => [id, new Set([id])]))
  for (const { id, process } of seats) {
    for (const { address, status } of process.machine.memberViews()) {
      const one = islandOf.get(id)
      const other = islandOf.get(idByAddress.get(address.key) ?? id)
      if (status === 'left' || one === undefined || other === undefined || one === other) continue
      for (const member of other) {
        one.add(member)
        islandOf.set(member, one)
      }
    }
  }
  return [...new Set(islandOf.values())].map((island) => [...island])
}

/** Whether a name may be held at an address that is not its own any more. */
function hasMoved({ strikes }: StormPlan): boolean {
  return strikes.some(({ kind }) => MOVING.includes(kind))
}

const MOVING: readonly FaultName[] = [
  'move',
  'impostor',
  'rename',
  'forge',
  'forgeTable',
  'stranger',
]
