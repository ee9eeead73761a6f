// One mutant in a thread of its own, so that one that goes round in circles can be stopped:
// runs storms of the seeds it is given until the invariant it is aimed at is broken.

import { parentPort, workerData } from 'node:worker_threads'
import type { runStorm } from 'hearsay/sim'

/** What a worker is told to do. */
export interface Hunt {
  /** Path of the mutant's simulator. */
  readonly module: string
  readonly seeds: readonly number[]
  /** The invariant at whose breach it may stop; any, if left out. */
  readonly aim: string | undefined
  /** Run every storm twice, as S18 and S21 want. */
  readonly twice: boolean
}

/** What it says after each storm. */
export interface Storm {
  readonly seed: number
  /** The invariant that was broken, if one was. */
  readonly id: string | undefined
  readonly what: string
}

const { module, seeds, aim, twice }: Hunt = workerData
const simulator: { readonly runStorm: typeof runStorm } = await import(module)
for (const seed of seeds) {
  const { failure } = simulator.runStorm(seed, { twice })
  const storm: Storm = { seed, id: failure?.id, what: failure?.what ?? '' }
  parentPort?.postMessage(storm)
  if (failure !== undefined && (aim === undefined || failure.id === aim)) break
}
