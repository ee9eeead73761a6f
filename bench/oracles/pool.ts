// Spreads cells over worker threads: each gets the next one when it has judged one. A cell's
// verdict depends on the cell and the effort alone, not on who judged it.

import { Worker } from 'node:worker_threads'
import type { Effort } from './cell.ts'
import type { Verdict } from './verdict.ts'

export interface Task {
  readonly file: string
  readonly index: number
  readonly effort: Effort
}

export interface Judging {
  readonly file: string
  /** Numbers of the cells to judge. */
  readonly indices: readonly number[]
  readonly effort: Effort
  readonly workers: number
  readonly onVerdict: (verdict: Verdict) => void
}

/** Settles when every cell is judged; rejects if a worker dies. */
export async function judgeAll(judging: Judging): Promise<void> {
  const waiting = judging.indices.values()
  const workers = Math.min(judging.workers, judging.indices.length)
  await Promise.all(Array.from({ length: workers }, () => runWorker(waiting, judging)))
}

function runWorker(waiting: IterableIterator<number>, judging: Judging): Promise<void> {
  const { file, effort, onVerdict } = judging
  const worker = new Worker(new URL('../oracles-worker.js', import.meta.url))
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const { value: index, done } = waiting.next()
      if (done === true) {
        worker.terminate().then(() => resolve(), reject)
        return
      }
      const task: Task = { file, index, effort }
      worker.postMessage(task)
    }
    worker.on('message', (verdict: Verdict) => {
      onVerdict(verdict)
      next()
    })
    worker.on('error', reject)
    next()
  })
}
