// Real nodes on loopback, all in this process: a newcomer that fetches ten megabytes, and a
// write until all of fifty read it, beside the same number of memberlist's in Go.

import { spawnSync } from 'node:child_process'
import { createNode, type Node } from 'hearsay'
import { buildGoPeer } from '../support/go-peer.ts'
import { cpuMs, median, progress, round, sleep } from '../support/lines.ts'
import { report, skip } from './report.ts'

const NODES = 50
const CATCH_UP_MS_MAX = 3000
/** Of the time that memberlist takes for a user broadcast. */
const RATIO_MAX = 0.1
const PORT = 23_000

/** 10 MB of two members' keys, until a newcomer has all of it. */
export async function measureCatchingUp(rounds: number): Promise<void> {
  const times: number[] = []
  const costs: number[] = []
  for (let at = 0; at < Math.min(3, rounds); at += 1) {
    progress(`catching up: round ${at + 1}`)
    const a = await createNode({ name: 'a', bind: '127.0.0.1:0' })
    const b = await createNode({ name: 'b', bind: '127.0.0.1:0', join: a.bound })
    await b.ready()
    await Promise.all([a, b].map((node) => fill(node, 5_000_000)))
    await until(() => b.state.stats().keys === a.state.stats().keys)
    const [from, cpu] = [performance.now(), cpuMs()]
    const late = await createNode({ name: 'late', bind: '127.0.0.1:0', join: a.bound })
    await until(() => late.state.stats().keys === a.state.stats().keys)
    times.push(performance.now() - from)
    costs.push(cpuMs() - cpu)
    await Promise.all([a, b, late].map((node) => node.close()))
  }
  const ms = Math.round(median(times))
  report(
    'newcomer_has_10_mb',
    { ms, wanted_max_ms: CATCH_UP_MS_MAX, cpu_ms: Math.round(median(costs)) },
    ms < CATCH_UP_MS_MAX,
  )
}

async function fill({ state }: Node, bytes: number): Promise<void> {
  const value = new Uint8Array(1000).fill(65)
  for (let i = 0; i < bytes / value.length; i += 1) await state.own.set(`key-${i}`, value)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5)
}

/** The median time until all others read a write, ours before and after memberlist's. */
export async function measureSeenByAll(writes: number): Promise<void> {
  const before = await ourTimes(writes)
  const theirs = goTimes(writes)
  const after = await ourTimes(writes)
  const t100_ms = round(median([...before, ...after]), 2)
  if (theirs === undefined) return report('write_seen_by_50', { t100_ms })
  const go_t100_ms = round(median(theirs), 2)
  const ratio = round(t100_ms / go_t100_ms, 4)
  const fields = { t100_ms, go_t100_ms, ratio, wanted_max: RATIO_MAX }
  report('write_seen_by_50', fields, ratio <= RATIO_MAX)
}

async function ourTimes(writes: number): Promise<readonly number[]> {
  progress(`a write seen by all of ${NODES}`)
  const nodes = await startAll()
  const times: number[] = []
  for (let at = 0; at < writes; at += 1) {
    const writer = nodes[at % nodes.length]
    if (writer === undefined) break
    times.push(await timeOfWrite(nodes, writer, `key-${at}`))
    await sleep(300)
  }
  await Promise.all(nodes.map((node) => node.close()))
  return times
}

async function startAll(): Promise<readonly Node[]> {
  const nodes: Node[] = []
  for (let i = 0; i < NODES; i += 1) {
    const join = nodes.slice(0, 1).map(({ bound }) => bound)
    nodes.push(await createNode({ name: `node-${i}`, bind: '127.0.0.1:0', join }))
  }
  await until(() => nodes.every((node) => node.members().length === NODES))
  await sleep(2000)
  return nodes
}

async function timeOfWrite(nodes: readonly Node[], writer: Node, key: string): Promise<number> {
  const others = nodes.filter((node) => node !== writer)
  const arrivals = others.map(async ({ state }) => {
    const changes = state.watch({ node: writer.name, prefix: key })
    await changes.next()
    const atMs = performance.now()
    await changes.return?.()
    return atMs
  })
  const from = performance.now()
  await writer.state.own.set(key, new Uint8Array(100))
  return Math.max(...(await Promise.all(arrivals))) - from
}

/** What memberlist takes; undefined where it cannot be run. */
function goTimes(broadcasts: number): readonly number[] | undefined {
  progress(`memberlist: a user broadcast to ${NODES}`)
  let path: string
  try {
    path = buildGoPeer(false)
  } catch (error) {
    skip('write_seen_by_50 beside memberlist', error instanceof Error ? error.message : `${error}`)
    return undefined
  }
  const words = { n: NODES, port: PORT, idle: '1s', settle: '2s', broadcasts, failures: 0 }
  const result = spawnSync(
    path,
    Object.entries(words).map(([name, value]) => `-${name}=${value}`),
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const times = result.stdout
    .split('\n')
    .filter((line) => line.includes('"broadcast"'))
    .map((line) => Number(JSON.parse(line).t100_ms))
  if (times.length > 0) return times
  skip('write_seen_by_50 beside memberlist', `the program of Go ended with ${result.status}`)
  return undefined
}
