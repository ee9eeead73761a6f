// Turns of a schedule that its picks would hardly bring about: who is cut off while others clean up,
// whose writes wait because its clock is ahead, and a cut of the power for everybody.

import { SHARED_KEYS } from '../shared-deed.ts'
import {
  deliverOne,
  passTime,
  put,
  putOf,
  type Scene,
  SKEW_MS,
  shuffled,
  times,
  write,
} from './schedule.ts'

/**
 * One is cut off for so long that the others clean up, perhaps after an operator has removed it;
 * both sides write meanwhile. Then it returns with what it had.
 */
export function cutOffAndReturn(scene: Scene): void {
  const { world, random } = scene
  const [away, ...others] = shuffled(random, world.living)
  const [first] = others
  if (away === undefined || first === undefined) return
  times(scene, 6, put)
  passTime(scene)
  world.partition((resident) => (resident === away ? 1 : 0))
  for (const other of others) {
    world.bury(away, other)
    world.bury(other, away)
  }
  times(scene, 12, put)
  if (random.chance(0.5)) world.command(first, { kind: 'remove', name: away.name })
  for (let left = 3 + random.below(4); left > 0; left--) {
    passTime(scene)
    if (random.chance(0.3)) times(scene, 3, put)
  }
  world.heal()
  for (const other of others) {
    world.introduce(away, other)
    world.introduce(other, away)
  }
}

/**
 * What one has written waits at the others, because something beside it is stamped in the
 * future. They hear that it holds what they deleted meanwhile, and must not forget that.
 */
export function waitAtOthers(scene: Scene): void {
  const { world, random } = scene
  const [ahead, other] = shuffled(random, world.living)
  if (ahead === undefined || other === undefined) return
  passTime(scene)
  world.partition((resident) => (resident === ahead ? 1 : 0))
  const key = `k${random.below(SHARED_KEYS)}`
  putOf(scene, ahead, { lattice: 'register', key, isLess: false, number: ++scene.writes })
  world.setWall(ahead, SKEW_MS)
  putOf(scene, ahead, { lattice: 'register', key: 'ahead', isLess: false, number: ++scene.writes })
  world.nowMs += 1000
  for (const isLess of [false, true]) {
    putOf(scene, other, { lattice: 'register', key, isLess, number: ++scene.writes })
  }
  world.heal()
  for (let left = 2 + random.below(4); left > 0; left--) passTime(scene)
}

/** The power goes, for all at once; it comes back for one after the other, sooner or later. */
export function losePower(scene: Scene): void {
  const { world, random } = scene
  times(scene, 12, put)
  times(scene, 4, write)
  if (random.chance(0.7)) passTime(scene)
  times(scene, 8, put)
  times(scene, 4, write)
  times(scene, 8, deliverOne)
  const all = shuffled(random, world.living)
  for (const resident of all) world.crash(resident)
  for (const resident of all) {
    world.restart(resident)
    if (random.chance(0.5)) times(scene, 8, deliverOne)
    if (random.chance(0.3)) passTime(scene)
  }
}
