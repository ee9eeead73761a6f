// Rumor mongering after Demers et al. 1987 §1.4: a node that learns the rumor is interested
// in it, makes one contact a cycle, and loses interest with contacts: by any (blind) or by
// those that already knew (feedback), by chance (coin) or after k of them in a row (counter).
// Push: the interested open contacts. Pull: everybody asks one other, the interested answer;
// a cycle then counts once, useless only if all that were served knew already. A contact
// without an answer counts as useless, or a lone node would go on for ever. "Already knew"
// means: at the start of the cycle.

import { Bits } from './bits.ts'
import { thresholdOf } from './draws.ts'
import type { Protocol } from './protocol.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

export class RumorMongering implements Protocol {
  readonly #world: World
  readonly #targets: Targets
  readonly #coin: number
  /** Contacts that counted against the rumor, in a row, by node. */
  readonly #counters: Int32Array
  /** Who is interested, from the front; who knew when the cycle began. */
  readonly #interested: Int32Array
  #size = 0
  /** Cycles played; there may be rounds beside them in which notes alone are compared. */
  #cycles = 0
  readonly #knew: Bits
  #adopted = 0
  /** What an interested node does in a cycle; true if it stays interested. */
  readonly #stays: (node: number) => boolean
  /** Pull: who is interested as a set, and what asking this cycle said, by node. */
  readonly #isInterested: Uint8Array
  readonly #served: Uint8Array

  constructor(world: World) {
    const { alive, nodes, interest } = world.plan
    this.#world = world
    this.#targets = new Targets(world.plan, world.draws)
    this.#coin = thresholdOf(1 / interest)
    this.#counters = new Int32Array(alive)
    this.#interested = new Int32Array(alive)
    this.#knew = new Bits(nodes)
    this.#isInterested = new Uint8Array(nodes)
    this.#served = new Uint8Array(alive)
    const isPush = world.plan.direction === 'push'
    this.#stays = (node) => (isPush ? this.#push(node) : this.#serve(node))
  }

  restart(): void {
    this.#targets.restart()
    this.#counters.fill(0)
    this.#isInterested.fill(0)
    this.#knew.clear()
    this.#size = 0
    this.#adopted = 0
    this.#cycles = 0
  }

  isBusy(): boolean {
    const { count, plan, round } = this.#world
    // Where no question can arrive, pull has one cycle to be seen failing.
    const isVain = plan.loss === 1 || plan.alive === 1
    if (plan.direction === 'pull' && isVain && round > 0) return false
    return (this.#size > 0 || this.#adopted < count) && plan.nodes > 1
  }

  play(): void {
    this.#adopt()
    this.#cycles++
    if (this.#world.plan.direction === 'push') this.#pushAll()
    else this.#pullAll()
  }

  /** Pull: every node asks once a cycle, whether it knows or not. */
  sentBy(): number {
    return this.#world.plan.direction === 'pull' ? this.#cycles : 0
  }

  /** Those who have heard since the last cycle are interested from now on. */
  #adopt(): void {
    const { heard, count } = this.#world
    for (; this.#adopted < count; this.#adopted++) {
      const node = heard[this.#adopted] as number
      this.#knew.add(node)
      this.#isInterested[node] = 1
      this.#interested[this.#size++] = node
    }
  }

  #pushAll(): void {
    const world = this.#world
    const contacts = this.#size
    this.#keep()
    world.messages = contacts
    world.copies = contacts
    world.busiest = 1
  }

  #push(node: number): boolean {
    const world = this.#world
    const target = this.#pick(node)
    world.burden(node, 1)
    const isHeard = !world.isLost() && world.isAlive(target)
    if (isHeard && !world.isSettled(target)) world.inform(target)
    const isUseful = isHeard && !this.#knew.has(target)
    return this.#staysAfter(node, world.plan.feedback === 'blind' || !isUseful)
  }

  #pullAll(): void {
    const world = this.#world
    this.#served.fill(0)
    for (let asker = 0; asker < world.alive; asker++) this.#ask(asker)
    world.messages += world.alive
    world.busiest++
    this.#keep()
  }

  /** Whether an interested node stays so after the cycle in which everybody has asked. */
  #serve(node: number): boolean {
    const served = this.#served[node] as number
    const isBlind = this.#world.plan.feedback === 'blind'
    return served === 0 || this.#staysAfter(node, isBlind || served === USELESS)
  }

  #ask(asker: number): void {
    const world = this.#world
    const target = this.#pick(asker)
    if (this.#isInterested[target] !== 1 || world.isLost()) return
    world.burden(target, 1)
    world.messages++
    world.copies++
    world.busiest = 1
    if (world.isLost()) return
    if (!this.#knew.has(asker)) {
      this.#served[target] = USEFUL
      if (!world.isSettled(asker)) world.inform(asker)
    } else if (this.#served[target] === 0) this.#served[target] = USELESS
  }

  #pick(node: number): number {
    this.#targets.pick(node, 1)
    return this.#targets.list[0] as number
  }

  /** Whether a node stays interested after something that spoke against the rumor, or for it. */
  #staysAfter(node: number, isAgainst: boolean): boolean {
    const { interest, memory } = this.#world.plan
    if (!isAgainst) {
      this.#counters[node] = 0
      return true
    }
    if (memory === 'coin') return !this.#world.draws.isBelow(this.#coin)
    const count = (this.#counters[node] as number) + 1
    this.#counters[node] = count
    return count < interest
  }

  /** Keeps those who stay interested, in order. */
  #keep(): void {
    let kept = 0
    for (let i = 0; i < this.#size; i++) {
      const node = this.#interested[i] as number
      if (this.#stays(node)) this.#interested[kept++] = node
      else this.#isInterested[node] = 0
    }
    this.#size = kept
  }
}

const USEFUL = 1
const USELESS = 2
