// Storms by seed: random faults, every checker on, then calm and agreement. Every fourth has
// a forger inside the network, others a label, Serf's versions or keys. Forty seeds by
// default; HEARSAY_STORMS=500 runs more, HEARSAY_SEED=17 repeats one. A seed that fails
// prints the command that repeats it, and becomes a story once it is understood.

import { expect, test } from 'vitest'
import { type FaultName, faultNames, type MemberOptions, weather } from '../../src/sim/index.ts'
import { newCluster } from '../stories/story.ts'

const only = process.env.HEARSAY_SEED
const count = Number(process.env.HEARSAY_STORMS ?? 40)
const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [Number(only)]
const TRANSITIONS_SHOWN = 60

const strikes = new Map<FaultName, number>()
const turns = new Map<string, number>()

for (const seed of seeds) {
  const forger = seed % 4 === 0
  test(`the members agree after storm ${seed}${forger ? ', with a forger' : ''}`, () => {
    const exempt = forger ? (['S6', 'S10'] as const) : []
    const cluster = newCluster({ members: 0, seed, options: optionsOf(seed), exempt })
    try {
      const report = weather(cluster, { forger })
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

// Damage is seen everywhere only with checksums everywhere; without, S10 could not hold.
function optionsOf(seed: number): MemberOptions {
  const common = { crcEverywhere: true }
  if (seed % 7 === 1) return { ...common, label: 'storm' }
  if (seed % 7 === 2) return { ...common, application: 'serf' }
  if (seed % 7 === 3) return { ...common, keyring: [new Uint8Array(16).fill(1 + (seed % 255))] }
  return common
}

function add<K>(counts: Map<K, number>, key: K, amount: number): void {
  counts.set(key, (counts.get(key) ?? 0) + amount)
}
