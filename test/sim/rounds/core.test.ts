// The rounds engine's model of hearsay's rule beside the production core: both tell one rumor
// to everybody, with about as many messages a member.

import { expect, test } from 'vitest'
import { Core } from '../../../src/core/index.ts'
import { Cluster, type SpreadScenario, sampleMany, summarise } from '../../../src/sim/index.ts'

const MEMBERS = 40
const BROADCASTS = 6
const WINDOW_MS = 3000

/** Datagrams a member sends for one broadcast, beyond those of as long a quiet time before it. */
function datagramsOfCore(): number {
  const cluster = new Cluster({
    seed: 5,
    checkers: [],
    make: (config, random) => new Core(config, { random }),
  })
  const ids = Array.from({ length: MEMBERS }, (_, i) => `m${i}`)
  const { tally } = cluster.network
  const sentWithin = (): number => {
    const before = tally.sent
    cluster.run(WINDOW_MS)
    return tally.sent - before
  }
  cluster.form(ids)
  cluster.settle()
  cluster.run(30_000)
  let sent = 0
  for (let i = 0; i < BROADCASTS; i++) {
    const quiet = sentWithin()
    cluster.broadcast(ids[i * 3] ?? 'm0', 'news', new Uint8Array(20))
    sent += sentWithin() - quiet
  }
  return sent / BROADCASTS / MEMBERS
}

test('the model of hearsay’s rule sends as much as the core, give or take a tenth', () => {
  const scenario: SpreadScenario = { protocol: 'hearsay', nodes: MEMBERS }
  const { messages, reachedAll } = summarise(scenario, sampleMany(scenario, { runs: 200, seed: 1 }))
  const model = messages.mean / MEMBERS
  expect(reachedAll).toBe(1)
  // The core sends a little less: some copies ride on its pings and acks.
  const ratio = datagramsOfCore() / model
  expect(ratio).toBeGreaterThan(0.9)
  expect(ratio).toBeLessThan(1.02)
})
