// The picks of a random schedule: what comes next in the world of a proof. Mostly something
// under way arrives, early, late, twice or never; now and then somebody writes, crashes,
// returns, is thought dead and forgotten, or is cut off.

import type { Random } from '../../core/index.ts'
import { drawSharedDeed, opOf, SHARED_MAP, type SharedDeed } from '../shared-deed.ts'
import { MORTAL } from './own-oracle.ts'
import type { Resident } from './resident.ts'
import type { World } from './world.ts'

/** What a schedule works on. */
export interface Scene {
  readonly world: World
  readonly random: Random
  /** Numbers the values, so that no two writes are alike. */
  writes: number
}

interface Pick {
  /** How often it comes up, beside the others. */
  readonly weight: number
  readonly act: (scene: Scene) => void
}

const KEYS = 5
const TTL_MAX_MS = 20_000
/** Wall clocks are wrong by at most so much. */
export const SKEW_MS = 300_000
/** Deleted keys are looked through each half minute. */
const COLLECTED_MS = 35_000
/** Above 900 bytes a value is not told but pulled. */
const LARGE_BYTES = 1000
const BURST = 40

const PICKS: readonly Pick[] = [
  { weight: 40, act: deliverOne },
  { weight: 12, act: (scene) => times(scene, 8, deliverOne) },
  { weight: 14, act: advancePipe },
  { weight: 18, act: tickSoonest },
  { weight: 8, act: ({ world, random }) => tick(world, one(random, world.living)) },
  { weight: 12, act: write },
  { weight: 7, act: remove },
  { weight: 2, act: (scene) => writeLarge(scene) },
  { weight: 16, act: put },
  { weight: 1, act: (scene) => times(scene, BURST, write) },
  { weight: 1, act: writeMany },
  { weight: 6, act: ({ world, random }) => world.lose(random.below(world.packets.length + 1)) },
  { weight: 1, act: ({ world, random }) => loseAll(world, random) },
  { weight: 5, act: ({ world }) => world.replay() },
  { weight: 2, act: passTime },
  { weight: 1, act: (scene) => times(scene, 4, passTime) },
  { weight: 3, act: breakPipe },
  { weight: 2, act: partition },
  { weight: 2, act: ({ world }) => world.heal() },
  { weight: 1, act: crash },
  { weight: 2, act: restart },
  { weight: 2, act: bury },
  { weight: 2, act: forget },
  { weight: 4, act: introduce },
  { weight: 1, act: jump },
]

const WEIGHTS = PICKS.reduce((sum, { weight }) => sum + weight, 0)

/** Does what comes up next. */
export function pickNext(scene: Scene): void {
  let left = scene.random.below(WEIGHTS)
  for (const { weight, act } of PICKS) {
    left -= weight
    if (left < 0) return act(scene)
  }
}

// ---- what is under way ------------------------------------------------------------------

export function deliverOne({ world, random }: Scene): void {
  world.deliver(random.below(world.packets.length + 1))
}

function loseAll(world: World, random: Random): void {
  const share = random.fraction()
  for (let at = world.packets.length - 1; at >= 0; at--) if (random.chance(share)) world.lose(at)
}

function advancePipe({ world, random }: Scene): void {
  const pipe = one(random, world.pipes.all)
  if (pipe !== undefined) world.advance(pipe)
}

function breakPipe({ world, random }: Scene): void {
  const pipe = one(random, world.pipes.all)
  if (pipe !== undefined) world.breakOff(pipe)
}

function tickSoonest({ world }: Scene): void {
  tick(world, soonest(world))
}

/** Long enough for deleted keys to be looked through; all that is under way arrives. */
export function passTime({ world, random }: Scene): void {
  const endMs = world.nowMs + COLLECTED_MS
  const loss = random.chance(0.5) ? 0 : 0.3
  while (world.nowMs < endMs) {
    const next = soonest(world)
    if (next === undefined) return
    world.tick(next)
    while (world.packets.length > 0) {
      if (random.chance(loss)) world.lose(0)
      else world.deliver(0)
    }
  }
}

/** Whose timer is due first, if anybody has one. */
export function soonest({ living }: World): Resident | undefined {
  let first: Resident | undefined
  for (const resident of living) {
    if (resident.core.deadline < (first?.core.deadline ?? Number.POSITIVE_INFINITY)) {
      first = resident
    }
  }
  return first
}

