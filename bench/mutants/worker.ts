// One mutant in a thread of its own, so that one that goes round in circles can be stopped:
// runs storms or proofs of the seeds it is given until what it is aimed at is broken.

import { parentPort, workerData } from 'node:worker_threads'
import type { proveSchedule, runStorm } from 'hearsay/sim'
import type { Hunters } from './mutant.ts'

/** What a worker is told to do. */
export interface Hunt {
  /** Path of the mutant's simulator. */
  readonly module: string
  readonly seeds: readonly number[]
  readonly by: Hunters
  /** The invariant at whose breach it may stop; any, if left out. */
  readonly aim: string | undefined
  /** Run every storm twice, as S18 and S21 want. */
  readonly twice: boolean
  /** Have the naive model judge as well. */
  readonly secondOpinion: boolean
}

/** What it says after each storm. */
export interface Storm {
  readonly seed: number
  /** The invariant that was broken, if one was. */
  readonly id: string | undefined
  readonly what: string
}

interface Simulator {
  readonly runStorm: typeof runStorm
  readonly proveSchedule: typeof proveSchedule
}

/** With state they are dear: a few members will do. */
const OF_STATE = { state: true, membersMax: 8 } as const

const { module, seeds, by, aim, twice, secondOpinion }: Hunt = workerData
const simulator: Simulator = await import(module)
for (const seed of seeds) {
  const storm = by === 'proofs' ? prove(seed) : rage(seed)
  parentPort?.postMessage(storm)
  if (storm.id !== undefined && (aim === undefined || storm.id === aim)) break
}

function rage(seed: number): Storm {
  const options = by === 'storms of state' ? OF_STATE : { secondOpinion }
  const { failure } = simulator.runStorm(seed, { twice, ...options })
  return { seed, id: failure?.id, what: failure?.what ?? '' }
}

function prove(seed: number): Storm {
  const { flaw } = simulator.proveSchedule(seed)
  return { seed, id: flaw?.kind, what: flaw?.what ?? '' }
}
