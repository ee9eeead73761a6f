// Protocols that stop by themselves: each node sends a rumor a limited number of times, some
// at once a round, the last batch smaller (memberlist), or for a limited number of rounds.
// Infect-and-die is the same with a single batch. All nodes that heard in one round are at
// the same place of their schedule, so nothing is kept by node.

import type { HeardAt, Protocol } from './protocol.ts'
import { Telling } from './telling.ts'
import type { World } from './world.ts'

export class Limited implements Protocol {
  readonly #world: World
  readonly #telling: Telling
  /** Messages a node sends in all. */
  readonly #limit: number
  /** Rounds in which a node sends. */
  readonly #batches: number

  constructor(world: World) {
    const { plan } = world
    this.#world = world
    this.#telling = new Telling(world)
    const { size } = this.#telling
    const isRounds = plan.limitUnit === 'rounds'
    const messages = isRounds ? plan.limit * size : plan.limit
    this.#limit = plan.protocol === 'infect-and-die' ? size : messages
    this.#batches = size === 0 ? 0 : Math.ceil(this.#limit / size)
  }

  restart(): void {
    this.#telling.restart()
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
      if (to > from) this.#telling.tell(from, to, this.#batchOf(age))
    }
  }

  sentBy(heardAt: HeardAt, rounds: number): number {
    if (heardAt === 'never') return 0
    return Math.min(this.#limit, this.#telling.size * (rounds - heardAt))
  }

  /** Messages of a node in the `age`-th round after it heard. */
  #batchOf(age: number): number {
    const { size } = this.#telling
    return Math.min(size, this.#limit - (age - 1) * size)
  }

  #heardUpTo(round: number): number {
    return round < 0 ? 0 : (this.#world.countByRound[round] ?? 0)
  }
}
