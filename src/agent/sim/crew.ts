// Who does the work of a simulation: worker threads, or this thread where there are none, as
// in tests. Which of them plays a run never changes what comes of it.

import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Job } from './jobs.ts'

/** Somebody to give jobs to. */
export interface Crew {
  /** How many jobs are done at a time. */
  readonly size: number
  /** Does a job; rejects with what it throws. */
  readonly give: <I, O>(job: Job<I, O>, input: I) => Promise<O>
  /** Lets all go at once; jobs under way are never answered. */
  readonly dismiss: () => Promise<void>
}

/** A job on its way to a worker, and what comes back for it. */
export interface Order {
  readonly id: number
  readonly name: string
  /** What the job of that name takes; a thread cannot check it. */
  readonly input: never
}

export type Answer =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly error: Error }

/** This thread alone; between two jobs it looks up, so that it can be interrupted. */
export function soloCrew(): Crew {
  return {
    size: 1,
    give: async (job, input) => {
      await setImmediate()
      return await job.run(input)
    },
    dismiss: async () => undefined,
  }
}

/** So many worker threads that run the module at `url`; they start with their first job. */
export function threadCrew(url: URL, size: number): Crew {
  const threads = Array.from({ length: size }, () => new Thread(url))
  return {
    size,
    give: (job, input) => {
      const idle = threads.reduce((best, one) => (one.waiting < best.waiting ? one : best))
      return idle.give(job, input)
    },
    dismiss: async () => void (await Promise.all(threads.map((one) => one.dismiss()))),
  }
}

interface Waiting {
  readonly resolve: (output: never) => void
  readonly reject: (error: Error) => void
}

class Thread {
  readonly #url: URL
  #worker: Worker | undefined
  #lastId = 0
  readonly #waitingById = new Map<number, Waiting>()

  constructor(url: URL) {
    this.#url = url
  }

  get waiting(): number {
    return this.#waitingById.size
  }

  give<I, O>(job: Job<I, O>, input: I): Promise<O> {
    this.#worker ??= this.#started()
    const id = ++this.#lastId
    this.#worker.postMessage({ id, name: job.name, input })
    return new Promise((resolve, reject) => {
      this.#waitingById.set(id, { resolve, reject })
    })
  }

  async dismiss(): Promise<void> {
    this.#waitingById.clear()
    await this.#worker?.terminate()
  }

  #started(): Worker {
    const worker = new Worker(this.#url)
    worker.on('message', (answer) => this.#take(answer))
    worker.on('error', (error) => this.#failAll(error))
    worker.on('exit', () => this.#failAll(new Error('a worker thread ended before its job')))
    return worker
  }

  #take(answer: { readonly id: number; readonly output: never; readonly error?: Error }): void {
    const waiting = this.#waitingById.get(answer.id)
    this.#waitingById.delete(answer.id)
    if (answer.error === undefined) waiting?.resolve(answer.output)
    else waiting?.reject(answer.error)
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waitingById.values()) reject(error)
    this.#waitingById.clear()
  }
}
