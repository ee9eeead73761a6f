// Spreads seeds over worker threads.

import type { DrawOptions } from 'hearsay/sim'
import { spreadOver } from '../support/pool.ts'
import type { Result, Task } from './result.ts'

export interface Seeds {
  readonly seeds: readonly number[]
  readonly options: DrawOptions
  readonly workers: number
  readonly onResult: (result: Result) => void
  /** Aborted: no further seed is begun. */
  readonly signal: AbortSignal
}

/** Settles when every seed that was begun has a result; rejects if a worker dies. */
export async function runSeeds({ seeds, options, ...spread }: Seeds): Promise<void> {
  const taskOf = (seed: number): Task => ({ seed, options })
  await spreadOver({
    module: new URL('../storm-worker.js', import.meta.url),
    items: seeds,
    taskOf,
    ...spread,
  })
}
