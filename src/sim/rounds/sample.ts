// Many runs of one scenario as counts that add up: what the command line, its workers and the
// charts share. A sample is plain data (numbers, arrays, Maps) and can be posted between
// threads; merging is exact and its order does not matter, so a sample depends on the
// scenario, the seed and the number of runs, not on who played which of them.

import { assert } from '../../core/index.ts'
import { addCounts, type Counts, count } from './counts.ts'
import { seedOfRun } from './draws.ts'
import type { RunResult } from './run-log.ts'
import { Runner } from './runner.ts'
import type { SpreadScenario } from './scenario.ts'

/** Counts over runs, each Map from a value to the number of runs that had it. */
export interface Sample {
  readonly runs: number
  /** Rounds until 50 %, 99 % and all knew, of those runs in which they did. */
  readonly toHalf: Counts
  readonly to99: Counts
  readonly toAll: Counts
  /** The same moments in ms. */
  readonly toHalfMs: Counts
  readonly to99Ms: Counts
  readonly toAllMs: Counts
  /** Rounds until the end, and until the last node heard. */
  readonly rounds: Counts
  readonly lastNews: Counts
  /** Nodes that knew in the end. */
  readonly informed: Counts
  readonly messages: Counts
  readonly copies: Counts
  readonly busiest: Counts
  /** Not by runs but by nodes: how many, over all runs, sent so many messages. */
  readonly sends: Counts
  /** Round by round, of the runs that lasted so long. */
  readonly byRound: readonly RoundCounts[]
}

export interface RoundCounts {
  readonly informed: Counts
  readonly messages: Counts
  readonly busiest: Counts
  /** When the round was over, in ms since the beginning. */
  readonly ms: Counts
  /** Nodes that knew in the end, of the runs that ended with this round. */
  readonly ended: Counts
}

export interface SampleOptions {
  /** How many runs, 1 or more. */
  readonly runs: number
  /** Any finite number; run i is `runScenario(scenario, seedOfRun(seed, i))`. */
  readonly seed: number
  /** Number of the first run, for one worker's share; default 0. */
  readonly first?: number
  /** Called after each run with the number of runs done. */
  readonly onProgress?: (done: number) => void
  /** Asked before each run; once `aborted` is true, what is done so far is returned. */
  readonly signal?: { readonly aborted: boolean }
}

/** Plays runs `first` … `first + runs − 1`; see `SampleOptions`. Throws like `runScenario`. */
export function sampleMany(scenario: SpreadScenario, options: SampleOptions): Sample {
  const { runs, seed, first = 0, onProgress, signal } = options
  const runner = new Runner(scenario)
  const sampler = new Sampler()
  for (let run = first; run < first + runs && signal?.aborted !== true; run++) {
    sampler.add(runner.run(seedOfRun(seed, run)))
    onProgress?.(run - first + 1)
  }
  return sampler.sample()
}

/** All runs of several samples of one scenario as one; exact, and in any order. */
export function mergeSamples(samples: Iterable<Sample>): Sample {
  const sampler = new Sampler()
  for (const sample of samples) sampler.merge(sample)
  return sampler.sample()
}

const FIGURES = [
  'toHalf',
  'to99',
  'toAll',
  'toHalfMs',
  'to99Ms',
  'toAllMs',
  'rounds',
  'lastNews',
  'informed',
  'messages',
  'copies',
  'busiest',
  'sends',
] as const
type Figure = (typeof FIGURES)[number]

const ROUND_FIGURES = ['informed', 'messages', 'busiest', 'ms', 'ended'] as const
type RoundFigure = (typeof ROUND_FIGURES)[number]
type RoundMaps = Record<RoundFigure, Map<number, number>>

/** Collects runs into a sample, one at a time or as samples of others. */
export class Sampler {
  #runs = 0
  readonly #counts: Record<Figure, Map<number, number>>
  readonly #byRound: RoundMaps[] = []

  constructor() {
    const fresh = () => new Map<number, number>()
    this.#counts = {
      toHalf: fresh(),
      to99: fresh(),
      toAll: fresh(),
      toHalfMs: fresh(),
      to99Ms: fresh(),
      toAllMs: fresh(),
      rounds: fresh(),
      lastNews: fresh(),
      informed: fresh(),
      messages: fresh(),
      copies: fresh(),
      busiest: fresh(),
      sends: fresh(),
    }
  }

  /** How many runs it holds. */
  get runs(): number {
    return this.#runs
  }

  add(run: RunResult): void {
    this.#runs++
    this.#addMoment('toHalf', 'toHalfMs', run.toHalf, run)
    this.#addMoment('to99', 'to99Ms', run.to99, run)
    this.#addMoment('toAll', 'toAllMs', run.toAll, run)
    const counts = this.#counts
    count(counts.rounds, run.rounds)
    count(counts.lastNews, run.lastNews)
    count(counts.informed, run.informed)
    count(counts.messages, run.messages)
    count(counts.copies, run.copies)
    count(counts.busiest, run.busiest)
    addCounts(counts.sends, run.sends)
    for (let round = 0; round <= run.rounds; round++) {
      const row = this.#row(round)
      count(row.informed, run.informedByRound[round] ?? 0)
      count(row.messages, run.messagesByRound[round] ?? 0)
      count(row.busiest, run.busiestByRound[round] ?? 0)
      count(row.ms, run.msByRound[round] ?? 0)
    }
    count(this.#row(run.rounds).ended, run.informed)
  }

  merge(sample: Sample): void {
    this.#runs += sample.runs
    for (const figure of FIGURES) addCounts(this.#counts[figure], sample[figure])
    sample.byRound.forEach((row, round) => {
      const own = this.#row(round)
      for (const figure of ROUND_FIGURES) addCounts(own[figure], row[figure])
    })
  }

  /** What has been collected; it goes on growing if more is added. */
  sample(): Sample {
    return { runs: this.#runs, ...this.#counts, byRound: this.#byRound }
  }

  #addMoment(rounds: Figure, ms: Figure, at: number | undefined, run: RunResult): void {
    if (at === undefined) return
    count(this.#counts[rounds], at)
    count(this.#counts[ms], run.msByRound[at] ?? 0)
  }

  #row(round: number): RoundMaps {
    while (this.#byRound.length <= round) {
      this.#byRound.push({
        informed: new Map(),
        messages: new Map(),
        busiest: new Map(),
        ms: new Map(),
        ended: new Map(),
      })
    }
    const row = this.#byRound[round]
    assert(row !== undefined, 'a sample has a row for each round')
    return row
  }
}
