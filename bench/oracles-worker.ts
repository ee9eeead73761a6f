// One worker of the oracles: judges the cells it is sent, by their numbers in the file.

import { parentPort } from 'node:worker_threads'
import { readCells } from './oracles/file.ts'
import type { Task } from './oracles/pool.ts'
import { judge, type Verdict } from './oracles/verdict.ts'

const port = parentPort
if (port === null) throw new Error('this file runs as a worker of bench/oracles.ts')

let path = ''
let cells: ReturnType<typeof readCells> = []

port.on('message', (task: Task) => {
  if (task.file !== path) {
    path = task.file
    cells = readCells(path)
  }
  const cell = cells[task.index]
  if (cell === undefined) throw new Error(`there is no cell ${task.index} in ${path}`)
  const verdict: Verdict = judge(cell, task.effort)
  port.postMessage(verdict)
})
