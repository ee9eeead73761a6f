// The watches over replicated state that all readers share: one watch of the node for own keys
// and one for each shared map feeds a log with ids, from the first reader on. Who reads is a
// place in the log, as with events.

import { codecs } from '../../host/codecs.ts'
import type { NodeState } from '../../host/state-api.ts'
import { timestamp } from '../terminal/time.ts'
import { EventLog } from './event-log.ts'
import type { StreamItem } from './shapes.ts'
import { sharedChangeJson } from './shared-views.ts'
import { stateChangeJson } from './state-views.ts'

/** Shared maps that are followed at a time; the one that was asked for longest ago goes. */
const MAPS_MAX = 32

export interface StateLogParts {
  readonly state: NodeState
  readonly name: string
  /** Unix time in milliseconds. */
  readonly nowMs: () => number
}

/** What every change has that is no gap. */
interface Change {
  readonly kind: string
  readonly node?: string
  readonly key?: string
}

type Seen = { readonly at: string; readonly seenBy: string }

export class StateLogs {
  readonly #parts: StateLogParts
  readonly #mapByName = new Map<string, Following>()
  #own: Following | undefined
  #isClosed = false

  constructor(parts: StateLogParts) {
    this.#parts = parts
  }

  /** The log of own keys, which hears of everything from now on. */
  own(): EventLog {
    const { state } = this.#parts
    this.#own ??= this.#follow((signal) => state.watch({ signal }), stateChangeJson)
    return this.#own.log
  }

  /** The log of a shared map, which hears of everything from now on. */
  map(name: string): EventLog {
    const map = this.#parts.state.map(name, { codec: codecs.bytes() })
    const following =
      this.#mapByName.get(name) ??
      this.#follow(
        (signal) => map.watch({ signal }),
        (change, seen) => sharedChangeJson(name, change, seen),
      )
    this.#mapByName.delete(name)
    this.#mapByName.set(name, following)
    for (const [oldest, { end }] of this.#mapByName) {
      if (this.#mapByName.size <= MAPS_MAX) break
      this.#mapByName.delete(oldest)
      end()
    }
    return following.log
  }

  /** Ends every reader. */
  close(): void {
    this.#isClosed = true
    for (const { end } of [...this.#mapByName.values()]) end()
    this.#own?.end()
  }

  #follow<C extends Change>(
    watch: (signal: AbortSignal) => AsyncIterable<C>,
    toJson: (change: C, seen: Seen) => StreamItem,
  ): Following {
    const { name: seenBy, nowMs } = this.#parts
    const log = new EventLog(nowMs)
    const ending = new AbortController()
    const end = () => {
      ending.abort()
      log.close()
    }
    if (this.#isClosed) end()
    const follow = async () => {
      for await (const change of watch(ending.signal)) {
        const { node, key } = change
        const subject = key === undefined ? undefined : { node, key }
        log.add(toJson(change, { at: timestamp(nowMs()), seenBy }), subject)
      }
    }
    // The iterator only ends; nothing of it rejects.
    void follow()
    return { log, end }
  }
}

interface Following {
  readonly log: EventLog
  readonly end: () => void
}
