// What a run of the rounds engine costs: push with two targets until all know, against the
// number of nodes and against drawing the same random numbers alone; and many runs of a
// thousand nodes. Processor time, so that others on the machine count little. Prints a table
// as it stands in docs/performance.md, then the figures that the project set itself bars for.
//
//   npm run bench:rounds -- [--max 10000000]

import { Draws, Runner, type RunResult, type SpreadScenario, sampleMany } from 'hearsay/sim'
import { collectGarbage, cpuMs, numberWord, progress, rssKib } from './support/lines.ts'
import { expectWords } from './support/words.ts'

expectWords('npm run bench:rounds -- [--max 10000000]', { max: { type: 'string' } })
const MAX = numberWord('max', 10_000_000)
const SIZES = [1000, 10_000, 100_000, 1_000_000, 10_000_000].filter((nodes) => nodes <= MAX)
/** Small runs are repeated until they have drawn about so many numbers. */
const DRAWN_MIN = 20_000_000

interface Cost {
  readonly nodes: number
  readonly run: RunResult
  /** Processor time of one run, and of drawing its random numbers alone, in ms. */
  readonly runMs: number
  readonly drawMs: number
}

const startKib = rssKib()
warmUp()
const costs = SIZES.map(measure)
const manyMs = measureMany()
printTable()
printBars()

/** The compiler's work is done before anything is measured. */
function warmUp(): void {
  sampleMany(scenarioOf(1000), { runs: 200, seed: 1 })
  drawAlone(2_000_000)
}

function scenarioOf(nodes: number): SpreadScenario {
  return { protocol: 'push', nodes, fanout: 2 }
}

function measure(nodes: number): Cost {
  progress(`${nodes} nodes …`)
  const runner = new Runner(scenarioOf(nodes))
  const run = runner.run(1)
  const repeats = Math.max(1, Math.min(2000, Math.round(DRAWN_MIN / run.draws)))
  collectGarbage()
  const began = cpuMs()
  for (let repeat = 0; repeat < repeats; repeat++) runner.run(1)
  const runMs = (cpuMs() - began) / repeats
  const drawBegan = cpuMs()
  drawAlone(run.draws * repeats)
  return { nodes, run, runMs, drawMs: (cpuMs() - drawBegan) / repeats }
}

/** Draws so many targets among a thousand and does nothing with them but add. */
function drawAlone(count: number): number {
  const draws = new Draws(1)
  let sum = 0
  for (let i = 0; i < count; i++) sum = (sum + draws.below(1000)) | 0
  return sum
}

/** Processor time of 500 runs of a thousand nodes, in ms, with all their figures. */
function measureMany(): number {
  progress('500 runs of 1000 nodes …')
  const began = cpuMs()
  sampleMany(scenarioOf(1000), { runs: 500, seed: 2 })
  return cpuMs() - began
}

function printTable(): void {
  console.log(
    '| nodes | rounds | messages | a run, ms | its numbers alone, ms | run / numbers | a message, ns |',
  )
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  for (const { nodes, run, runMs, drawMs } of costs) {
    const cells = [
      nodes,
      run.rounds,
      run.messages,
      runMs.toPrecision(3),
      drawMs.toPrecision(3),
      (runMs / drawMs).toFixed(1),
      ((runMs * 1e6) / run.messages).toFixed(1),
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
}

function printBars(): void {
  const million = costs.find(({ nodes }) => nodes === 1_000_000)
  if (million !== undefined) {
    console.log(
      `one run of 1 000 000 nodes: ${(million.runMs / 1000).toFixed(2)} s of 0.6 s wanted`,
    )
  }
  console.log(`500 runs of 1000 nodes: ${(manyMs / 1000).toFixed(3)} s of 0.2 s wanted`)
  const peakMib = process.resourceUsage().maxRSS / 1024
  const most = costs.at(-1)?.nodes ?? 0
  console.log(
    `memory at ${most} nodes: ${peakMib.toFixed(0)} MiB at most of 2048 wanted, ${(startKib / 1024).toFixed(0)} MiB before the first`,
  )
}
