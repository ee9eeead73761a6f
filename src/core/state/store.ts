// All streams we hold: our own, and those of others, by identity and by place. Judges what
// segments may be taken: whose generation is the newest, and whether there is room (ruling
// 39). A segment is taken in full or not at all. Own streams are the truth; the others are
// copies, and could be dropped at any time.

import { assert } from '../base/assert.ts'
import { Timers } from '../base/timers.ts'
import type { Place, Segment } from '../wire/state-parts.ts'
import type { KeyChange } from './entry.ts'
import { comparePlaces, placeOf } from './place.ts'
import { type Piece, Replica, type Taken } from './replica.ts'
import { SHARED_CHANNEL, type StreamId, streamKeyOf } from './stream-id.ts'

export interface StoreLimits {
  readonly streamKeysMax: number
  readonly streamBytesMax: number
  readonly streamsMax: number
  readonly keysMax: number
  readonly bytesMax: number
  /** Ranges held above a gap; one more is not noted. */
  readonly islandsMax: number
}

/** A stream that was refused for want of room is not sent for this long. */
const REFUSED_MS = 60_000
const UNWANTED_MAX = 256
const NOWHERE: readonly Place[] = []
const NO_STREAMS: readonly Stream[] = []

export interface Stream extends StreamId {
  /** Stands for the identity. */
  readonly key: string
  readonly place: Place
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

/** A key with the bytes that it and its value take. */
export interface KeySize {
  readonly key: string
  readonly sizeBytes: number
}

export type Shortage = 'stream-keys' | 'stream-bytes' | 'streams' | 'keys' | 'bytes'

export class Store {
  readonly #limits: StoreLimits
  readonly #streamByKey = new Map<string, Stream>()
  /** What each member adds to shared maps, one stream a life, in the order of their lives. */
  readonly #livesByName = new Map<string, readonly Stream[]>()
  #byPlace: Stream[] = []
  readonly #expiries = new Timers<{
    readonly stream: string
    readonly key: string
    readonly version: number
  }>()
  /** Until then we lack something for which there was no room. */
  #shortUntilMs = Number.NEGATIVE_INFINITY
  /** Streams that we do not hold and that are not to be sent for a while. */
  readonly #unwanted = new Map<string, { readonly place: Place; readonly untilMs: number }>()
  #keys = 0
  #bytes = 0
  #islands = 0

  constructor(limits: StoreLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#streamByKey.size
  }

