// Clusters of real cores in virtual time: how fast and at what cost writes spread, whether many
// of them pile up anywhere, and what state costs when nothing happens.

import { Core, Random } from 'hearsay/core'
import { Cluster } from 'hearsay/sim'
import { progress, round } from '../support/lines.ts'
import { report } from './report.ts'

const UPDATES_PER_SECOND = 300
const UPDATE_BYTES = 100
const P99_MS_MAX = 2000
const IDLE_BYTES_MAX = 400

interface Write {
  readonly atMs: number
  readonly missing: Set<string>
  everywhereMs: number
}

/** A settled cluster, and when each key that is watched came to its members. */
function form(members: number, loss: number, seed: number) {
  const writeByKey = new Map<string, Write>()
  const afterMs: number[] = []
  const cluster: Cluster = new Cluster({
    seed,
    toldMax: 0,
    options: { trace: false },
    make: (config, random) => new Core(config, { random }),
    onObservation: (observation) => {
      if (observation.kind !== 'notice' || observation.notice.kind !== 'state') return
      const { changes } = observation.notice
      for (const { key } of changes) arrived(key, observation.observer)
    },
  })
  const arrived = (key: string, id: string) => {
    const write = writeByKey.get(key)
    if (write?.missing.delete(id) !== true) return
    afterMs.push(cluster.nowMs - write.atMs)
    if (write.missing.size === 0) write.everywhereMs = cluster.nowMs - write.atMs
  }
  const ids = Array.from({ length: members }, (_, index) => `m${index}`)
  cluster.form(ids)
  cluster.settle()
  cluster.run(5000)
  cluster.disturb({ loss, delayMinMs: 1 })
  const write = (id: string, key: string, sizeBytes: number) => {
    const missing = new Set(ids)
    writeByKey.set(key, { atMs: cluster.nowMs, missing, everywhereMs: Number.POSITIVE_INFINITY })
    cluster.set(id, key, new Uint8Array(sizeBytes))
  }
  const total = (name: string) => ids.reduce((sum, id) => sum + cluster.counter(id, name), 0)
  const everywhereMs = () =>
    [...writeByKey.values()].map((one) => one.everywhereMs).sort((a, b) => a - b)
  return { cluster, ids, write, total, afterMs, everywhereMs, random: new Random(seed) }
}

function at(ascending: readonly number[], share: number): number {
  const index = Math.min(ascending.length - 1, Math.floor(ascending.length * share))
  const value = ascending[index] ?? Number.POSITIVE_INFINITY
  return Number.isFinite(value) ? round(value) : -1
}

/** Lone writes, a second apart: packets each costs, and how long it takes. */
export function measureSpreading(members: number, loss: number): void {
  progress(`spreading among ${members}, loss ${loss}`)
  const { cluster, ids, write, total, afterMs, everywhereMs, random } = form(members, loss, 7)
  write('m0', 'first', 5)
  cluster.run(5000)
  const restBefore = total('state_messages_sent_total')
  cluster.run(10_000)
  const restPerSecond = (total('state_messages_sent_total') - restBefore) / 10
  const before = total('state_messages_sent_total')
  const writes = 40
  for (let i = 0; i < writes; i += 1) {
    write(ids[random.below(members)] ?? '', `key-${i}`, 5)
    cluster.run(2000)
  }
  const messages = total('state_messages_sent_total') - before - restPerSecond * 2 * writes
  cluster.run(10_000)
  afterMs.sort((a, b) => a - b)
  report('spreading', {
    members,
    loss,
    messages_per_write: Math.round(messages / writes),
    member_p50_ms: at(afterMs, 0.5),
    member_p99_ms: at(afterMs, 0.99),
    all_p50_ms: at(everywhereMs(), 0.5),
    all_p90_ms: at(everywhereMs(), 0.9),
  })
}

/** Writes without end by all members, with a tenth of all packets lost. */
export function measureUpdates(seconds: number): void {
  const members = 100
  progress(`${UPDATES_PER_SECOND} updates a second among ${members}`)
  const { cluster, ids, write, total, everywhereMs, random } = form(members, 0.1, 11)
  const waiting: number[] = []
  const bytesBefore = total('state_bytes_sent_total')
  for (let second = 0; second < seconds; second += 1) {
    for (let i = 0; i < UPDATES_PER_SECOND; i += 1) {
      const key = `key-${second}-${i}`
      write(ids[random.below(members)] ?? '', key, UPDATE_BYTES - key.length)
      cluster.run(1000 / UPDATES_PER_SECOND)
    }
    waiting.push(Math.max(...ids.map((id) => cluster.stats(id).rumors)))
  }
  const bytes = total('state_bytes_sent_total') - bytesBefore
  cluster.run(10_000)
  const p99 = at(everywhereMs(), 0.99)
  const half = seconds >> 1
  const [early, late] = [waiting.slice(1, half), waiting.slice(half)].map((some) =>
    Math.max(...some),
  )
  const isGrowing = (late ?? 0) > 1.5 * (early ?? 0)
  report(
    'updates_300_per_second',
    {
      members,
      loss: 0.1,
      all_p50_ms: at(everywhereMs(), 0.5),
      all_p99_ms: p99,
      wanted_p99_max_ms: P99_MS_MAX,
      waiting_max_early: early ?? 0,
      waiting_max_late: late ?? 0,
      bytes_per_node_s: Math.round(bytes / seconds / members),
    },
    p99 >= 0 && p99 < P99_MS_MAX && !isGrowing,
  )
}

/** A hundred members with a key each, and nothing to tell. */
export function measureResting(): void {
  const members = 100
  progress(`${members} members at rest`)
  const { cluster, ids, write, total } = form(members, 0, 13)
  for (const id of ids) write(id, `key-of-${id}`, UPDATE_BYTES)
  cluster.run(30_000)
  const before = total('state_bytes_sent_total')
  cluster.run(30_000)
  const bytes = (total('state_bytes_sent_total') - before) / members / 30
  report(
    'at_rest',
    { members, bytes_per_node_s: round(bytes, 1), wanted_max: IDLE_BYTES_MAX },
    bytes < IDLE_BYTES_MAX,
  )
}
