// What a run did, round by round, and what it comes to in the end: a growing list while it is
// played, a plain value afterwards.

import type { World } from './world.ts'

/** What one run did. Lists by round begin with round 0, when the source alone knows. */
export interface RunResult {
  readonly seed: number
  /** Rounds until nobody sends any more, or until all know if the protocol never ends by itself. */
  readonly rounds: number
  /** Nodes not crashed, and how many of them knew in the end. */
  readonly alive: number
  readonly informed: number
  /** Rounds until 50 %, 99 % and all of the alive knew; undefined if they never did. */
  readonly toHalf: number | undefined
  readonly to99: number | undefined
  readonly toAll: number | undefined
  /** The last round in which somebody heard. */
  readonly lastNews: number
  /** Messages sent in all (lost ones, requests and answers too), and those that carried the rumor. */
  readonly messages: number
  readonly copies: number
  /** Messages of the busiest node in the whole run. */
  readonly busiest: number
  readonly informedByRound: readonly number[]
  /** Messages sent in each round, by all and by the busiest node of that round. */
  readonly messagesByRound: readonly number[]
  readonly busiestByRound: readonly number[]
  /** When each round was over, in ms since the beginning. */
  readonly msByRound: readonly number[]
  /** How many of the alive nodes sent 0, 1, 2 … messages in all. */
  readonly sends: ReadonlyMap<number, number>
  /** Random numbers drawn, 32 bits each. */
  readonly draws: number
}

/** How many of `alive` nodes are 50 %, 99 % or all of them, rounded up. */
export function shareOf(alive: number, percent: number): number {
  return Math.ceil((alive * percent) / 100)
}

export class RunLog {
  readonly #messages: number[] = [0]
  readonly #busiest: number[] = [0]
  readonly #ms: number[] = [0]
  #copies = 0

  /** Takes down the round that `world` has just played. */
  add(world: World): void {
    this.#messages.push(world.messages)
    this.#busiest.push(world.busiest)
    this.#ms.push((this.#ms.at(-1) ?? 0) + world.ms)
    this.#copies += world.copies
  }

  result(seed: number, world: World, sends: ReadonlyMap<number, number>): RunResult {
    const { alive, count: informed } = world
    const informedByRound = [...world.countByRound]
    const reached = (nodes: number) => reachedAt(informedByRound, nodes)
    return {
      seed,
      rounds: world.round,
      alive,
      informed,
      toHalf: reached(shareOf(alive, 50)),
      to99: reached(shareOf(alive, 99)),
      toAll: reached(alive),
      lastNews: reached(informed) ?? 0,
      messages: this.#messages.reduce((sum, messages) => sum + messages, 0),
      copies: this.#copies,
      busiest: [...sends.keys()].reduce((most, sent) => Math.max(most, sent), 0),
      informedByRound,
      messagesByRound: this.#messages,
      busiestByRound: this.#busiest,
      msByRound: this.#ms,
      sends,
      draws: world.draws.drawn,
    }
  }
}

function reachedAt(informedByRound: readonly number[], nodes: number): number | undefined {
  const round = informedByRound.findIndex((informed) => informed >= nodes)
  return round < 0 ? undefined : round
}

/** Mean round in which those heard that did, the source left out; NaN if nobody did. */
export function meanHeardAt({ informedByRound, informed }: RunResult): number {
  const sum = informedByRound.reduce((total, now, round) => {
    return total + round * (now - (informedByRound[round - 1] ?? now))
  }, 0)
  return sum / (informed - 1)
}
