// What replicated state costs, and how fast it is: one core by itself, clusters in virtual time,
// and real nodes on loopback, one of them beside memberlist in Go where that can be built.
//
//   npm run bench:state -- [--rounds 5] [--only core|virtual|nodes] [--quick]
//
// One JSON line a measurement, medians of the rounds. Status 0 only if every bar held.
// Takes about two minutes; with `--quick`, as part of `npm run bench`, one: the same lines with
// fewer repetitions, and lone writes among 25 members alone.

import { measureComparing, measureMemory, measurePieces, measureTaking } from './state/one-core.ts'
import { measureCatchingUp, measureSeenByAll } from './state/real-nodes.ts'
import { allHeld } from './state/report.ts'
import { measureResting, measureSpreading, measureUpdates } from './state/virtual.ts'
import { choiceWord, wholeWord } from './support/lines.ts'
import { expectWords } from './support/words.ts'

expectWords(
  'npm run bench:state -- [--rounds 5] [--only core|virtual|nodes] [--quick]',
  {
    rounds: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean' },
  },
  'Measures what replicated state costs, and how fast it is: one JSON line a measurement.',
)
const isQuick = process.argv.includes('--quick')
const rounds = wholeWord('rounds', isQuick ? 1 : 5)
const only = choiceWord('only', ['core', 'virtual', 'nodes'])
const isWanted = (part: string) => only === undefined || only === part

if (isWanted('core')) {
  measureMemory()
  measureTaking(rounds)
  measureComparing(rounds)
  measurePieces(rounds)
}
if (isWanted('virtual')) {
  for (const members of isQuick ? [25] : [25, 100]) {
    for (const loss of [0, 0.1, 0.3]) measureSpreading(members, loss)
  }
  measureUpdates(isQuick ? 5 : 20)
  measureResting()
}
if (isWanted('nodes')) {
  await measureCatchingUp(rounds)
  await measureSeenByAll(isQuick ? 3 : 10)
}
process.exit(allHeld() ? 0 : 1)
