// Proves replicated state by random schedules: a few production cores, everything under way in
// a bag, and a plain oracle that watches every step. After the picks of a schedule comes calm:
// all is delivered in order, everybody knows everybody, and all must come to the same and
// forget what is deleted. A seed always tells the same run.

import { type Input, Random } from '../../core/index.ts'
import { type Flaw, FlawFound } from './flaw.ts'
import { MORTAL, OwnOracle } from './own-oracle.ts'
import { type Resident, SYNC_EVERY_MS } from './resident.ts'
import { Safe } from './safe.ts'
import { pickNext, type Scene, SKEW_MS, soonest } from './schedule.ts'
import { SharedOracle } from './shared-oracle.ts'
import { cutOffAndReturn, losePower, waitAtOthers } from './turns.ts'
import { World } from './world.ts'

export interface ProofOutcome {
  readonly seed: number
  readonly flaw: Flaw | undefined
  /** Inputs that the cores took. */
  readonly steps: number
}

const MEMBERS_MAX = 5
const PICKS_MIN = 60
const PICKS_SPREAD = 200
/** Rounds of comparing in which all must agree, and then those in which graves must go. */
const AGREE_ROUNDS = 28
const FORGET_ROUNDS = 48
/** Those in which a removed member is taken over. */
const TAKEOVER_ROUNDS = 4
/** And those in which all ends that has an end, by a clock that was wrong when it was written. */
const END_ROUNDS = 150
const STEPS_MAX = 100_000

/** Runs the schedule of a seed; never throws. */
export function proveSchedule(seed: number): ProofOutcome {
  const random = new Random(seed * 2 + 1)
  const own = new OwnOracle()
  const shared = new SharedOracle()
  const safe = new Safe(own, shared)
  let steps = 0
  const stepped = (resident: Resident, input: Input): void => {
    steps++
    if (steps > STEPS_MAX) throw new Error('the cores go round in circles')
    own.stepped(resident)
    shared.stepped(resident, input)
  }
  try {
    const world = new World(2 + random.below(MEMBERS_MAX - 1), random, {
      started: (resident) => {
        own.started(resident)
        shared.started(resident)
      },
      told: (resident, notice) => {
        own.told(resident, notice)
        shared.told(resident, notice)
        safe.told(resident, notice)
      },
      stepped,
      saved: (resident) => {
        safe.saved(resident)
        shared.saved(resident)
      },
      revived: (resident) => safe.revived(resident),
    })
    const scene: Scene = { world, random, writes: 0 }
    acquaint(world)
    // Few orders of single events are long enough for a clean-up, or a return after one.
    if (random.chance(0.15)) cutOffAndReturn(scene)
    else if (random.chance(0.05)) waitAtOthers(scene)
    else if (random.chance(0.08)) losePower(scene)
    for (let picks = PICKS_MIN + random.below(PICKS_SPREAD); picks > 0; picks--) pickNext(scene)
    calmDown(scene, own, shared)
    return { seed, flaw: undefined, steps }
  } catch (error) {
    return { seed, flaw: flawOf(error), steps }
  }
}

function flawOf(error: unknown): Flaw {
  if (error instanceof FlawFound) return error.flaw
  return { kind: 'error', what: error instanceof Error ? (error.stack ?? '') : String(error) }
}

// ---- calm -------------------------------------------------------------------------------

function calmDown({ world, random }: Scene, own: OwnOracle, shared: SharedOracle): void {
  world.heal()
  const revive = random.chance(0.7)
  for (const resident of [...world.residents]) {
    if (!resident.isUp && revive) world.restart(resident)
  }
  for (const resident of world.living) world.setWall(resident, 0)
  acquaint(world)
  removeFeuding(world, shared)
  // Stamps of clocks that were ahead wait until that time has come.
  world.nowMs += SKEW_MS
  const kept = mostHeld(world, own)
  const slots = shared.kept(world.living)
  const problem = () =>
    difference(world, own, kept, isLasting) ?? shared.difference(world.living, slots)
  settle(world, AGREE_ROUNDS, () => problem() === undefined)
  throwIf(problem())
  shared.settled()
  // Who is down keeps graves from being forgotten.
  if (world.living.length === world.residents.length) {
    forgetGraves(world)
    settle(world, AGREE_ROUNDS, () => problem() === undefined)
    throwIf(problem())
  }
  // What was long under way ends later there than at its owner, by as much.
  const outlived = () => difference(world, own, kept, () => true)
  settle(world, END_ROUNDS, () => outlived() === undefined)
  throwIf(outlived())
}

function forgetGraves(world: World): void {
  // An old word that somebody is dead may have come since; a push/pull would correct it.
  acquaint(world)
  settle(world, FORGET_ROUNDS, () => graveHolder(world) === undefined)
  const holder = graveHolder(world)
  if (holder === undefined) return
  const { graves, islands } = holder.core.state.stats()
  const what = `${holder.name} still has ${graves} graves and ${islands} islands`
  throw new FlawFound('divergence', what)
}

