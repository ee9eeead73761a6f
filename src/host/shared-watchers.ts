// Those who watch shared values: each hears the changes of one map of one kind. Changes reach a
// watch as it wants them told; the watch keeps the last of each key.

import type { Notice, SharedChange, SlotPlace } from '../core/index.ts'
import { StateWatch } from './state-watch.ts'

/** A map of one kind. */
export type Space = Omit<SlotPlace, 'key'>

export interface Watching<C> {
  readonly prefix: string
  readonly initial: readonly C[]
  readonly signal: AbortSignal | undefined
  readonly keyOf: (change: C) => string
  /** A change as the watch tells it; undefined if it is nothing to it. */
  readonly told: (change: SharedChange) => C | undefined
}

interface Watcher {
  readonly prefix: string
  readonly hear: (change: SharedChange) => void
  readonly end: () => void
}

export class SharedWatchers {
  /** By map, then by watch. */
  readonly #watchersBySpace = new Map<string, Map<object, Watcher>>()
  #closed = false
  #dropped = 0
  #gaps = 0

  /** Changes that slow readers missed. */
  get dropped(): number {
    return this.#dropped
  }

  /** How often one began to miss some. */
  get gaps(): number {
    return this.#gaps
  }

  /** Hands changes that the core tells of to whoever watches them. */
  hear({ changes }: Extract<Notice, { kind: 'shared' }>): void {
    if (this.#watchersBySpace.size === 0) return
    for (const change of changes) {
      for (const watcher of this.#watchersBySpace.get(keyOf(change))?.values() ?? []) {
        if (change.key.startsWith(watcher.prefix)) watcher.hear(change)
      }
    }
  }

  /** Opens a watch over a map. */
  open<C>(space: Space, { prefix, told, ...watching }: Watching<C>): StateWatch<C> {
    const watch = new StateWatch<C>({
      ...watching,
      onEnd: (ended) => this.#remove(space, ended),
      onDrop: (count, isNewGap) => {
        this.#dropped += count
        if (isNewGap) this.#gaps++
      },
    })
    const hear = (change: SharedChange) => {
      const one = told(change)
      if (one !== undefined) watch.push(one)
    }
    if (this.#closed) watch.end()
    else if (!watching.signal?.aborted) {
      this.#add(space, watch, { prefix, hear, end: () => watch.end() })
    }
    return watch
  }

  /** Ends all watches. */
  close(): void {
    this.#closed = true
    for (const watchers of [...this.#watchersBySpace.values()]) {
      for (const { end } of [...watchers.values()]) end()
    }
  }

  #add(space: Space, watch: object, watcher: Watcher): void {
    const watchers = this.#watchersBySpace.get(keyOf(space)) ?? new Map<object, Watcher>()
    this.#watchersBySpace.set(keyOf(space), watchers.set(watch, watcher))
  }

  #remove(space: Space, watch: object): void {
    const watchers = this.#watchersBySpace.get(keyOf(space))
    watchers?.delete(watch)
    if (watchers?.size === 0) this.#watchersBySpace.delete(keyOf(space))
  }
}

function keyOf({ lattice, map }: Space): string {
  return `${lattice} ${map}`
}
