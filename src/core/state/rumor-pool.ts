// Segments that are being told: each until it was told often enough, or came back often enough
// to be known. Bounded; what falls out is repaired by comparing. Also streams whose news is
// too large to be told: others hear that it is there, and pull it.

import type { Segment } from '../wire/state-parts.ts'
import { Reached } from './reached.ts'
import { streamKeyOf } from './stream-id.ts'

export interface StateRumorItem {
  readonly segment: Segment
  /** At least what it takes encoded. */
  readonly sizeBytes: number
  /** When it came: from then on its keys live as long as it says. */
  readonly atMs: number
  /** Made when it is told first: not all that waits is. */
  encoded: Uint8Array | undefined
  /** Everybody was told by whoever wrote it: passing it on can wait. */
  toAll: boolean
  readonly reached: Reached
  sends: number
  /** How often others told us of what we had already. */
  echoes: number
}

interface Origin {
  readonly sizeBytes: number
  readonly atMs: number
  readonly toAll: boolean
  /** Who told us, if anybody did. */
  readonly source: string | undefined
}

const ITEMS_MAX = 1024
const BYTES_MAX = 1_048_576

interface Held {
  readonly generation: number
  readonly base: number
}

export class RumorPool {
  readonly #itemsByStream = new Map<string, StateRumorItem[]>()
  /** How often we have told of the news of a stream that has to be pulled, by `streamKeyOf`. */
  readonly #sendsByStream = new Map<string, number>()
  #count = 0
  #bytes = 0

  /** Segments and streams that wait to be told. */
  get size(): number {
    return this.#count + this.#sendsByStream.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How long the oldest segment has been here; 0 if there is none. */
  ageMs(nowMs: number): number {
    let oldestMs = nowMs
    for (const items of this.#itemsByStream.values()) {
      for (const { atMs } of items) oldestMs = Math.min(oldestMs, atMs)
    }
    return nowMs - oldestMs
  }

  /** Streams whose news has to be pulled. */
  get streams(): readonly string[] {
    return [...this.#sendsByStream.keys()]
  }

  /** Queues a segment in place of those it makes needless; how many more had to make room. */
  add(segment: Segment, { sizeBytes, atMs, toAll, source }: Origin): number {
    const key = streamKeyOf(segment)
    this.#removeWhere(key, ({ segment: held }) => isNeedless(held, segment))
    const items = this.#itemsByStream.get(key) ?? []
    items.push({
      segment,
      sizeBytes,
      atMs,
      encoded: undefined,
      toAll,
      reached: new Reached(source),
      sends: 0,
      echoes: 0,
    })
    this.#itemsByStream.set(key, items)
    this.#count++
    this.#bytes += sizeBytes
    let crowdedOut = 0
    for (; this.#count > ITEMS_MAX || this.#bytes > BYTES_MAX; crowdedOut++) this.#dropOldest()
    return crowdedOut
  }

  /** Queues the word that a stream has news to be pulled. */
  addStream(key: string): void {
    if (this.#sendsByStream.size < ITEMS_MAX) this.#sendsByStream.set(key, 0)
  }

  /** Somebody told us what we are telling. */
  echo(told: Segment, name: string): void {
    const { generation, above, upTo } = told
    for (const item of this.#itemsByStream.get(streamKeyOf(told)) ?? []) {
      const { segment } = item
      const isSame = segment.upTo === upTo && segment.above === above
      if (!isSame || segment.generation !== generation) continue
      item.echoes++
      item.reached.confirm(name)
    }
  }

  /** A member holds a stream as far as `held` says. */
  confirm(key: string, held: Held, name: string): void {
    for (const { segment, reached } of this.#itemsByStream.get(key) ?? []) {
      const isHeld = segment.generation === held.generation && segment.upTo <= held.base
      if (isHeld) reached.confirm(name)
    }
  }

  /** What is being told, the least told first. */
  get items(): readonly StateRumorItem[] {
    const items = [...this.#itemsByStream.values()].flat()
    return items.sort((one, other) => one.sends - other.sends)
  }

  /** Lets go of what has been told enough. */
  drop(isOver: (item: StateRumorItem) => boolean): void {
    for (const key of [...this.#itemsByStream.keys()]) this.#removeWhere(key, isOver)
  }

  /** Counts the word about streams to be pulled as told so often. */
  streamsTold(times: number, sendsMax: number): void {
    for (const [key, sends] of this.#sendsByStream) {
      if (sends + times >= sendsMax) this.#sendsByStream.delete(key)
      else this.#sendsByStream.set(key, sends + times)
    }
  }

  /** A stream is not to be told of any more. */
  forget(key: string): void {
    this.#removeWhere(key, () => true)
    this.#sendsByStream.delete(key)
  }

  clear(): void {
    this.#itemsByStream.clear()
    this.#sendsByStream.clear()
    this.#count = 0
    this.#bytes = 0
  }

  #dropOldest(): void {
    for (const [key, [oldest]] of this.#itemsByStream) {
      return this.#removeWhere(key, (item) => item === oldest)
    }
  }

  #removeWhere(key: string, isOver: (item: StateRumorItem) => boolean): void {
    const items = this.#itemsByStream.get(key)
    if (items === undefined || !items.some(isOver)) return
    const kept = items.filter((item) => !isOver(item))
    for (const item of items) if (isOver(item)) this.#bytes -= item.sizeBytes
    this.#count -= items.length - kept.length
    if (kept.length === 0) this.#itemsByStream.delete(key)
    else this.#itemsByStream.set(key, kept)
  }
}

/** Whoever takes `next` needs `held` no more. */
function isNeedless(held: Segment, next: Segment): boolean {
  if (held.generation !== next.generation) return held.generation < next.generation
  return next.above <= held.above && held.upTo <= next.upTo
}
