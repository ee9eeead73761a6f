// The asking half of pull and push-pull: whoever does not know asks its targets, and those
// that knew when the round began answer. While few know, most ask in vain, and whether one
// does not is a single draw; later targets are drawn one by one.

import { Bits } from './bits.ts'
import { RareTargets } from './rare.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export class Asking {
  /** Targets of an asker. */
  readonly size: number
  readonly #world: World
  readonly #targets: Targets
  readonly #rare: RareTargets
  readonly #distinct: boolean
  /** Those that know and may answer, nobody who hears in this very round: the first of `heard`. */
  readonly #answerers: Bits
  #adopted = 0
  readonly #askers: Int32Array
  #asking = 0
  /** Answers by node in this round, and the most of them. */
  readonly #answers: Int32Array
  #busiest = 0
  /** Answerers that the present asker has turned to. */
  readonly #asked: number[] = []

  constructor(world: World) {
    const { plan, draws, alive } = world
    this.#world = world
    this.#targets = new Targets(plan, draws)
    this.size = this.#targets.size
    this.#rare = new RareTargets(plan, this.size, draws)
    this.#distinct = plan.selection === 'wor'
    this.#answerers = new Bits(plan.nodes)
    this.#askers = new Int32Array(alive)
    this.#answers = new Int32Array(alive)
  }

  restart(): void {
    this.#targets.restart()
    this.#answerers.clear()
    this.#adopted = 0
    this.#asking = this.#world.alive
    for (let i = 0; i < this.#asking; i++) this.#askers[i] = i
  }

  begin(): void {
    const { heard, count } = this.#world
    for (; this.#adopted < count; this.#adopted++) {
      this.#answerers.add(heard[this.#adopted] as number)
    }
    this.#answers.fill(0)
    this.#busiest = 0
  }

  /** Everybody who did not know asks; returns the most answers given by one node. */
  askAll(): number {
    const isRare = this.#rare.isFor(this.#adopted)
    if (isRare) this.#rare.weigh(this.#adopted, this.size)
    const askers = this.#askers
    let kept = 0
    for (let i = 0; i < this.#asking; i++) {
      const asker = askers[i] as number
      if (this.#answerers.has(asker)) continue
      askers[kept++] = asker
      const isTold = isRare ? this.#askFew() : this.#askMany(asker)
      if (isTold && !this.#world.isSettled(asker)) this.#world.inform(asker)
    }
    this.#asking = kept
    this.#world.messages += kept * this.size
    return this.#busiest
  }

  /** Asks every target; true if an answer arrives. */
  #askMany(asker: number): boolean {
    const { list } = this.#targets
    let isTold = false
    this.#targets.pick(asker, this.size)
    for (let t = 0; t < this.size; t++) {
      const target = list[t] as number
      if (this.#answerers.has(target) && this.#isAnswered(target)) isTold = true
    }
    return isTold
  }

  /** The same where hardly a target could answer; who asks makes no difference. */
  #askFew(): boolean {
    const first = this.#rare.drawFirst()
    if (first < 0) return false
    if (this.#asked.length > 0) this.#asked.length = 0
    let isTold = this.#isAnswered(this.#pickAnswerer())
    for (let target = first + 1; target < this.size; target++) {
      const open = this.#adopted - this.#asked.length
      if (!this.#rare.drawNext(target, open)) continue
      if (this.#isAnswered(this.#pickAnswerer())) isTold = true
    }
    return isTold
  }

  #pickAnswerer(): number {
    const { heard, draws } = this.#world
    let node = heard[draws.below(this.#adopted)] as number
    while (this.#asked.includes(node)) node = heard[draws.below(this.#adopted)] as number
    if (this.#distinct) this.#asked.push(node)
    return node
  }

  /** A question to somebody who knows: it may be lost, and so may the answer. */
  #isAnswered(target: number): boolean {
    const world = this.#world
    if (world.isLost()) return false
    const answers = (this.#answers[target] as number) + 1
    this.#answers[target] = answers
    this.#busiest = Math.max(this.#busiest, answers)
    world.burden(target, 1)
    world.messages++
    world.copies++
    return !world.isLost()
  }
}
