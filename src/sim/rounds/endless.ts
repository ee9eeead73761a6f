// Push, pull and both, in every round and for ever, as the theory has them (Demers et al.
// 1987 §1.2, Karp et al. 2000). A run of them ends when everybody alive knows. Push: who knows
// tells k. Pull: who does not know asks k; whoever knows answers: a request and an answer,
// both of which may be lost.

import { Asking } from './asking.ts'
import type { HeardAt, Protocol } from './protocol.ts'
import { Telling } from './telling.ts'
import type { World } from './world.ts'

export class Push implements Protocol {
  readonly #world: World
  readonly #telling: Telling

  constructor(world: World) {
    this.#world = world
    this.#telling = new Telling(world)
  }

  restart(): void {
    this.#telling.restart()
  }

  isBusy(): boolean {
    return mayGoOn(this.#world)
  }

  play(): void {
    this.#telling.tell(0, this.#world.count, this.#telling.size)
  }

  sentBy(heardAt: HeardAt, rounds: number): number {
    return heardAt === 'never' ? 0 : this.#telling.size * (rounds - heardAt)
  }
}

export class Pull implements Protocol {
  readonly #world: World
  readonly #asking: Asking

  constructor(world: World) {
    this.#world = world
    this.#asking = new Asking(world)
  }

  restart(): void {
    this.#asking.restart()
  }

  isBusy(): boolean {
    return mayGoOn(this.#world)
  }

  play(): void {
    this.#asking.begin()
    const answers = this.#asking.askAll()
    this.#world.busiest = Math.max(this.#asking.size, answers)
  }

  sentBy(heardAt: HeardAt, rounds: number): number {
    return this.#asking.size * (heardAt === 'never' ? rounds : heardAt)
  }
}

export class PushPull implements Protocol {
  readonly #world: World
  readonly #telling: Telling
  readonly #asking: Asking

  constructor(world: World) {
    this.#world = world
    this.#telling = new Telling(world)
    this.#asking = new Asking(world)
  }

  restart(): void {
    this.#telling.restart()
    this.#asking.restart()
  }

  isBusy(): boolean {
    return mayGoOn(this.#world)
  }

  play(): void {
    this.#asking.begin()
    this.#telling.tell(0, this.#world.count, this.#telling.size)
    const answers = this.#asking.askAll()
    this.#world.busiest = this.#telling.size + answers
  }

  sentBy(_heardAt: HeardAt, rounds: number): number {
    return this.#telling.size * rounds
  }
}

/** Where every message is lost and notes are not compared, one round is played, to be seen failing. */
function mayGoOn({ count, alive, plan, round }: World): boolean {
  const isVain = plan.loss === 1 && plan.repairEvery === 0
  return count < alive && (!isVain || round === 0)
}