function isLasting(key: string): boolean {
  return !key.startsWith(MORTAL)
}

function throwIf(problem: FlawFound | undefined): void {
  if (problem !== undefined) throw problem
}

/**
 * Of two that removed each other and are gone, each is believed by a part of the others until both
 * are taken over: an operator says so. What else is held of them spreads again afterwards.
 */
function removeFeuding(world: World, { log }: SharedOracle): void {
  const gone = world.residents.filter(({ isUp }) => !isUp)
  const feuding = gone.filter((one) => gone.some(({ name }) => log.endedEachOther(one.name, name)))
  for (const resident of world.living) {
    for (const { name } of feuding) world.command(resident, { kind: 'remove', name })
  }
  if (feuding.length === 0) return
  settle(world, TAKEOVER_ROUNDS, () => false)
  acquaint(world)
}

/** Everybody who is up knows everybody who is up, and takes the others for dead. */
function acquaint(world: World): void {
  for (const observer of world.living) {
    for (const subject of world.residents) {
      if (subject === observer) continue
      world.introduce(subject, observer)
      if (subject.isUp) world.update(subject, observer)
      else world.bury(subject, observer)
    }
  }
}

/** Lets everything come, in order, for so many rounds of comparing, or until all is well. */
function settle(world: World, rounds: number, isWell: () => boolean): void {
  const endMs = world.nowMs + rounds * SYNC_EVERY_MS
  let lookMs = world.nowMs
  while (world.nowMs < endMs) {
    if (world.nowMs >= lookMs) {
      deliverAll(world)
      if (isWell()) return
      lookMs = world.nowMs + SYNC_EVERY_MS
    }
    const next = soonest(world)
    if (next === undefined) return
    world.tick(next)
    deliverAll(world)
  }
}

function deliverAll(world: World): void {
  for (;;) {
    if (world.packets.length > 0) world.deliver(0)
    else {
      const pipe = world.pipes.all.find(
        (one) => one.listener === undefined || world.pipes.waiting(one).length > 0,
      )
      if (pipe === undefined) return
      world.advance(pipe)
    }
  }
}

/** By owner: the furthest that anybody who is up holds of its newest life. */
type Kept = ReadonlyMap<string, { readonly generation: number; readonly base: number }>

function mostHeld(world: World, oracle: OwnOracle): Kept {
  const kept = new Map<string, { readonly generation: number; readonly base: number }>()
  for (const { name } of world.residents) {
    for (const resident of world.living) {
      const held = oracle.replica(resident, name)
      const most = kept.get(name)
      if (held === undefined) continue
      const isLess =
        most !== undefined &&
        (held.generation < most.generation ||
          (held.generation === most.generation && held.base <= most.base))
      if (!isLess) kept.set(name, held)
    }
  }
  return kept
}

/** Why those who are up do not hold the same, with nothing missing; undefined if they do. */
function difference(
  world: World,
  oracle: OwnOracle,
  kept: Kept,
  counts: (key: string) => boolean,
): FlawFound | undefined {
  const [first, ...others] = world.living
  if (first === undefined) return undefined
  for (const { name } of world.residents) {
    // Its owner knows best; of the dead all know as much.
    const one = world.living.find((resident) => resident.name === name) ?? first
    const view = viewOf(one, name, counts)
    for (const other of [first, ...others]) {
      const held = viewOf(other, name, counts)
      if (held === view) continue
      const what = `of ${name}, ${one.name} holds ${view}, ${other.name} holds ${held}`
      return new FlawFound('divergence', what)
    }
    const most = kept.get(name)
    const held = oracle.replica(one, name)
    if (most === undefined || isAtLeast(held, most)) continue
    const what = `of ${name}, ${most.generation}:${most.base} was held by one that is up, now less`
    return new FlawFound('lost', what)
  }
  return undefined
}

function isAtLeast(
  held: { readonly generation: number; readonly base: number } | undefined,
  most: { readonly generation: number; readonly base: number },
): boolean {
  if (held === undefined || held.generation < most.generation) return false
  return held.generation > most.generation || held.base >= most.base
}

/** What a resident holds of an owner, as a text that is equal where all is equal. */
function viewOf({ core }: Resident, owner: string, counts: (key: string) => boolean): string {
  const items = core.state.items(owner, '').filter(({ key }) => counts(key))
  return items
    .map(({ key, version, value }) => `${key}@${version}=${value.slice(0, 8).join('.')}`)
    .sort()
    .join(' ')
}

function graveHolder({ living, hasLost }: World): Resident | undefined {
  return living.find(({ core }) => {
    const { graves, islands } = core.state.stats()
    // What a life wrote last may have reached nobody: then there is a gap for good.
    return graves > 0 || (islands > 0 && !hasLost)
  })
}
