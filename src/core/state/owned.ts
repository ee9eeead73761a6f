// Our own keys: the one stream that we write. Gives versions, gathers what is written close
// together into one segment, and forgets deleted keys once every member has said that it
// knows (by proof, never by age).

import { equalBytes } from '../base/bytes.ts'
import type { Segment } from '../wire/state-parts.ts'
import type { Entry, KeyChange } from './entry.ts'
import { wireEntry } from './entry.ts'
import type { Acknowledged } from './known.ts'
import { Lately } from './lately.ts'
import type { Piece } from './replica.ts'
import type { Stream } from './store.ts'

export interface Write {
  readonly key: string
  readonly value: Uint8Array
  readonly ttlMs: number | undefined
  /** It gets a new version even if nothing else is new about it. */
  readonly again?: boolean
}

export class Owned {
  readonly stream: Stream
  /** By how many ms members have said that it is too far ahead of their clocks. */
  readonly aheadBy = new Lately<number>()
  /** What was written up to here is in a segment already, or too large for one. */
  #toldVersion = 0

  constructor(stream: Stream) {
    this.stream = stream
  }

  /** True if something was written since the last segment. */
  get hasUntold(): boolean {
    return this.stream.replica.base > this.#toldVersion
  }

  /** What was written since the last segment, by version. */
  untold(): readonly Entry[] {
    return [...this.stream.replica.above(this.#toldVersion)]
  }

  /** Writes a key; nothing changes if it holds the same for ever already. */
  set({ key, value, ttlMs, again }: Write, nowMs: number): readonly KeyChange[] {
    const { replica } = this.stream
    const held = replica.find(key)
    const isSame = held?.kind === 'set' && held.expiresMs === Number.POSITIVE_INFINITY
    if (isSame && ttlMs === undefined && again !== true && equalBytes(held.value, value)) return []
    return replica.write({ key, kind: 'set', value, ttlMs }, nowMs)
  }

  /** Deletes a key, if it is there. */
  delete(key: string, nowMs: number): readonly KeyChange[] {
    const { replica } = this.stream
    if (replica.find(key)?.kind !== 'set') return []
    return replica.write({ key, kind: 'deleted', value: NOTHING, ttlMs: undefined }, nowMs)
  }

  /**
   * A segment with all that was written since the last one. It begins at the newest key left
   * alone: whoever has that needs nothing of what was overwritten in between.
   */
  takeSegment(nowMs: number): Segment {
    const { replica } = this.stream
    const { gcFloor } = replica
    const above = Math.max(replica.newestAt(this.#toldVersion), gcFloor)
    const entries = this.untold().map((entry) => wireEntry(entry, nowMs))
    this.#toldVersion = replica.base
    const upTo = replica.base
    return segmentOf(this.stream, { above, upTo, gcFloor, whole: false, islands: [], entries })
  }

  /** Lets go of what is too large for a segment: it is pulled instead. */
  skipSegment(): void {
    this.#toldVersion = this.stream.replica.base
  }

  /** Forgets deleted keys that all of `members` know of; true if there were any. */
  collect(members: Iterable<string>, known: Acknowledged): boolean {
    const { replica, generation } = this.stream
    if (replica.graves === 0) return false
    let floor = replica.base
    for (const name of members) floor = Math.min(floor, known.of(name, generation))
    return replica.collect(floor)
  }
}

const NOTHING = new Uint8Array(0)

/** A piece of a stream with the stream's identity on it. */
export function segmentOf({ name, generation, channel }: Stream, piece: Piece): Segment {
  return { name, generation, channel, ...piece }
}
