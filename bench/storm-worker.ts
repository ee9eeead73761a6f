// One worker of a sweep: runs the storm of each seed it is sent, and answers with what came of
// it. Plans stay here: whoever needs one draws it again from the seed.

import { parentPort } from 'node:worker_threads'
import { runStorm } from 'hearsay/sim'
import { type Result, resultOf, type Task } from './storm/result.ts'

const port = parentPort
if (port === null) throw new Error('this file runs as a worker of bench/storm.ts')

port.on('message', ({ seed, options }: Task) => {
  const result: Result = resultOf(runStorm(seed, options))
  port.postMessage(result)
})
