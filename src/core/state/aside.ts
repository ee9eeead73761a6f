// What a member held of others when it began anew after an eviction: it is taken again, late, as
// the last copy of a write may be among it. Each stream is kept once, as far as it was held, and
// all of them take no more than a whole store: who is told of its end again and again gathers no
// more than that.

import type { Segment } from '../wire/state-parts.ts'
import { streamKeyOf } from './stream-id.ts'

export interface AsideLimits {
  readonly streamsMax: number
  readonly bytesMax: number
}

export class Aside {
  readonly #limits: AsideLimits
  readonly #segmentByStream = new Map<string, Segment>()
  #bytes = 0
  #sinceMs = Number.NEGATIVE_INFINITY

  constructor(limits: AsideLimits) {
    this.#limits = limits
  }

  /** When something was set aside last. */
  get sinceMs(): number {
    return this.#sinceMs
  }

  get segments(): readonly Segment[] {
    return [...this.#segmentByStream.values()]
  }

  /** Sets a stream aside, unless more of it is there already, or there is no room. */
  add(segment: Segment, nowMs: number): void {
    this.#sinceMs = nowMs
    const key = streamKeyOf(segment)
    const before = this.#segmentByStream.get(key)
    if (before !== undefined && before.upTo > segment.upTo) return
    const bytes = this.#bytes + sizeOf(segment) - (before === undefined ? 0 : sizeOf(before))
    const isNew = before === undefined
    if (bytes > this.#limits.bytesMax) return
    if (isNew && this.#segmentByStream.size >= this.#limits.streamsMax) return
    this.#bytes = bytes
    this.#segmentByStream.set(key, segment)
  }
}

/** Keys of units of text rather than bytes: it is about what they take here. */
function sizeOf({ entries }: Segment): number {
  return entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
}
