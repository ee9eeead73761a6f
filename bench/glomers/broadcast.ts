// The broadcast workload: half of the requests give a server a new number, half ask a server for
// all numbers it has. Every number must be read on every server in the end. How long that
// takes is told in two ways, both from the acknowledgement on: until the last server has the
// number (exact), and until no read misses it any more, which is what the challenge reports.

import { type Challenge, Servers } from './servers.ts'

export interface BroadcastResult {
  readonly requests: number
  readonly broadcasts: number
  /** Between servers, by request. */
  readonly messagesPerRequest: number
  /** From the acknowledgement until the last server has it; one a broadcast, ascending. */
  readonly exactMs: readonly number[]
  /** From the acknowledgement until the last read that misses it; ascending. */
  readonly readMs: readonly number[]
  /** Broadcasts that some server does not have in the end. */
  readonly lost: number
}

interface Number {
  readonly atMs: number
  readonly missing: Set<string>
  /** When the last server had it. */
  everywhereMs: number
  /** When a read last missed it. */
  missedMs: number
}

/** Runs the workload once. */
export function runBroadcast(challenge: Challenge): BroadcastResult {
  const numbers = new Map<string, Number>()
  const servers = new Servers(challenge, (id, keys) => {
    for (const key of keys) {
      const number = numbers.get(key)
      if (number === undefined || !number.missing.delete(id)) continue
      if (number.missing.size === 0) number.everywhereMs = servers.cluster.nowMs
    }
  })
  const { cluster, ids } = servers
  const read = (id: string) => {
    for (const number of numbers.values()) {
      if (number.missing.has(id)) number.missedMs = cluster.nowMs
    }
  }
  servers.run((id) => {
    if (servers.random.chance(0.5)) return read(id)
    const key = `n${numbers.size}`
    const atMs = cluster.nowMs
    numbers.set(key, { atMs, missing: new Set(ids), everywhereMs: Infinity, missedMs: atMs })
    cluster.set(id, key, '')
  })
  const { messages } = servers
  for (const id of ids) read(id)
  const all = [...numbers.values()]
  const requests = servers.requests + ids.length
  return {
    requests,
    broadcasts: all.length,
    messagesPerRequest: messages / requests,
    exactMs: all.map(({ atMs, everywhereMs }) => everywhereMs - atMs).sort((a, b) => a - b),
    readMs: all.map(({ atMs, missedMs }) => missedMs - atMs).sort((a, b) => a - b),
    lost: all.filter(({ missing }) => missing.size > 0).length,
  }
}
