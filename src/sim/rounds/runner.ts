// Plays runs of one scenario, a protocol round by round, with repairs between if wanted. The
// memory for the nodes is made once and used by run after run; a run depends on the scenario
// and its seed alone, not on the runs before it.

import { catalog } from './catalog.ts'
import { count } from './counts.ts'
import type { HeardAt, Protocol } from './protocol.ts'
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
    const sends = new Map<number, number>()
    countByRound.forEach((to, round) => {
      const from = round === 0 ? 0 : (countByRound[round - 1] ?? 0)
      const sent = this.#protocol.sentBy(round, rounds)
      if (!this.#keepsLoads && to > from) count(sends, sent, to - from)
      if (this.#keepsLoads) this.#countLoads(sends, sent, heard.subarray(from, to))
    })
    if (knowing < alive) this.#countUnheard(sends, alive - knowing)
    return sends
  }

  #countLoads(sends: Map<number, number>, sent: number, nodes: Iterable<number>): void {
    const { loads } = this.#world
    for (const node of nodes) count(sends, sent + (loads[node] ?? 0))
  }

  #countUnheard(sends: Map<number, number>, nodes: number): void {
    const world = this.#world
    const never: HeardAt = 'never'
    const sent = this.#protocol.sentBy(never, world.round)
    if (!this.#keepsLoads) {
      count(sends, sent, nodes)
      return
    }
    for (let node = 0; node < world.alive; node++) {
      if (!world.isSettled(node)) count(sends, sent + (world.loads[node] ?? 0))
    }
  }
}
