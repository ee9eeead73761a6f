// Targets where only few nodes matter: of k targets most often none is among them, and
// whether one is takes a single random number instead of k targets and a look at each. The
// law is that of `Targets`; only the numbers drawn for it are fewer.

import type { Draws } from './draws.ts'
import type { Plan } from './scenario.ts'

/** As long as at least this many nodes come to one that matters, drawing so is cheaper. */
export const RARE = 4
/** With more targets than that a hit is no longer rare. */
const TARGETS_MAX = 16
const WORDS = 4_294_967_296

export class RareTargets {
  readonly #draws: Draws
  /** Nodes that a first target is drawn from, and whether each later one has one fewer. */
  readonly #pool: number
  readonly #shrinks: 0 | 1
  readonly #nodes: number
  readonly #size: number
  /** Chance that the first target that matters is among the first 1, 2, … of them. */
  readonly #cumulative = new Float64Array(TARGETS_MAX)
  #count = 0
  #chance = 0
  #firstWord = 0

  /** `size` is the most targets that are ever asked for. */
  constructor({ nodes, selection }: Plan, size: number, draws: Draws) {
    this.#draws = draws
    this.#nodes = nodes
    this.#size = size
    this.#pool = selection === 'self' ? nodes : nodes - 1
    this.#shrinks = selection === 'self' ? 0 : 1
  }

  /** True if so few matter that this is the way to draw. */
  isFor(mattering: number): boolean {
    return mattering * RARE <= this.#nodes && this.#size <= TARGETS_MAX && this.#size < this.#pool
  }

  /** From now on `mattering` nodes matter, and there are `count` targets. */
  weigh(mattering: number, count: number): void {
    let none = 1
    let sum = 0
    for (let target = 0; target < count; target++) {
      const share = mattering / (this.#pool - target * this.#shrinks)
      sum += none * share
      none *= 1 - share
      this.#cumulative[target] = sum
    }
    this.#count = count
    this.#chance = sum
    this.#firstWord = Math.floor(sum * WORDS)
  }

  /** Draws which target is the first that matters, 0 … count−1; −1 if none does. */
  drawFirst(): number {
    const word = this.#draws.bits()
    if (word > this.#firstWord) return -1
    // 32 more bits tell where within the word it lies, so that small chances stay exact.
    const at = (word + this.#draws.bits() / WORDS) / WORDS
    if (at >= this.#chance) return -1
    let target = 0
    while (target < this.#count - 1 && at >= (this.#cumulative[target] as number)) target++
    return target
  }

  /** Draws whether target number `target` matters, with `mattering` nodes that it may still be. */
  drawNext(target: number, mattering: number): boolean {
    const share = mattering / (this.#pool - target * this.#shrinks)
    return this.#draws.bits() < share * WORDS
  }
}
