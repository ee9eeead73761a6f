// A slice of the storms over replicated state: what befalls members in any storm, and members
// that write, delete and end keys meanwhile. `npm run storm -- --state` runs any number.

import { expect, test } from 'vitest'
import { addCounts, runStorm, type StormCounts, stateFaultNames } from '../../src/sim/index.ts'

const SEEDS = 16
const MEMBERS_MAX = 8

let counts: StormCounts = {}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`what must hold of state holds in storm ${seed}`, () => {
    const { failure, counts: counted } = runStorm(seed, { state: true, membersMax: MEMBERS_MAX })
    counts = addCounts(counts, counted)
    if (failure === undefined) return
    const again = `npm run storm -- --state --members ${MEMBERS_MAX} --seed ${seed}`
    throw new Error(`${again}\n${failure.id} at ${failure.atMs} ms: ${failure.what}`)
  })
}

test('state was written, deleted, ended and pulled in these storms', () => {
  for (const name of stateFaultNames) expect(counts[`fault ${name}`], name).toBeGreaterThan(0)
  for (const what of ['told set', 'told delete', 'told expire', 'state_chunks_sent_total']) {
    expect(counts[`state ${what}`], what).toBeGreaterThan(0)
  }
})