function tick(world: World, resident: Resident | undefined): void {
  if (resident !== undefined) world.tick(resident)
}

// ---- what members do --------------------------------------------------------------------

export function write(scene: Scene): void {
  const { random } = scene
  const isMortal = random.chance(0.15)
  const key = `${isMortal ? MORTAL : 'k'}${random.below(KEYS)}`
  const ttlMs = isMortal ? 1 + random.below(TTL_MAX_MS) : undefined
  set(scene, { key, sizeBytes: random.below(24), ttlMs })
}

function writeLarge(scene: Scene): void {
  set(scene, { key: `k${scene.random.below(KEYS)}`, sizeBytes: LARGE_BYTES, ttlMs: undefined })
}

/** More than a packet takes, so that a delta of it is pulled or not given at all. */
function writeMany(scene: Scene): void {
  const owner = one(scene.random, scene.world.living)
  for (let number = scene.random.below(BURST); number > 0; number--) {
    set(scene, { key: `b${number}`, sizeBytes: 60, ttlMs: undefined }, owner)
  }
}

function set(
  scene: Scene,
  { key, sizeBytes, ttlMs }: { key: string; sizeBytes: number; ttlMs: number | undefined },
  resident = one(scene.random, scene.world.living),
): void {
  const { world } = scene
  if (resident === undefined) return
  const number = ++scene.writes
  const value = new Uint8Array(sizeBytes + 2)
  value.set([number & 255, number >> 8])
  world.command(resident, { kind: 'state-set', key, value, ttlMs })
}

function remove({ world, random }: Scene): void {
  const resident = one(random, world.living)
  const key = `${random.chance(0.1) ? MORTAL : 'k'}${random.below(KEYS)}`
  if (resident !== undefined) world.command(resident, { kind: 'state-delete', key })
}

export function put(scene: Scene): void {
  const { world, random } = scene
  const resident = one(random, world.living)
  if (resident === undefined) return
  putOf(scene, resident, drawSharedDeed(random))
}

export function putOf({ world }: Scene, resident: Resident, deed: SharedDeed): void {
  const { key } = deed
  world.command(resident, { kind: 'state-put', map: SHARED_MAP, key, op: opOf(deed) })
}

// ---- what befalls them ------------------------------------------------------------------

function partition({ world, random }: Scene): void {
  world.partition(() => random.below(2))
}

function crash({ world, random }: Scene): void {
  const resident = one(random, world.living)
  if (resident !== undefined && world.living.length > 1) world.crash(resident)
}

function restart(scene: Scene): void {
  const { world, random } = scene
  const down = one(
    random,
    world.residents.filter(({ isUp }) => !isUp),
  )
  if (down !== undefined) world.restart(down)
}

function bury({ world, random }: Scene): void {
  const [subject, observer] = pair(random, world)
  if (subject !== undefined && observer !== undefined) world.bury(subject, observer)
}

/** It is thought dead and then forgotten, with all its state: nobody waits for its word. */
function forget({ world, random }: Scene): void {
  const [subject, observer] = pair(random, world)
  if (subject === undefined || observer === undefined) return
  world.bury(subject, observer)
  world.command(observer, { kind: 'remove', name: subject.name })
}

function introduce({ world, random }: Scene): void {
  const [subject, observer] = pair(random, world)
  if (subject?.isUp === true && observer !== undefined) world.introduce(subject, observer)
}

function jump({ world, random }: Scene): void {
  const resident = one(random, world.living)
  if (resident === undefined) return
  world.setWall(resident, random.below(2 * SKEW_MS) - SKEW_MS)
}

/** Anybody, and somebody else who is up. */
function pair(random: Random, { residents, living }: World): readonly (Resident | undefined)[] {
  const subject = one(random, residents)
  const others = living.filter((resident) => resident !== subject)
  return [subject, one(random, others)]
}

export function times(scene: Scene, most: number, act: (scene: Scene) => void): void {
  for (let left = 1 + scene.random.below(most); left > 0; left--) act(scene)
}

export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  const copy = [...items]
  random.shuffle(copy)
  return copy
}

function one<T>(random: Random, items: readonly T[]): T | undefined {
  return items[random.below(Math.max(1, items.length))]
}
