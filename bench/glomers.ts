// Two workloads of the public Gossip Glomers challenges (https://fly.io/dist-sys), on real cores in
// the simulator and by the challenges' own definitions: messages between servers divided by all
// requests, and the time from the acknowledgement of a broadcast until every server reads it.
//
//   npm run glomers -- [--seeds 3] [--seed 1]
//
// A line a workload; status 0 only if every bar held for every seed.

import { type BroadcastResult, runBroadcast } from './glomers/broadcast.ts'
import { runCounter } from './glomers/counter.ts'
import type { Challenge } from './glomers/servers.ts'
import { wholeWord } from './support/lines.ts'
import { expectWords } from './support/words.ts'

/** What a challenge wants: at most so many messages a request, and so many milliseconds. */
interface Bars {
  readonly messages: number
  readonly medianMs: number
  readonly maxMs: number
}

const FAST: Bars = { messages: 30, medianMs: 400, maxMs: 600 }
const FRUGAL: Bars = { messages: 20, medianMs: 1000, maxMs: 2000 }

expectWords(
  'npm run glomers -- [--seeds 3] [--seed 1]',
  {
    seeds: { type: 'string' },
    seed: { type: 'string' },
  },
  'Plays two workloads of the Gossip Glomers challenges in the simulator, and holds them to their bars.',
)
const FIRST = wholeWord('seed', 1, 0)
const SEEDS = wholeWord('seeds', 3)
let held = true

const calm = { nodes: 25, latencyMs: 100, rate: 100, forMs: 20_000, partitions: false }
for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
  const quiet = runBroadcast({ ...calm, seed })
  tellBroadcast(`broadcast, 25 servers, seed ${seed}`, quiet, [FAST, FRUGAL])
  const split = runBroadcast({ ...calm, seed, partitions: true })
  tellBroadcast(`broadcast, 25 servers, partitions, seed ${seed}`, split, [])
  tellCounter(`counter, 3 servers, partitions, seed ${seed}`, {
    ...calm,
    nodes: 3,
    seed,
    partitions: true,
  })
}
console.log(held ? 'every bar held' : 'NOT every bar held')
process.exitCode = held ? 0 : 1

function tellBroadcast(name: string, result: BroadcastResult, bars: readonly Bars[]): void {
  const { messagesPerRequest, exactMs, readMs, lost, broadcasts } = result
  const wanted = bars.map((bar) => [bar, keeps(result, bar)] as const)
  if (lost > 0 || wanted.some(([, isKept]) => !isKept)) held = false
  const verdicts = wanted.map(
    ([{ messages, medianMs, maxMs }, isKept]) =>
      `${isKept ? 'held' : 'MISSED'}: < ${messages} messages, median < ${medianMs}, max < ${maxMs} ms`,
  )
  console.log(
    [
      `${name}: ${messagesPerRequest.toFixed(2)} messages per operation`,
      `stable latency median ${at(exactMs, 0.5)} p99 ${at(exactMs, 0.99)} max ${at(exactMs, 1)} ms`,
      `as reads see it ${at(readMs, 0.5)} / ${at(readMs, 0.99)} / ${at(readMs, 1)} ms`,
      `${lost} of ${broadcasts} lost`,
      ...verdicts,
    ].join('; '),
  )
}

function keeps({ messagesPerRequest, exactMs }: BroadcastResult, bars: Bars): boolean {
  const isFast = (exactMs[exactMs.length >> 1] ?? Infinity) < bars.medianMs
  return isFast && messagesPerRequest < bars.messages && (exactMs.at(-1) ?? Infinity) < bars.maxMs
}

function at(ascending: readonly number[], share: number): string {
  const index = Math.min(ascending.length - 1, Math.floor(ascending.length * share))
  return (ascending[index] ?? Number.NaN).toFixed(0)
}

function tellCounter(name: string, challenge: Challenge): void {
  const { messagesPerRequest, added, read } = runCounter(challenge)
  const isRight = read.every((sum) => sum === added)
  if (!isRight) held = false
  console.log(
    `${name}: ${messagesPerRequest.toFixed(2)} messages per operation; added ${added}, ` +
      `the servers read ${read.join(', ')}: ${isRight ? 'right' : 'WRONG'}`,
  )
}
