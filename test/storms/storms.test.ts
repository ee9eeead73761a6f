// A slice of the storms, by seed: random faults, every checker on, then calm and agreement.
// `npm run storm` runs any number of them; a seed that fails prints the command that does it
// again, and its plan joins the regressions once it is understood.

import { expect, test } from 'vitest'
import { addCounts, faultNames, runStorm, type StormCounts } from '../../src/sim/index.ts'

const SEEDS = 40
const TRANSITIONS_SHOWN = 60

let counts: StormCounts = {}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`what must hold holds in storm ${seed}`, () => {
    const { failure, tail, ...outcome } = runStorm(seed)
    counts = addCounts(counts, outcome.counts)
    if (failure === undefined) return
    const { id, what, atMs } = failure
    const lines = [
      `storm ${seed}: ${id} at ${atMs} ms: ${what}`,
      `npm run storm -- --seed ${seed}`,
      ...tail.slice(-TRANSITIONS_SHOWN),
    ]
    throw new Error(lines.join('\n'))
  })
}

test('every fault has struck and every status has been taken', () => {
  for (const name of faultNames) expect(counts[`fault ${name}`], name).toBeGreaterThan(0)
  const turns = Object.keys(counts).filter((what) => what.startsWith('row '))
  for (const status of ['alive', 'suspect', 'dead', 'left', 'forgotten']) {
    expect(turns.some((turn) => turn.includes(`-> ${status} by`))).toBe(true)
  }
})
