// All streams we hold: one of our own, the rest of others, by name and by place. Judges what
// segments may be taken: whose generation is the newest, and whether there is room (ruling
// 39). A segment is taken in full or not at all. Own streams are the truth; the others are
// copies, and could be dropped at any time.

import { assert } from '../base/assert.ts'
import { Timers } from '../base/timers.ts'
import type { Place, Segment } from '../wire/state-parts.ts'
import type { KeyChange } from './entry.ts'
import { comparePlaces, placeOf } from './place.ts'
import { type Piece, Replica, type Taken } from './replica.ts'

export interface StoreLimits {
  readonly streamKeysMax: number
  readonly streamBytesMax: number
  readonly streamsMax: number
  readonly keysMax: number
  readonly bytesMax: number
}

/** A stream that was refused for want of room is not sent for this long. */
const REFUSED_MS = 60_000
const UNWANTED_MAX = 256
const NOWHERE: readonly Place[] = []

export interface Stream {
  readonly name: string
  readonly place: Place
  readonly generation: number
  readonly replica: Replica
  /** When it last changed here. */
  changedMs: number
  /** No room for more of it until then. */
  fullUntilMs: number
}

export type Admission =
  | {
      readonly kind: 'taken'
      readonly isNews: boolean
      readonly stream: Stream
      readonly changes: readonly KeyChange[]
    }
  /** Of a life of its owner that is over. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'full'; readonly what: Shortage }

export type Shortage = 'stream-keys' | 'stream-bytes' | 'streams' | 'keys' | 'bytes'

export class Store {
  readonly #limits: StoreLimits
  readonly #streamByName = new Map<string, Stream>()
  #byPlace: Stream[] = []
  readonly #expiries = new Timers<{
    readonly name: string
    readonly key: string
    version: number
  }>()
  /** Streams that we do not hold and that are not to be sent for a while. */
  readonly #unwanted = new Map<string, { readonly place: Place; readonly untilMs: number }>()
  #keys = 0
  #bytes = 0

  constructor(limits: StoreLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#streamByName.size
  }

  /** Keys of all streams, deleted ones that are remembered included. */
  get keys(): number {
    return this.#keys
  }

  get bytes(): number {
    return this.#bytes
  }

  /** In the order of their places. */
  get streams(): readonly Stream[] {
    return this.#byPlace
  }

  /** When the next key has lived its time; Infinity if none will. */
  get nextExpiryMs(): number {
    return this.#expiries.next
  }

  find(name: string): Stream | undefined {
    return this.#streamByName.get(name)
  }

  /** The stream at a place. */
  at(place: Place): Stream | undefined {
    const stream = this.#byPlace[this.#indexOf(place)]
    return stream !== undefined && comparePlaces(stream.place, place) === 0 ? stream : undefined
  }

  /** Opens a new generation of a stream in place of what was held under the name. */
  open(name: string, generation: number, nowMs: number): Stream {
    this.drop(name)
    const stream: Stream = {
      name,
      place: placeOf(name),
      generation,
      replica: new Replica(),
      changedMs: nowMs,
      fullUntilMs: Number.NEGATIVE_INFINITY,
    }
    this.#streamByName.set(name, stream)
    this.#byPlace.splice(this.#indexOf(stream.place), 0, stream)
    return stream
  }

  /** Takes a segment of somebody's stream, if it is of his newest life and there is room. */
  admit(segment: Segment, nowMs: number): Admission {
    const { name, generation } = segment
    const held = this.#streamByName.get(name)
    if (held !== undefined && held.generation > generation) return { kind: 'outdated' }
    const current = held?.generation === generation ? held : undefined
    const what = this.#shortage(segment, held, current)
    if (what !== undefined) {
      if (held === undefined) this.refuse(name, nowMs)
      else held.fullUntilMs = nowMs + REFUSED_MS
      return { kind: 'full', what }
    }
    if (current !== undefined) return this.#take(current, segment, nowMs)
    const stream = this.open(name, generation, nowMs)
    const taken = this.#take(stream, segment, nowMs)
    if (held === undefined) return taken
    return { ...taken, changes: [...lostOf(held, stream), ...taken.changes] }
  }

  /** Notes that a stream is not to be sent to us for a while. */
  refuse(name: string, nowMs: number): void {
    if (this.#unwanted.size >= UNWANTED_MAX) this.#unwanted.clear()
    this.#unwanted.set(name, { place: placeOf(name), untilMs: nowMs + REFUSED_MS })
  }

  /** A stream that was refused is welcome again. */
  welcome(name: string): void {
    this.#unwanted.delete(name)
  }

  /** Where the streams lie that are not to be sent to us now. */
  unwanted(nowMs: number): readonly Place[] {
    if (this.#unwanted.size === 0) return NOWHERE
    for (const [name, { untilMs }] of this.#unwanted) {
      if (untilMs <= nowMs) this.#unwanted.delete(name)
    }
    return [...this.#unwanted.values()].map(({ place }) => place)
  }

  /** Forgets a stream; answers the keys that are seen no more. */
  drop(name: string): readonly KeyChange[] {
    const stream = this.#streamByName.get(name)
    if (stream === undefined) return []
    this.#streamByName.delete(name)
    this.#byPlace.splice(this.#indexOf(stream.place), 1)
    this.#keys -= stream.replica.size
    this.#bytes -= stream.replica.bytes
    for (const { key } of stream.replica.entries) this.#expiries.clear(expiryKey(name, key))
    return lostOf(stream, undefined)
  }

  /** Has something done to a replica, and keeps the sums right. */
  update<T>({ name, replica }: Stream, change: (replica: Replica) => T): T {
    assert(this.#streamByName.get(name)?.replica === replica, 'a stream that changes is held')
    const { size, bytes } = replica
    const result = change(replica)
    this.#keys += replica.size - size
    this.#bytes += replica.bytes - bytes
    return result
  }

  /** Notes when keys just set have lived their time. */
  watchExpiry({ name, replica }: Stream, changes: readonly KeyChange[]): void {
    for (const { kind, key, version } of changes) {
      const expiresMs = replica.find(key)?.expiresMs ?? Number.POSITIVE_INFINITY
      const timerKey = expiryKey(name, key)
      if (kind !== 'set' || expiresMs === Number.POSITIVE_INFINITY) this.#expiries.clear(timerKey)
      else this.#expiries.set(timerKey, expiresMs, { name, key, version })
    }
  }

  /** Ends the next key that has lived its time, if one has. */
  expireNext(nowMs: number): { readonly stream: Stream; readonly change: KeyChange } | undefined {
    for (;;) {
      const due = this.#expiries.take(nowMs)
      if (due === undefined) return undefined
      const { name, key, version } = due.timer
      const stream = this.#streamByName.get(name)
      if (stream === undefined) continue
      const change = this.update(stream, (replica) => replica.expire(key, version))
      if (change !== undefined) return { stream, change }
    }
  }

  /** What there would be too much of with one more key of these sizes in a stream. */
  shortageOf(stream: Stream, key: string, sizeBytes: number): Shortage | undefined {
    const held = stream.replica.find(key)
    const size = stream.replica.size + (held === undefined ? 1 : 0)
    const bytes = stream.replica.bytes + sizeBytes - (held?.sizeBytes ?? 0)
    return this.#excess(stream, { size, bytes })
  }

  #shortage(
    segment: Segment,
    held: Stream | undefined,
    current: Stream | undefined,
  ): Shortage | undefined {
    if (held === undefined && this.size >= this.#limits.streamsMax) return 'streams'
    const { replica } = current ?? { replica: NOTHING }
    return this.#excess(held, replica.forecast(segment))
  }

  #excess(
    held: Stream | undefined,
    { size, bytes }: { readonly size: number; readonly bytes: number },
  ): Shortage | undefined {
    const { streamKeysMax, streamBytesMax, keysMax, bytesMax } = this.#limits
    if (size > streamKeysMax) return 'stream-keys'
    if (bytes > streamBytesMax) return 'stream-bytes'
    if (this.#keys - (held?.replica.size ?? 0) + size > keysMax) return 'keys'
    if (this.#bytes - (held?.replica.bytes ?? 0) + bytes > bytesMax) return 'bytes'
    return undefined
  }

  #take(stream: Stream, piece: Piece, nowMs: number): Extract<Admission, { kind: 'taken' }> {
    const taken: Taken = this.update(stream, (replica) => replica.take(piece, nowMs))
    if (taken.isNews) stream.changedMs = nowMs
    stream.fullUntilMs = Number.NEGATIVE_INFINITY
    this.watchExpiry(stream, taken.changes)
    return { kind: 'taken', stream, ...taken }
  }

  #indexOf(place: Place): number {
    let low = 0
    let high = this.#byPlace.length
    while (low < high) {
      const middle = (low + high) >> 1
      const stream = this.#byPlace[middle]
      if (stream !== undefined && comparePlaces(stream.place, place) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

const NOTHING = new Replica()

function expiryKey(name: string, key: string): string {
  return `${name}\n${key}`
}

/** The keys of a stream that are seen no more once `next` has taken its place. */
function lostOf(stream: Stream, next: Stream | undefined): readonly KeyChange[] {
  const lost: KeyChange[] = []
  for (const { kind, key } of stream.replica.entries) {
    if (kind !== 'set' || next?.replica.find(key)?.kind === 'set') continue
    lost.push({ kind: 'delete', key, version: 0, value: new Uint8Array(0) })
  }
  return lost
}
