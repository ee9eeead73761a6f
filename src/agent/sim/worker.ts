// A worker thread of a simulation: takes one order after the other and posts what came of it.
// Started by crew.ts with this module's URL; nothing imports it.

import { parentPort } from 'node:worker_threads'
import type { Answer, Order } from './crew.ts'
import { jobs } from './jobs.ts'

async function obey({ id, name, input }: Order): Promise<Answer> {
  try {
    const job = jobs.find((one) => one.name === name)
    if (job === undefined) throw new Error(`no job is called ${name}`)
    return { id, output: await job.run(input) }
  } catch (error) {
    return { id, error: error instanceof Error ? error : new Error(String(error)) }
  }
}

parentPort?.on('message', async (order: Order) => {
  parentPort?.postMessage(await obey(order))
})
