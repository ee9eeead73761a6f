// What a member held of others when it began anew after an eviction: it is taken again, late, as
// the last copy of a write may be among it. Each stream is kept once, as far as it was held, and
// all of them take no more than a whole store: who is told of its end again and again gathers no
// more than that.

import { STATE_BYTES_HELD_MAX, STREAMS_HELD_MAX } from '../wire/state-limits.ts'
import type { Segment } from '../wire/state-parts.ts'
import { streamKeyOf } from './stream-id.ts'

export class Aside {
  readonly #segmentByStream = new Map<string, Segment>()
  #bytes = 0
  #sinceMs = Number.NEGATIVE_INFINITY

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
    if (bytes > STATE_BYTES_HELD_MAX) return
    if (isNew && this.#segmentByStream.size >= STREAMS_HELD_MAX) return
    this.#bytes = bytes
    this.#segmentByStream.set(key, segment)
  }
}

/** Keys of units of text rather than bytes: it is about what they take here. */
function sizeOf({ entries }: Segment): number {
  return entries.reduce((sum, { key, value }) => sum + key.length + value.length, 0)
}
