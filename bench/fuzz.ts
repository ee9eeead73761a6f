// `npm run fuzz -- --inputs 1000000 --seed 1`: damaged bytes against every decoder of the wire.
// Progress goes to stderr, the figures come last, and the exit code is 0 only if all held.

import { fileURLToPath } from 'node:url'
import { fuzzCorpus } from './fuzz-corpus.ts'
import { type FuzzFigures, fuzz } from './fuzz-engine.ts'
import { wholeWord } from './support/lines.ts'
import { expectWords } from './support/words.ts'

expectWords('npm run fuzz -- [--inputs 1000000] [--seed 1]', {
  inputs: { type: 'string' },
  seed: { type: 'string' },
})
const inputs = wholeWord('inputs', 1_000_000)
const seed = wholeWord('seed', 1, 0)
// The compiled file stands in build/bench.
const corpus = fuzzCorpus(fileURLToPath(new URL('../../test/golden/data', import.meta.url)))

const startedAt = performance.now()
const figures = fuzz({ inputs, seed, corpus, onProgress: showProgress })
const seconds = (performance.now() - startedAt) / 1000
report(figures, seconds)
process.exitCode = figures.problems.length === 0 ? 0 : 1

function showProgress(done: number): void {
  if (done % 100_000 === 0) console.error(`${done} of ${inputs} inputs`)
}

function report(figures: FuzzFigures, seconds: number): void {
  for (const problem of figures.problems) console.error(problem)
  const dropped = [...figures.droppedByReason].sort(([, a], [, b]) => b - a)
  console.log(`seed            ${seed}`)
  console.log(`inputs          ${figures.inputs}`)
  console.log(`accepted        ${figures.accepted}`)
  console.log('dropped')
  for (const [reason, count] of dropped) console.log(`  ${reason.padEnd(20)}${count}`)
  console.log(`largest held    ${figures.heldBytesMax} bytes by one stream`)
  console.log(`largest content ${figures.contentBytesMax} bytes of one datagram`)
  console.log(`inputs/s        ${Math.round(figures.inputs / seconds)}`)
  console.log(figures.problems.length === 0 ? 'held            all' : 'held            NOT ALL')
}
