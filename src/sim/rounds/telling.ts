// Many nodes that know, each telling its targets: target by target while many do not know
// yet; once few are left, most senders tell nobody anything new, and whether one does is a
// single draw. Who the sender is makes no difference then: it is never among those left.

import { RARE, RareTargets } from './rare.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export class Telling {
  /** Distinct targets that a node has at most. */
  readonly size: number
  readonly #world: World
  readonly #targets: Targets
  readonly #rare: RareTargets
  readonly #distinct: boolean
  /** Who does not know yet, from the front, once they are few; `left` of them are valid. */
  readonly #waiting: Int32Array
  #left = 0
  #isListed = false
  /** Those among them that the present sender has turned to in vain. */
  readonly #missed: number[] = []

  constructor(world: World) {
    const { plan, draws } = world
    this.#world = world
    this.#targets = new Targets(plan, draws)
    this.size = this.#targets.size
    this.#rare = new RareTargets(plan, this.size, draws)
    this.#distinct = plan.selection === 'wor'
    this.#waiting = new Int32Array(Math.ceil(plan.nodes / RARE))
  }

  restart(): void {
    this.#targets.restart()
    this.#isListed = false
  }

  /** Those who heard `from`-th to `to`−1-th tell `count` ≤ `size` targets each. */
  tell(from: number, to: number, count: number): void {
    const world = this.#world
    world.messages += (to - from) * count
    world.copies += (to - from) * count
    world.busiest = Math.max(world.busiest, count)
    if (this.#rare.isFor(world.alive - world.count)) this.#tellFew(to - from, count)
    else this.#tellMany(from, to, count)
  }

  #tellMany(from: number, to: number, count: number): void {
    const world = this.#world
    const { list } = this.#targets
    for (let i = from; i < to; i++) {
      this.#targets.pick(world.heard[i] as number, count)
      for (let t = 0; t < count; t++) world.tell(list[t] as number)
    }
  }

  #tellFew(senders: number, count: number): void {
    this.#list()
    let weighed = -1
    for (let sender = 0; sender < senders && this.#left > 0; sender++) {
      if (weighed !== this.#left) {
        weighed = this.#left
        this.#rare.weigh(weighed, count)
      }
      const first = this.#rare.drawFirst()
      if (first >= 0) this.#tellFrom(first, count)
    }
  }

  /** One sender whose target number `first` is the first that does not know. */
  #tellFrom(first: number, count: number): void {
    if (this.#missed.length > 0) this.#missed.length = 0
    this.#tellOne()
    for (let target = first + 1; target < count; target++) {
      const open = this.#left - this.#missed.length
      if (this.#rare.drawNext(target, open)) this.#tellOne()
    }
  }

  #tellOne(): void {
    const world = this.#world
    let at = world.draws.below(this.#left)
    while (this.#missed.includes(this.#waiting[at] as number)) at = world.draws.below(this.#left)
    const node = this.#waiting[at] as number
    if (world.isLost()) {
      if (this.#distinct) this.#missed.push(node)
      return
    }
    world.inform(node)
    this.#left--
    this.#waiting[at] = this.#waiting[this.#left] as number
  }

  /** Brings the list of those without the rumor up to date. */
  #list(): void {
    const world = this.#world
    const wanted = world.alive - world.count
    if (this.#isListed && this.#left === wanted) return
    const known = this.#isListed ? this.#left : world.alive
    let left = 0
    for (let i = 0; i < known; i++) {
      const node = this.#isListed ? (this.#waiting[i] as number) : i
      if (!world.isSettled(node)) this.#waiting[left++] = node
    }
    this.#left = left
    this.#isListed = true
  }
}
