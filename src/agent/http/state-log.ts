// The watch over replicated state that all its readers share: one watch of the node feeds a log
// with ids, from the first reader on. Who reads is a place in the log, as with events.

import type { NodeState } from '../../host/state-api.ts'
import { timestamp } from '../terminal/time.ts'
import { EventLog } from './event-log.ts'
import { stateChangeJson } from './state-views.ts'

export interface StateLogParts {
  readonly state: NodeState
  readonly name: string
  /** Unix time in milliseconds. */
  readonly nowMs: () => number
}

export class StateLog {
  readonly #parts: StateLogParts
  readonly #log: EventLog
  readonly #ending = new AbortController()
  #isFollowing = false

  constructor(parts: StateLogParts) {
    this.#parts = parts
    this.#log = new EventLog(parts.nowMs)
  }

  /** The log, which hears of everything from now on. */
  open(): EventLog {
    if (!this.#isFollowing && !this.#log.isClosed) {
      this.#isFollowing = true
      // The iterator only ends; nothing of it rejects.
      void this.#follow()
    }
    return this.#log
  }

  /** Ends every reader. */
  close(): void {
    this.#ending.abort()
    this.#log.close()
  }

  async #follow(): Promise<void> {
    const { state, name, nowMs } = this.#parts
    for await (const change of state.watch({ signal: this.#ending.signal })) {
      const subject = change.kind === 'gap' ? undefined : { node: change.node, key: change.key }
      this.#log.add(stateChangeJson(change, timestamp(nowMs()), name), subject)
    }
  }
}
