// Push, pull and both, in every round and for ever, as the theory has them (Demers et al.
// 1987 §1.2, Karp et al. 2000). A run of them ends when everybody alive knows. Push: who knows
// tells k. Pull: who does not know asks k; whoever knows answers: a request and an answer,
// both of which may be lost.

import { Bits } from './bits.ts'
import type { HeardAt, Protocol } from './protocol.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export class Push implements Protocol {
  readonly #world: World
  readonly #targets: Targets

  constructor(world: World) {
    this.#world = world
    this.#targets = new Targets(world.plan, world.draws)
  }

  restart(): void {
    this.#targets.restart()
  }

  isBusy(): boolean {
    return mayGoOn(this.#world)
  }

  play(): void {
    pushAll(this.#world, this.#targets)
  }

  sentBy(heardAt: HeardAt, rounds: number): number {
    return heardAt === 'never' ? 0 : this.#targets.size * (rounds - heardAt)
  }
}

export class Pull implements Protocol {
  readonly #world: World
  readonly #targets: Targets
  readonly #asking: Asking

  constructor(world: World) {
    this.#world = world
    this.#targets = new Targets(world.plan, world.draws)
    this.#asking = new Asking(world, this.#targets)
  }

  restart(): void {
    this.#targets.restart()
    this.#asking.restart()
  }

  isBusy(): boolean {
    return mayGoOn(this.#world)
  }

  play(): void {
    this.#asking.begin()
    const answers = this.#asking.askAll()
    this.#world.busiest = Math.max(this.#targets.size, answers)
  }

  sentBy(heardAt: HeardAt, rounds: number): number {
    return this.#targets.size * (heardAt === 'never' ? rounds : heardAt)
  }
}

export class PushPull implements Protocol {
  readonly #world: World
  readonly #targets: Targets
  readonly #asking: Asking

  constructor(world: World) {
    this.#world = world
    this.#targets = new Targets(world.plan, world.draws)
    this.#asking = new Asking(world, this.#targets)
  }

  restart(): void {
    this.#targets.restart()
    this.#asking.restart()
  }

  isBusy(): boolean {
    return mayGoOn(this.#world)
  }

  play(): void {
    this.#asking.begin()
    pushAll(this.#world, this.#targets)
    const answers = this.#asking.askAll()
    this.#world.busiest = this.#targets.size + answers
  }

  sentBy(_heardAt: HeardAt, rounds: number): number {
    return this.#targets.size * rounds
  }
}

/** Where every message is lost and notes are not compared, one round is played, to be seen failing. */
function mayGoOn({ count, alive, plan, round }: World): boolean {
  const isVain = plan.loss === 1 && plan.repairEvery === 0
  return count < alive && (!isVain || round === 0)
}

/** Whoever knew at the start of the round tells its targets. */
function pushAll(world: World, targets: Targets): void {
  const { list, size } = targets
  const { heard, count: senders } = world
  for (let i = 0; i < senders; i++) {
    targets.pick(heard[i] as number, size)
    for (let t = 0; t < size; t++) world.tell(list[t] as number)
  }
  world.messages += senders * size
  world.copies += senders * size
  world.busiest = size
}

/** The asking half: who still asks, and who could answer when the round began. */
class Asking {
  readonly #world: World
  readonly #targets: Targets
  /** Those that know and may answer: nobody who hears in this very round. */
  readonly #answerers: Bits
  /** How many of `world.heard` are among the answerers. */
  #adopted = 0
  readonly #askers: Int32Array
  #asking = 0
  /** Answers by node in this round. */
  readonly #answers: Int32Array

  constructor(world: World, targets: Targets) {
    this.#world = world
    this.#targets = targets
    this.#answerers = new Bits(world.plan.nodes)
    this.#askers = new Int32Array(world.alive)
    this.#answers = new Int32Array(world.alive)
  }

  restart(): void {
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
  }

  /** Everybody who did not know asks; returns the most answers given by one node. */
  askAll(): number {
    const { size } = this.#targets
    const askers = this.#askers
    let kept = 0
    let busiest = 0
    for (let i = 0; i < this.#asking; i++) {
      const asker = askers[i] as number
      if (this.#answerers.has(asker)) continue
      askers[kept++] = asker
      busiest = Math.max(busiest, this.#ask(asker, size))
    }
    this.#asking = kept
    this.#world.messages += kept * size
    return busiest
  }

  /** One node asks all its targets; returns the most answers that one of them has given so far. */
  #ask(asker: number, size: number): number {
    const world = this.#world
    const { list } = this.#targets
    let busiest = 0
    let isTold = false
    this.#targets.pick(asker, size)
    for (let t = 0; t < size; t++) {
      const target = list[t] as number
      if (!this.#answerers.has(target) || world.isLost()) continue
      busiest = Math.max(busiest, this.#countAnswer(target))
      if (!world.isLost()) isTold = true
    }
    if (isTold && !world.isSettled(asker)) world.inform(asker)
    return busiest
  }

  #countAnswer(target: number): number {
    this.#world.burden(target, 1)
    this.#world.messages++
    this.#world.copies++
    const answers = (this.#answers[target] as number) + 1
    this.#answers[target] = answers
    return answers
  }
}
