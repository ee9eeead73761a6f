// Storms by seed: random faults, every checker on, then calm and agreement. Thirty seeds by
// default; HEARSAY_STORMS=500 runs more, HEARSAY_SEED=17 repeats one. A seed that fails
// prints the command that repeats it, and becomes a story once it is understood.

import { expect, test } from 'vitest'
import { type FaultName, faultNames, weather } from '../../src/sim/index.ts'
import { newCluster } from '../stories/story.ts'

const only = process.env.HEARSAY_SEED
const count = Number(process.env.HEARSAY_STORMS ?? 30)
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)]
const TRANSITIONS_SHOWN = 60

const strikes = new Map<FaultName, number>()
const turns = new Map<string, number>()

for (const seed of seeds) {
  test(`the members agree after storm ${seed}`, () => {
    const cluster = newCluster({ members: 0, seed, options: { crcEverywhere: true } })
    try {
      const report = weather(cluster)
      for (const [fault, times] of report.strikes) add(strikes, fault, times)
      for (const { to } of cluster.journal.select()) add(turns, to, 1)
    } catch (cause) {
      const lines = [
        `storm ${seed} failed at ${cluster.nowMs} ms; repeat it with`,
        `HEARSAY_SEED=${seed} npx vitest run test/storms`,
        ...cluster.journal.tail(TRANSITIONS_SHOWN),
      ]
      throw new Error(lines.join('\n'), { cause })
    }
  })
}

test.runIf(only === undefined)('every fault has struck and every status has been taken', () => {
  for (const fault of faultNames) expect(strikes.get(fault), fault).toBeGreaterThan(0)
  for (const status of ['alive', 'suspect', 'dead', 'left', 'forgotten']) {
    expect(turns.get(status), status).toBeGreaterThan(0)
  }
})

function add<K>(counts: Map<K, number>, key: K, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount)
}
