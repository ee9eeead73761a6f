// What somebody waits for: that enough members hold a write of ours, or that we hold what enough
// of them held. Only what is waited for is kept here; the walks beside it ask and settle.

import type { Stream } from './store.ts'

/** Until so many members hold what a stream of ours had when the wait began. */
export interface AckWait {
  readonly stream: Stream
  readonly version: number
  /** Members, ourselves included. */
  readonly needed: number
  /** Machine time. */
  readonly untilMs: number
  readonly finished: (result: Acked) => void
}

export interface Acked {
  readonly acked: number
  readonly needed: number
}

/** Until we hold what so many others held after the wait began. */
export interface FetchWait {
  readonly needed: number
  readonly untilMs: number
  /** Those who are asked and have not been caught up with, by name. */
  readonly asked: Map<string, Asked>
  /** How many have been caught up with. */
  synced: number
  readonly finished: (result: Synced) => void
}

export interface Synced {
  readonly synced: number
  readonly needed: number
}

/** How far a question to one member has come. */
export interface Asked {
  /** Comparisons begun with it. */
  tries: number
  /** Of the last one: its answer carries it. */
  salt: number
  /** When to try again. */
  againMs: number
}

export class Waits {
  readonly acks = new Set<AckWait>()
  readonly fetches = new Set<FetchWait>()
  /** What each member had said when it was last asked for its word, and how often since. */
  readonly asksByName = new Map<string, { readonly said: number; readonly tries: number }>()
}
