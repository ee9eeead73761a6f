// What the HTTP routes see of the agent: the node, and the few facts around it.

import type { Node } from '../../host/api.ts'
import type { EventLog } from './event-log.ts'
import type { Finding, InfoJson } from './shapes.ts'
import type { StateLogs } from './state-log.ts'

export interface AgentSide {
  readonly node: Node
  /** Unix time in milliseconds. */
  readonly nowMs: () => number
  readonly startedMs: number
  /** Where this API is reached. */
  readonly url: () => string
  readonly version: string
  readonly encrypted: boolean
  readonly label: string
  /** Every option with its value now and its origin. */
  readonly config: () => InfoJson['config']
  readonly events: EventLog
  readonly stateLogs: StateLogs
  readonly isReady: () => boolean
  readonly isLeaving: () => boolean
  /** Starts the goodbye; the agent ends by itself afterwards. */
  readonly leave: () => void
  /** Event-loop lag since the last look, in milliseconds: how late timers were. */
  readonly lag: () => { readonly p99Ms: number; readonly maxMs: number }
  /** The agent's side of `doctor`. */
  readonly check: () => Promise<readonly Finding[]>
}

/** A counter or gauge of the node by its name without the `hearsay_` in front; 0 if unknown. */
export function metricOf(metrics: Readonly<Record<string, number>>, name: string): number {
  return metrics[`hearsay_${name}`] ?? metrics[name] ?? 0
}
