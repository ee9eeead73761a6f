// The metrics page: the node's own counters and gauges under their stable names, members by
// status, and how the process is. Labels come from closed sets, never from other members.

import { Counter, Gauge, Registry } from 'prom-client'
import type { AgentSide } from './agent-side.ts'
import { metricWords } from './metric-words.ts'

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/
const SERIES_MAX = 1000
/** A counter that came with its first event would have no rise to tell of it: it begins with 0. */
const UNCOUNTED = [...metricWords.keys()]
  .filter((word) => word.endsWith('_total'))
  .map((word) => [nameOf(word), 0] as const)

/** Prometheus text of everything the agent can count. */
export async function prometheusText(agent: AgentSide): Promise<string> {
  const registry = new Registry()
  addNodeMetrics(registry, agent.node.metrics())
  addMembers(registry, agent)
  const lag = agent.lag()
  gauge(registry, 'hearsay_loop_lag_seconds', 'Event-loop lag, 99th percentile.', lag.p99Ms / 1000)
  gauge(registry, 'hearsay_loop_lag_max_seconds', 'Event-loop lag, worst.', lag.maxMs / 1000)
  const memory = process.memoryUsage()
  gauge(registry, 'hearsay_process_resident_bytes', 'Resident memory.', memory.rss)
  gauge(registry, 'hearsay_process_heap_bytes', 'JavaScript heap in use.', memory.heapUsed)
  const encrypted = agent.encrypted ? 1 : 0
  gauge(registry, 'hearsay_encrypted', '1 if gossip is encrypted.', encrypted)
  gauge(registry, 'hearsay_start_time_seconds', 'Unix time of the start.', agent.startedMs / 1000)
  return await registry.metrics()
}

function addNodeMetrics(registry: Registry, metrics: Readonly<Record<string, number>>): void {
  const counted = Object.entries(metrics).slice(0, SERIES_MAX)
  const valueByName = new Map(counted.map(([key, value]) => [nameOf(key), value]))
  for (const [name, value] of new Map([...UNCOUNTED, ...valueByName])) {
    if (!NAME.test(name) || name === 'hearsay_members' || !Number.isFinite(value)) continue
    const bare = name.slice('hearsay_'.length)
    const help = metricWords.get(bare) ?? bare.replaceAll('_', ' ')
    if (name.endsWith('_total')) {
      new Counter({ name, help, registers: [registry] }).inc(Math.max(0, value))
    } else gauge(registry, name, help, value)
  }
}

function nameOf(key: string): string {
  return key.startsWith('hearsay_') ? key : `hearsay_${key}`
}

function addMembers(registry: Registry, agent: AgentSide): void {
  const counts = new Map([
    ['alive', 0],
    ['suspect', 0],
    ['failed', 0],
    ['left', 0],
  ])
  for (const { status } of agent.node.members()) counts.set(status, (counts.get(status) ?? 0) + 1)
  const help = 'Members by status, ourselves included.'
  const members = new Gauge({
    name: 'hearsay_members',
    help,
    labelNames: ['state'],
    registers: [registry],
  })
  for (const [state, count] of counts) members.set({ state }, count)
}

function gauge(registry: Registry, name: string, help: string, value: number): void {
  new Gauge({ name, help, registers: [registry] }).set(value)
}
