// Whom a node turns to: k distinct others drawn evenly (`wor`), or k draws from everybody,
// oneself and repeats among them (`self`). Few targets are drawn and drawn again on a repeat;
// many are dealt from a deck, which costs the same however many there are.

import type { Draws } from './draws.ts'
import type { Plan } from './scenario.ts'

/** Up to so many targets are compared with each other instead of dealt. */
const COMPARED_MAX = 16

/** Targets of a node in a round: there are no more distinct ones than others. */
export function targetsOf({ nodes, fanout, selection }: Plan): number {
  return selection === 'self' ? fanout : Math.min(fanout, nodes - 1)
}

export class Targets {
  /** The targets of the last pick, from the front. */
  readonly list: Int32Array
  /** How many distinct targets there are to turn to, at most the fan-out. */
  readonly size: number
  readonly #draws: Draws
  readonly #nodes: number
  readonly #repeats: boolean
  readonly #deck: Int32Array | undefined

  constructor(plan: Plan, draws: Draws) {
    const { nodes, selection } = plan
    this.#draws = draws
    this.#nodes = nodes
    this.#repeats = selection === 'self'
    this.size = targetsOf(plan)
    this.list = new Int32Array(this.size)
    const isDealt = this.size > COMPARED_MAX || this.size * 4 > nodes - 1
    this.#deck = isDealt && !this.#repeats ? new Int32Array(nodes) : undefined
  }

  /** Puts the deck into order, so that a run owes nothing to the one before. */
  restart(): void {
    const deck = this.#deck
    if (deck === undefined) return
    for (let i = 0; i < deck.length; i++) deck[i] = i
  }

  /** Draws `count` ≤ `size` targets of node `self` into `list`. */
  pick(self: number, count: number): void {
    if (this.#repeats) this.#pickAny(count)
    else if (this.#deck !== undefined) this.#deal(this.#deck, self, count)
    else this.#pickOthers(self, count)
  }

  #pickAny(count: number): void {
    for (let i = 0; i < count; i++) this.list[i] = this.#draws.below(this.#nodes)
  }

  #pickOthers(self: number, count: number): void {
    const list = this.list
    const others = this.#nodes - 1
    for (let i = 0; i < count; i++) {
      let target = this.#draws.below(others)
      if (target >= self) target++
      let earlier = 0
      while (earlier < i && list[earlier] !== target) earlier++
      // A repeat is drawn again: the place stays empty for the next turn of the loop.
      if (earlier < i) i--
      else list[i] = target
    }
  }

  /** The first cards of a shuffle that is broken off; a deck once shuffled stays as good. */
  #deal(deck: Int32Array, self: number, count: number): void {
    let dealt = 0
    for (let at = 0; dealt < count; at++) {
      const other = at + this.#draws.below(this.#nodes - at)
      const card = deck[other] as number
      deck[other] = deck[at] as number
      deck[at] = card
      if (card !== self) this.list[dealt++] = card
    }
  }
}
