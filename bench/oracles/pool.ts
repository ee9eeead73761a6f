// Spreads cells over worker threads. A cell's verdict depends on the cell and the effort alone,
// not on who judged it.

import { spreadOver } from '../support/pool.ts'
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
  const { file, indices, effort, workers, onVerdict } = judging
  await spreadOver({
    module: new URL('../oracles-worker.js', import.meta.url),
    items: indices,
    taskOf: (index): Task => ({ file, index, effort }),
    workers,
    onResult: onVerdict,
  })
}
