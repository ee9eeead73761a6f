// All of `node.state`: keys of one's own (state.ts), shared values (shared.ts), and what they have
// in common: writing, hearing what the core tells, ending.

import type { Command, MemberView, Millis, Notice, StateReads } from '../core/index.ts'
import type { Logger, NodeState } from './api.ts'
import { SharedState } from './shared.ts'
import type { WriteOptions, Written } from './shared-api.ts'
import { OwnState } from './state.ts'

export interface NodeStateParts {
  readonly selfName: string
  readonly reads: StateReads
  readonly memberView: (name: string) => MemberView | undefined
  /** Gives a command to the core and waits as the options say; rejects with what went wrong. */
  readonly write: (command: Command, options: WriteOptions) => Promise<Written>
  /** A command whose outcome nobody waits for. */
  readonly tell: (command: Command) => void
  /** Unix time minus machine time. */
  readonly wallOffsetMs: () => Millis
  readonly unixMs: () => Millis
  readonly logger: Logger
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
    this.state = stateOf(this.#own, this.#shared)
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
    const { streams, keys, bytes, graves, islands, rumors, sharedKeys } = this.state.stats()
    const { dropped, unreadable } = this.#shared.counters()
    return {
      state_streams: streams,
      state_keys: keys,
      state_shared_keys: sharedKeys,
      state_bytes: bytes,
      state_graves: graves,
      state_islands: islands,
      state_rumors: rumors,
      state_watch_dropped_total: this.#own.dropped + dropped,
      state_unreadable_total: unreadable,
    }
  }
}

function stateOf(own: OwnState, shared: SharedState): NodeState {
  const { own: keys, of, query, watch, stats } = own
  const { map, multi, custom, set, counter, flag, max, min } = shared
  return Object.freeze({
    ...{ own: keys, of, query, watch, stats },
    ...{ map, multi, custom, set, counter, flag, max, min },
  })
}
