// Anti-entropy beside gossip: each node compares notes with one random other, by a stream, so
// nothing is lost on the way; afterwards both know if one of them did. What gossip leaves out
// by bad luck is found here (Demers et al. 1987 §1.3; memberlist's push/pull).

import { Bits } from './bits.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export class Repair {
  readonly #world: World
  readonly #targets: Targets
  readonly #knew: Bits

  constructor(world: World) {
    this.#world = world
    this.#targets = new Targets({ ...world.plan, fanout: 1, selection: 'wor' }, world.draws)
    this.#knew = new Bits(world.plan.nodes)
  }

  restart(): void {
    this.#targets.restart()
  }

  /** One comparison by each node, beside what the round has sent already. */
  play(): void {
    const world = this.#world
    if (world.plan.nodes < 2) return
    this.#knew.clear()
    for (let i = 0; i < world.count; i++) this.#knew.add(world.heard[i] as number)
    for (let node = 0; node < world.alive; node++) this.#compare(node)
  }

  #compare(node: number): void {
    const world = this.#world
    this.#targets.pick(node, 1)
    const other = this.#targets.list[0] as number
    world.burden(node, 1)
    world.messages++
    if (!world.isAlive(other)) return
    world.burden(other, 1)
    world.messages++
    this.#bring(node, other)
    this.#bring(other, node)
  }

  #bring(from: number, to: number): void {
    if (!this.#knew.has(from) || this.#knew.has(to)) return
    this.#world.copies++
    if (!this.#world.isSettled(to)) this.#world.inform(to)
  }
}
