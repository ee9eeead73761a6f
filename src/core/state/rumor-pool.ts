// Segments that are being told: each until it was told often enough, or came back often enough
// to be known. Bounded; what falls out is repaired by comparing. Also streams whose news is
// too large to be told: others hear that it is there, and pull it.

import type { Segment } from '../wire/state-parts.ts'

export interface StateRumorItem {
  readonly segment: Segment
  /** As it was encoded at `atMs`. */
  readonly bytes: Uint8Array
  readonly atMs: number
  sends: number
  echoes: number
}

const ITEMS_MAX = 1024
const BYTES_MAX = 1_048_576
/** Came back so often, a segment needs our voice no more. */
const ECHOES_ENOUGH = 2

export class RumorPool {
  readonly #itemsByOwner = new Map<string, StateRumorItem[]>()
  /** How often we have told of the news of a stream that has to be pulled. */
  readonly #sendsByName = new Map<string, number>()
  #count = 0
  #bytes = 0

  /** Segments and streams that wait to be told. */
  get size(): number {
    return this.#count + this.#sendsByName.size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Streams whose news has to be pulled. */
  get names(): readonly string[] {
    return [...this.#sendsByName.keys()]
  }

  /** Queues a segment in place of those it makes needless. */
  add(segment: Segment, bytes: Uint8Array, atMs: number): void {
    this.#removeWhere(segment.name, ({ segment: held }) => isNeedless(held, segment))
    const items = this.#itemsByOwner.get(segment.name) ?? []
    items.push({ segment, bytes, atMs, sends: 0, echoes: 0 })
    this.#itemsByOwner.set(segment.name, items)
    this.#count++
    this.#bytes += bytes.length
    while (this.#count > ITEMS_MAX || this.#bytes > BYTES_MAX) this.#dropOldest()
  }

  /** Queues the word that a stream has news to be pulled. */
  addName(name: string): void {
    if (this.#sendsByName.size < ITEMS_MAX) this.#sendsByName.set(name, 0)
  }

  /** Somebody told us what we are telling. */
  echo({ name, generation, above, upTo }: Segment): void {
    for (const item of this.#itemsByOwner.get(name) ?? []) {
      const { segment } = item
      const isSame = segment.upTo === upTo && segment.above === above
      if (isSame && segment.generation === generation) item.echoes++
    }
  }

  /** What is still to be told, the least told first; `sendsMax` is when enough is enough. */
  pending(sendsMax: number): readonly StateRumorItem[] {
    for (const name of [...this.#itemsByOwner.keys()]) {
      this.#removeWhere(name, ({ sends, echoes }) => sends >= sendsMax || echoes >= ECHOES_ENOUGH)
    }
    const items = [...this.#itemsByOwner.values()].flat()
    return items.sort((one, other) => one.sends - other.sends)
  }

  /** Counts the word about streams to be pulled as told so often. */
  namesTold(times: number, sendsMax: number): void {
    for (const [name, sends] of this.#sendsByName) {
      if (sends + times >= sendsMax) this.#sendsByName.delete(name)
      else this.#sendsByName.set(name, sends + times)
    }
  }

  clear(): void {
    this.#itemsByOwner.clear()
    this.#sendsByName.clear()
    this.#count = 0
    this.#bytes = 0
  }

  #dropOldest(): void {
    for (const [name, [oldest]] of this.#itemsByOwner) {
      return this.#removeWhere(name, (item) => item === oldest)
    }
  }

  #removeWhere(name: string, isOver: (item: StateRumorItem) => boolean): void {
    const items = this.#itemsByOwner.get(name)
    if (items === undefined || !items.some(isOver)) return
    const kept = items.filter((item) => !isOver(item))
    for (const item of items) if (isOver(item)) this.#bytes -= item.bytes.length
    this.#count -= items.length - kept.length
    if (kept.length === 0) this.#itemsByOwner.delete(name)
    else this.#itemsByOwner.set(name, kept)
  }
}

/** Whoever takes `next` needs `held` no more. */
function isNeedless(held: Segment, next: Segment): boolean {
  if (held.generation !== next.generation) return held.generation < next.generation
  return next.above <= held.above && held.upTo <= next.upTo
}
