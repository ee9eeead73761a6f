// One mutant and its storms, in a thread of their own that is ended if a storm goes round in
// circles.

import { Worker } from 'node:worker_threads'
import { moduleOf } from './build.ts'
import type { Hunters, Mutant } from './mutant.ts'
import type { Hunt, Storm } from './worker.ts'

/** A storm takes a fraction of a second. */
const STORM_MS_MAX = 60_000

export interface Caught {
  readonly mutant: Mutant
  /** The first storm that broke an invariant, whichever. */
  readonly first: Storm | undefined
  /** The first that broke the invariant the mutant is aimed at. */
  readonly aimed: Storm | undefined
  readonly storms: number
  readonly tookMs: number
}

export interface Plan {
  readonly by: Hunters
  readonly seeds: readonly number[]
  readonly aim: string | undefined
}

/** Runs storms or proofs of `seeds` until `aim` is broken, or anything if there is no aim. */
export function hunt(mutant: Mutant, { by, seeds, aim }: Plan): Promise<Caught> {
  const startMs = performance.now()
  const storms: Storm[] = []
  // S18 and S21 compare two runs of a storm; the others are judged in the first.
  const twice = mutant.name === 'sound' || mutant.aim === 'S18' || mutant.aim === 'S21'
  // What the checkers cannot see a mind of its own may.
  const secondOpinion = mutant.name === 'sound' || mutant.aim === 'model'
  const workerData: Hunt = { module: moduleOf(mutant), seeds, by, aim, twice, secondOpinion }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      const seed = seeds[storms.length] ?? 0
      storms.push({ seed, id: 'time', what: `not over after ${STORM_MS_MAX} ms` })
      void worker.terminate()
    }
    let alarm = setTimeout(stop, STORM_MS_MAX)
    worker.on('message', (storm: Storm) => {
      clearTimeout(alarm)
      alarm = setTimeout(stop, STORM_MS_MAX)
      storms.push(storm)
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      clearTimeout(alarm)
      const first = storms.find(({ id }) => id !== undefined)
      const aimed = storms.find(({ id }) => id === mutant.aim)
      const tookMs = performance.now() - startMs
      resolve({ mutant, first, aimed, storms: storms.length, tookMs })
    })
  })
}
