// The counter workload: half of the requests add 0 to 4 at a server, half read the sum there.
// After the last partition every server must read what all additions come to.

import { type Challenge, Servers } from './servers.ts'

export interface CounterResult {
  readonly requests: number
  readonly messagesPerRequest: number
  /** What was added, and what the servers read in the end. */
  readonly added: number
  readonly read: readonly number[]
}

const KEY = 'added'

/** Runs the workload once. */
export function runCounter(challenge: Challenge): CounterResult {
  const addedById = new Map<string, number>()
  const servers = new Servers(challenge, () => {})
  const { cluster, random, ids } = servers
  servers.run((id) => {
    if (random.chance(0.5)) return
    const sum = (addedById.get(id) ?? 0) + random.below(5)
    addedById.set(id, sum)
    cluster.set(id, KEY, String(sum))
  })
  const { messages } = servers
  const requests = servers.requests + ids.length
  const sumAt = (id: string) => {
    const { state } = cluster.population.seat(id).process.machine
    const parts = ids.map((owner) => state.get(owner, KEY)?.value ?? new Uint8Array())
    return parts.reduce((sum, bytes) => sum + Number(String.fromCharCode(...bytes)), 0)
  }
  return {
    requests,
    messagesPerRequest: messages / requests,
    added: [...addedById.values()].reduce((sum, one) => sum + one, 0),
    read: ids.map(sumAt),
  }
}
