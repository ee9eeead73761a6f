// Plays runs of one scenario, a protocol round by round, with repairs between if wanted. The
// memory for the nodes is made once and used by run after run; a run depends on the scenario
// and its seed alone, not on the runs before it.

import { catalog } from './catalog.ts'
import { addCounts, count } from './counts.ts'
import type { Protocol } from './protocol.ts'
import { Repair } from './repair.ts'
import { RunLog, type RunResult } from './run-log.ts'
import { type Plan, planOf, type SpreadScenario } from './scenario.ts'
import { World } from './world.ts'

/** One run of `scenario` from `seed`; a HearsayError `HEARSAY_CONFIG` if it cannot be played. */
export function runScenario(scenario: SpreadScenario, seed: number): RunResult {
  return new Runner(scenario).run(seed)
}

/** Plays any number of runs of one scenario in the same memory, one after the other. */
export class Runner {
  readonly plan: Plan
  readonly #world: World
  readonly #protocol: Protocol
  readonly #repair: Repair | undefined
  readonly #keepsLoads: boolean

  /** Throws a HearsayError `HEARSAY_CONFIG` that names every wrong option. */
  constructor(scenario: SpreadScenario) {
    this.plan = planOf(scenario)
    const { protocol, repairEvery } = this.plan
    const row = catalog[protocol]
    this.#keepsLoads = repairEvery > 0 || row.keepsLoads
    this.#world = new World(this.plan, this.#keepsLoads)
    this.#protocol = row.make(this.#world)
    this.#repair = repairEvery > 0 ? new Repair(this.#world) : undefined
  }

  /** One run; the same seed gives the same result on every machine. */
  run(seed: number): RunResult {
    const log = new RunLog()
    const world = this.#world
    world.restart(seed)
    this.#protocol.restart()
    this.#repair?.restart()
    while (world.round < this.plan.roundsMax && this.#isGoingOn()) {
      this.#playRound()
      log.add(world)
    }
    return log.result(seed, world, this.#countSends())
  }

  #isGoingOn(): boolean {
    const { count: informed, alive } = this.#world
    return this.#protocol.isBusy() || (this.#repair !== undefined && informed < alive)
  }

  #playRound(): void {
    const world = this.#world
    world.beginRound()
    if (this.#protocol.isBusy()) this.#protocol.play()
    const round = world.round + 1
    if (round % this.plan.repairEvery === 0) this.#repair?.play()
    world.endRound()
  }

  /** How many alive nodes sent how much: by when they heard, and by node where that is counted. */
  #countSends(): ReadonlyMap<number, number> {
    const { heard, round: rounds, count: knowing, alive, countByRound } = this.#world
    const sends = new SendCounts()
    countByRound.forEach((to, round) => {
      const from = round === 0 ? 0 : (countByRound[round - 1] ?? 0)
      const sent = this.#protocol.sentBy(round, rounds)
      if (!this.#keepsLoads) sends.add(sent, to - from)
      else for (let i = from; i < to; i++) sends.add(sent + this.#loadOf(heard[i] ?? 0), 1)
    })
    if (knowing < alive) this.#countUnheard(sends)
    return sends.counts()
  }

  #countUnheard(sends: SendCounts): void {
    const { alive, count: knowing, round } = this.#world
    const sent = this.#protocol.sentBy('never', round)
    if (!this.#keepsLoads) {
      sends.add(sent, alive - knowing)
      return
    }
    for (let node = 0; node < alive; node++) {
      if (!this.#world.isSettled(node)) sends.add(sent + this.#loadOf(node), 1)
    }
  }

  #loadOf(node: number): number {
    return this.#world.loads[node] ?? 0
  }
}

/** Counts of small numbers in an array, which is faster than a Map, and of large ones in a Map. */
class SendCounts {
  readonly #small = new Int32Array(SMALL)
  readonly #large = new Map<number, number>()

  add(sent: number, nodes: number): void {
    if (sent < SMALL) this.#small[sent] = (this.#small[sent] as number) + nodes
    else count(this.#large, sent, nodes)
  }

  counts(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>()
    this.#small.forEach((nodes, sent) => {
      if (nodes > 0) counts.set(sent, nodes)
    })
    addCounts(counts, this.#large)
    return counts
  }
}

const SMALL = 256
