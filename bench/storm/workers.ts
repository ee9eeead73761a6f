// Spreads seeds over worker threads: each gets the next seed when it has done one, so that long
// storms hold nobody up. Results come in any order.

import { Worker } from 'node:worker_threads'
import type { Result, Task } from './result.ts'

export interface Spread {
  readonly seeds: readonly number[]
  readonly membersMax: number
  readonly workers: number
  readonly onResult: (result: Result) => void
  /** Aborted: no further seed is begun. */
  readonly signal: AbortSignal
}

/** Settles when every seed that was begun has a result; rejects if a worker dies. */
export async function runSeeds(spread: Spread): Promise<void> {
  const { seeds, workers } = spread
  const waiting = seeds.values()
  const count = Math.min(workers, seeds.length)
  await Promise.all(Array.from({ length: count }, () => runWorker(waiting, spread)))
}

function runWorker(waiting: IterableIterator<number>, spread: Spread): Promise<void> {
  const { membersMax, onResult, signal } = spread
  const worker = new Worker(new URL('../storm-worker.js', import.meta.url))
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const seed = signal.aborted ? undefined : waiting.next().value
      if (seed === undefined) {
        worker.terminate().then(() => resolve(), reject)
        return
      }
      const task: Task = { seed, membersMax }
      worker.postMessage(task)
    }
    worker.on('message', (result: Result) => {
      onResult(result)
      next()
    })
    worker.on('error', reject)
    next()
  })
}
