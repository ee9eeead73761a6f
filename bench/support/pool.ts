// Spreads work over threads: each gets the next piece when it has done one, so that long ones
// hold nobody up. Results come in any order.

import { Worker } from 'node:worker_threads'

export interface Spread<Item, Result> {
  /** The module that every thread runs; it answers each task with one result. */
  readonly module: URL
  readonly items: readonly Item[]
  /** What a thread is sent for an item. */
  readonly taskOf: (item: Item) => unknown
  readonly workers: number
  readonly onResult: (result: Result) => void
  /** Aborted: nothing further is begun. */
  readonly signal?: AbortSignal
}

/** Settles when everything that was begun has a result; rejects if a worker dies. */
export async function spreadOver<Item, Result>(spread: Spread<Item, Result>): Promise<void> {
  const { items, workers } = spread
  const waiting = items.values()
  const count = Math.min(workers, items.length)
  await Promise.all(Array.from({ length: count }, () => runWorker(waiting, spread)))
}

function runWorker<Item, Result>(
  waiting: IterableIterator<Item>,
  { module, taskOf, onResult, signal }: Spread<Item, Result>,
): Promise<void> {
  const worker = new Worker(module)
  return new Promise((resolve, reject) => {
    const next = (): void => {
      const { value: item, done } = waiting.next()
      const isOver = done === true || signal?.aborted === true
      if (isOver) worker.terminate().then(() => resolve(), reject)
      else worker.postMessage(taskOf(item))
    }
    worker.on('message', (result: Result) => {
      onResult(result)
      next()
    })
    worker.on('error', reject)
    next()
  })
}
