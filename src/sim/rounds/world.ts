// The state of one run that every protocol shares: who knows, in which order they heard, and
// what has been sent in this round. Made once and used again by run after run, so that nothing
// is allocated while a rumor spreads. Nodes are numbers: 0 is the source, the crashed ones are
// the last; on a complete graph the numbers of nodes mean nothing else.

import { Bits } from './bits.ts'
import { Draws, thresholdOf } from './draws.ts'
import type { Plan } from './scenario.ts'

export class World {
  readonly plan: Plan
  readonly draws: Draws
  readonly alive: number
  /** Nodes in the order in which they heard, the source first; `count` of them are valid. */
  readonly heard: Int32Array
  /** How many alive nodes know. */
  count = 0
  /** How many alive nodes knew at the end of each round so far, round 0 first. */
  readonly countByRound: number[] = []
  /** Sent in this round, in all and by the busiest node; lost ones count as sent. */
  messages = 0
  busiest = 0
  /** Those among `messages` that carried the rumor. */
  copies = 0
  /** How long this round took. */
  ms = 0
  /** Messages by node, as far as they do not follow from when a node heard. */
  readonly loads: Int32Array
  /** Who knows, and the crashed: whoever a message would change nothing for. */
  readonly #settled: Bits
  readonly #lossThreshold: number

  /** `keepsLoads`: whether `loads` is used at all. */
  constructor(plan: Plan, keepsLoads: boolean) {
    this.plan = plan
    this.alive = plan.alive
    this.draws = new Draws(0)
    this.heard = new Int32Array(plan.alive)
    this.loads = new Int32Array(keepsLoads ? plan.nodes : 0)
    this.#settled = new Bits(plan.nodes)
    this.#lossThreshold = thresholdOf(plan.loss)
  }

  /** Begins a run: the source knows, nobody else. */
  restart(seed: number): void {
    this.draws.restart(seed)
    this.#settled.clear()
    this.#settled.addRange(this.alive, this.plan.nodes)
    this.loads.fill(0)
    this.count = 0
    this.inform(0)
    this.countByRound.length = 0
    this.countByRound.push(1)
  }

  /** Rounds completed. */
  get round(): number {
    return this.countByRound.length - 1
  }

  beginRound(): void {
    this.messages = 0
    this.copies = 0
    this.busiest = 0
    this.ms = this.plan.roundMs
  }

  endRound(): void {
    this.countByRound.push(this.count)
  }

  isAlive(node: number): boolean {
    return node < this.alive
  }

  /** True for who knows, and for the crashed. */
  isSettled(node: number): boolean {
    return this.#settled.has(node)
  }

  /** Draws whether a message is lost. */
  isLost(): boolean {
    return this.#lossThreshold !== 0 && this.draws.isBelow(this.#lossThreshold)
  }

  /** A copy on its way to `node`: informs it unless lost. Nothing is drawn if nothing can change. */
  tell(node: number): void {
    if (!this.#settled.has(node) && !this.isLost()) this.inform(node)
  }

  /** `node`, alive and so far without the rumor, knows it from now on. */
  inform(node: number): void {
    this.#settled.add(node)
    this.heard[this.count++] = node
  }

  /** Counts `messages` more that `node` sent, for its load alone. */
  burden(node: number, messages: number): void {
    this.loads[node] = (this.loads[node] as number) + messages
  }
}
