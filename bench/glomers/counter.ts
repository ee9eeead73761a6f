// The counter workload: half of the requests add 0 to 4 to a shared counter at a server, half read
// it there. After the last partition every server must read what all additions come to.

import { type Challenge, Servers } from './servers.ts'

export interface CounterResult {
  readonly requests: number
  readonly messagesPerRequest: number
  /** What was added, and what the servers read in the end. */
  readonly added: number
  readonly read: readonly number[]
}

const COUNTER = 'added'

/** Runs the workload once. */
export function runCounter(challenge: Challenge): CounterResult {
  const servers = new Servers(challenge, () => {})
  const { cluster, random, ids } = servers
  let added = 0
  servers.run((id) => {
    if (random.chance(0.5)) return
    const by = random.below(5)
    added += by
    cluster.put(id, COUNTER, '', { lattice: 'counter', kind: 'add', by })
  })
  const requests = servers.requests + ids.length
  const read = ids.map((id) => Number(cluster.shared(id, COUNTER, 'counter')[0]?.slice(1) ?? 0))
  return { requests, messagesPerRequest: servers.messages / requests, added, read }
}
