// Protocols that stop by themselves: each node sends a rumor a limited number of times, some
// at once a round, the last batch smaller (memberlist), or for a limited number of rounds.
// Infect-and-die is the same with a single batch. All nodes that heard in one round are at
// the same place of their schedule, so nothing is kept by node.

import type { HeardAt, Protocol } from './protocol.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export class Limited implements Protocol {
  readonly #world: World
  readonly #targets: Targets
  /** Messages a node sends in all. */
  readonly #limit: number
  /** Rounds in which a node sends. */
  readonly #batches: number

  constructor(world: World) {
    const { plan } = world
    this.#world = world
    this.#targets = new Targets(plan, world.draws)
    const { size } = this.#targets
    const isRounds = plan.limitUnit === 'rounds'
    const messages = isRounds ? plan.limit * size : plan.limit
    this.#limit = plan.protocol === 'infect-and-die' ? size : messages
    this.#batches = size === 0 ? 0 : Math.ceil(this.#limit / size)
  }

  restart(): void {
    this.#targets.restart()
  }

  isBusy(): boolean {
    const { round, count } = this.#world
    return this.#batches > 0 && count > this.#heardUpTo(round - this.#batches)
  }

  play(): void {
    const { round } = this.#world
    for (let age = 1; age <= this.#batches && age <= round + 1; age++) {
      const from = this.#heardUpTo(round - age)
      const to = this.#heardUpTo(round - age + 1)
      if (to > from) this.#send(from, to, this.#batchOf(age))
    }
  }

  sentBy(heardAt: HeardAt, rounds: number): number {
    if (heardAt === 'never') return 0
    return Math.min(this.#limit, this.#targets.size * (rounds - heardAt))
  }

  /** Those who heard `from`-th to `to`−1-th send `size` messages each. */
  #send(from: number, to: number, size: number): void {
    const world = this.#world
    const { list } = this.#targets
    for (let i = from; i < to; i++) {
      this.#targets.pick(world.heard[i] as number, size)
      for (let t = 0; t < size; t++) world.tell(list[t] as number)
    }
    world.messages += (to - from) * size
    world.copies += (to - from) * size
    world.busiest = Math.max(world.busiest, size)
  }

  /** Messages of a node in the `age`-th round after it heard. */
  #batchOf(age: number): number {
    const { size } = this.#targets
    return Math.min(size, this.#limit - (age - 1) * size)
  }

  #heardUpTo(round: number): number {
    return round < 0 ? 0 : (this.#world.countByRound[round] ?? 0)
  }
}
