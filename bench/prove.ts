// `npm run prove:state -- --runs 10000`: replicated state by random schedules against a plain
// oracle. Each flaw is told with the command that shows it again; the last line counts them by
// kind. Exit code 0 only if there is none.
//
//   npm run prove:state -- [--runs 1000] [--from 1]
//   npm run prove:state -- --seed S

import { FLAWS, proveSchedule } from 'hearsay/sim'
import { wholeWord, word } from './support/lines.ts'
import { Progress } from './support/progress.ts'
import { expectWords } from './support/words.ts'

/** Flaws told in words; the others are only counted. */
const TOLD_MAX = 10

expectWords(
  'npm run prove:state -- [--runs 1000] [--from 1] [--seed S]',
  {
    runs: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
  },
  'Plays replicated state by random schedules against a plain oracle, and tells each flaw with its seed.',
)
const isOne = word('seed', '') !== ''
const runs = isOne ? 1 : wholeWord('runs', 1000)
const from = isOne ? wholeWord('seed', 0, 0) : wholeWord('from', 1, 0)
const startMs = performance.now()
const countByKind = new Map(FLAWS.map((kind) => [kind, 0]))
const progress = new Progress(runs, 'runs')
let steps = 0
let flaws = 0
for (let seed = from; seed < from + runs; seed++) {
  const outcome = proveSchedule(seed)
  steps += outcome.steps
  if (outcome.flaw !== undefined) {
    const { kind, what } = outcome.flaw
    countByKind.set(kind, (countByKind.get(kind) ?? 0) + 1)
    if (flaws++ < TOLD_MAX) {
      progress.say(
        `${kind} in run ${seed}: ${what}\n  again: npm run prove:state -- --seed ${seed}`,
      )
    }
  }
  progress.show(seed - from + 1, flaws)
}
progress.end()
const counts = [...countByKind].map(([kind, count]) => `${count} ${kind}`)
const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
console.log(`${runs} runs, ${counts.join(', ')}; ${steps} steps, ${seconds} s`)
process.exitCode = flaws === 0 && runs > 0 ? 0 : 1