  /** Keys of all streams, deleted ones that are remembered included. */
  get keys(): number {
    return this.#keys
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Ranges of versions held above a gap, of all streams. */
  get islands(): number {
    return this.#islands
  }

  /** In the order of their places. */
  get streams(): readonly Stream[] {
    return this.#byPlace
  }

  /** When the next key has lived its time; Infinity if none will. */
  get nextExpiryMs(): number {
    return this.#expiries.next
  }

  /** The stream of a `streamKeyOf`; a member's own keys go by its name. */
  find(key: string): Stream | undefined {
    return this.#streamByKey.get(key)
  }

  /** The stream at a place. */
  at(place: Place): Stream | undefined {
    const stream = this.#byPlace[this.#indexOf(place)]
    return stream !== undefined && comparePlaces(stream.place, place) === 0 ? stream : undefined
  }

  /** What a member added to shared maps in each of its lives that is held, the oldest first. */
  livesOf(name: string): readonly Stream[] {
    return this.#livesByName.get(name) ?? NO_STREAMS
  }

  /** Members that have added something to shared maps. */
  get authors(): Iterable<string> {
    return this.#livesByName.keys()
  }

  get hasShared(): boolean {
    return this.#livesByName.size > 0
  }

  /** Opens a stream, in place of an earlier generation of it if there is one. */
  open({ name, generation, channel }: StreamId, nowMs: number): Stream {
    const key = streamKeyOf({ name, generation, channel })
    this.drop(key)
    const stream: Stream = {
      name,
      generation,
      channel,
      key,
      place: placeOf(key),
      replica: new Replica(),
      changedMs: nowMs,
      fullUntilMs: Number.NEGATIVE_INFINITY,
    }
    this.#streamByKey.set(key, stream)
    this.#byPlace.splice(this.#indexOf(stream.place), 0, stream)
    if (channel === SHARED_CHANNEL) this.#noteLives(name, [...this.livesOf(name), stream])
    return stream
  }

  /** Takes a segment of somebody's stream, if it is of his newest life and there is room. */
  admit(segment: Segment, nowMs: number): Admission {
    const { generation } = segment
    const key = streamKeyOf(segment)
    const held = this.#streamByKey.get(key)
    if (held !== undefined && held.generation > generation) return { kind: 'outdated' }
    const current = held?.generation === generation ? held : undefined
    const what = this.#shortage(segment, held, current)
    if (what !== undefined) {
      this.refuse(key, nowMs)
      this.#shortUntilMs = nowMs + REFUSED_MS
      return { kind: 'full', what }
    }
    if (current !== undefined) return this.#take(current, segment, nowMs)
    const stream = this.open(segment, nowMs)
    const taken = this.#take(stream, segment, nowMs)
    if (held === undefined) return taken
    return { ...taken, changes: [...lostOf(held, stream), ...taken.changes] }
  }

  /** Whether something had no room here a while ago. */
  isShort(nowMs: number): boolean {
    return nowMs < this.#shortUntilMs
  }

  /** Whether there is no room for a segment of the life of its owner that is held, or of a new one. */
  lacksRoomFor(segment: Segment): boolean {
    const held = this.#streamByKey.get(streamKeyOf(segment))
    return this.#shortage(segment, held, held) !== undefined
  }

  /** Notes that no more of a stream is to be sent to us for a while: a minute, unless given. */
  refuse(key: string, nowMs: number, forMs: number = REFUSED_MS): void {
    const untilMs = nowMs + forMs
    const held = this.#streamByKey.get(key)
    if (held !== undefined) {
      held.fullUntilMs = untilMs
      return
    }
    if (this.#unwanted.size >= UNWANTED_MAX) this.#unwanted.clear()
    this.#unwanted.set(key, { place: placeOf(key), untilMs })
  }

  /** A stream that was refused is welcome again. */
  welcome(key: string): void {
    this.#unwanted.delete(key)
    const held = this.#streamByKey.get(key)
    if (held !== undefined) held.fullUntilMs = Number.NEGATIVE_INFINITY
  }

  /** Whether what lies at a place is not to be sent to us now. */
  isUnwanted(place: Place, nowMs: number): boolean {
    for (const { place: one, untilMs } of this.#unwanted.values()) {
      if (comparePlaces(one, place) === 0) return untilMs > nowMs
    }
    return false
  }

  /** Where the streams lie that are not to be sent to us now. */
  unwanted(nowMs: number): readonly Place[] {
    if (this.#unwanted.size === 0) return NOWHERE
    for (const [key, { untilMs }] of this.#unwanted) {
      if (untilMs <= nowMs) this.#unwanted.delete(key)
    }
    return [...this.#unwanted.values()].map(({ place }) => place)
  }

  /** Forgets a stream; answers the keys that are seen no more. */
  drop(streamKey: string): readonly KeyChange[] {
    const stream = this.#streamByKey.get(streamKey)
    if (stream === undefined) return []
    this.#streamByKey.delete(streamKey)
    this.#byPlace.splice(this.#indexOf(stream.place), 1)
    const lives = this.livesOf(stream.name)
    if (lives.includes(stream)) {
      this.#noteLives(
        stream.name,
        lives.filter((life) => life !== stream),
      )
    }
    this.#keys -= stream.replica.size
    this.#bytes -= stream.replica.bytes
    this.#islands -= stream.replica.islands.length
    for (const { key } of stream.replica.entries) this.#expiries.clear(expiryKey(streamKey, key))
    return lostOf(stream, undefined)
  }

  /** Has something done to a replica, and keeps the sums right. */
  update<T>({ key, replica }: Stream, change: (replica: Replica) => T): T {
    assert(this.#streamByKey.get(key)?.replica === replica, 'a stream that changes is held')
    const { size, bytes } = replica
    const islands = replica.islands.length
    const result = change(replica)
    this.#keys += replica.size - size
    this.#bytes += replica.bytes - bytes
    this.#islands += replica.islands.length - islands
    return result
  }

  /** Notes when keys just set have lived their time. */
  watchExpiry({ key: streamKey, replica }: Stream, changes: readonly KeyChange[]): void {
    for (const { kind, key, version } of changes) {
      const expiresMs = replica.find(key)?.expiresMs ?? Number.POSITIVE_INFINITY
      const timerKey = expiryKey(streamKey, key)
      if (kind !== 'set' || expiresMs === Number.POSITIVE_INFINITY) this.#expiries.clear(timerKey)
      else this.#expiries.set(timerKey, expiresMs, { stream: streamKey, key, version })
    }
  }

  /** Ends the next key that has lived its time, if one has. */
  expireNext(nowMs: number): { readonly stream: Stream; readonly change: KeyChange } | undefined {
    for (;;) {
      const due = this.#expiries.take(nowMs)
      if (due === undefined) return undefined
      const { key, version } = due.timer
      const stream = this.#streamByKey.get(due.timer.stream)
      if (stream === undefined) continue
      const change = this.update(stream, (replica) => replica.expire(key, version))
      if (change !== undefined) return { stream, change }
    }
  }

  /** What there would be too much of with these keys, each once, in a stream. */
  shortageOf(stream: Stream, keys: readonly KeySize[]): Shortage | undefined {
    let { size, bytes } = stream.replica
    for (const { key, sizeBytes } of keys) {
      const held = stream.replica.find(key)
      if (held === undefined) size++
      bytes += sizeBytes - (held?.sizeBytes ?? 0)
    }
    return this.#excess(stream, { size, bytes })
  }

  #noteLives(name: string, lives: readonly Stream[]): void {
    if (lives.length === 0) this.#livesByName.delete(name)
    else {
      const sorted = [...lives].sort((one, other) => one.generation - other.generation)
      this.#livesByName.set(name, sorted)
    }
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
    const islandsLeft = this.#limits.islandsMax - this.#islands
    const taken: Taken = this.update(stream, (replica) =>
      replica.take(piece, nowMs, replica.islands.length + islandsLeft),
    )
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

function expiryKey(streamKey: string, key: string): string {
  return `${streamKey}\n${key}`
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
