// All of `node.state`: keys of one's own (state.ts), shared values (shared.ts), and what they have
// in common: writing, hearing what the core tells, ending.

import type { MemberView, Millis, Notice, StateReads } from '../core/index.ts'
import type { Logger, NodeState } from './api.ts'
import type { Clock } from './clock.ts'
import { codecs } from './codecs.ts'
import { SharedState } from './shared.ts'
import type { SharedKind, StateReadyOptions } from './shared-api.ts'
import { OwnState } from './state.ts'
import type { StateAsker } from './state-commands.ts'
import { explainKey } from './state-explain.ts'
import { stateReady } from './state-ready.ts'

export interface NodeStateParts extends StateAsker {
  readonly clock: Clock
  readonly selfName: string
  readonly reads: StateReads
  readonly memberView: (name: string) => MemberView | undefined
  readonly memberViews: () => readonly MemberView[]
  /** Resolves once this node has joined, or is alone by design. */
  readonly joined: (waiting: StateReadyOptions) => Promise<unknown>
  /** Unix time minus machine time. */
  readonly wallOffsetMs: () => Millis
  readonly unixMs: () => Millis
  readonly logger: Logger
  /** Tries the merges that the application brings on what they meet. */
  readonly isDevelopment: boolean
}

/** What the core tells of state. */
export type StateNotice = Extract<Notice, { kind: 'state' | 'shared' }>

export class StateOfNode {
  readonly #own: OwnState
  readonly #shared: SharedState
  /** What applications hold. */
  readonly state: NodeState

  constructor(parts: NodeStateParts) {
    this.#own = new OwnState(parts)
    this.#shared = new SharedState(parts)
    this.state = stateOf(parts, this.#own, this.#shared)
  }

  hear(notice: StateNotice): void {
    if (notice.kind === 'state') this.#own.hear(notice)
    else this.#shared.hear(notice)
  }

  /** Ends all watches. */
  close(): void {
    this.#own.close()
    this.#shared.close()
  }

  counters(): Readonly<Record<string, number>> {
    const stats = this.state.stats()
    const { dropped, gaps, unreadable } = this.#shared.counters()
    return {
      state_streams: stats.streams,
      state_keys: stats.keys,
      state_shared_keys: stats.sharedKeys,
      state_bytes: stats.bytes,
      state_graves: stats.graves,
      state_islands: stats.islands,
      state_rumors: stats.rumors,
      state_rumor_bytes: stats.rumorBytes,
      state_rumor_age_ms: stats.rumorAgeMs,
      state_clock_ahead_ms: stats.clockAheadMs,
      state_laggards: stats.laggards,
      state_unheard_by: stats.unheardBy,
      state_stability_lag_ms: stats.stabilityLagMs,
      state_leases: stats.leases,
      state_leases_hidden: stats.leasesHidden,
      state_tombstones: stats.tombstones,
      state_sweep_waits_for: stats.sweepWaitsFor,
      state_gone: stats.gone,
      state_adoptions_stuck: stats.adoptionsStuck,
      state_stamps_ahead_ms: stats.stampsAheadMs,
      state_watch_dropped_total: this.#own.dropped + dropped,
      state_watch_gaps_total: this.#own.gaps + gaps,
      state_unreadable_total: unreadable,
    }
  }
}

function stateOf(parts: NodeStateParts, own: OwnState, shared: SharedState): NodeState {
  const { own: keys, of, query, watch, stats } = own
  const { map, multi, custom, set, counter, flag, max, min } = shared
  const peers = () => peersOf(parts.memberViews(), parts.selfName)
  const rawMap = (name: string) => map(name, { codec: codecs.bytes() })
  return Object.freeze({
    ...{ own: keys, of, query, watch, stats, sync: parts.sync },
    ...{ map, multi, custom, set, counter, flag, max, min },
    explain: (name: string, key = '', kind: SharedKind = 'map') =>
      explainKey(parts, kind, { name, key }),
    ready: (options?: StateReadyOptions) => stateReady({ ...parts, peers, rawMap }, options),
  })
}

/** How many others are there that hold state. */
export function peersOf(views: readonly MemberView[], selfName: string): number {
  const isPeer = ({ name, status, hearsay }: MemberView) =>
    name !== selfName && hearsay && (status === 'alive' || status === 'suspect')
  return views.filter(isPeer).length
}
