// The log of every life's stream of shared maps, as the core that wrote it told its host, and how
// much of those that are over somebody has adopted.

import { decodeLedger } from '../../core/index.ts'
import { isSlot } from '../slot-text.ts'
import type { Write } from './log.ts'

/** What names a stream: its writer and which life. */
export function streamOf(node: string, generation: number): string {
  return `${node} ${generation}`
}

export class SharedLog {
  readonly #writesByStream = new Map<string, Map<string, Write[]>>()
  /** By stream that is over: the least version up to which an adopter had it. */
  readonly #adoptedUpTo = new Map<string, number>()

  write(stream: string, key: string, write: Write): void {
    const log = this.#writesByStream.get(stream) ?? new Map<string, Write[]>()
    this.#writesByStream.set(stream, log)
    const writes = log.get(key) ?? []
    log.set(key, writes)
    writes.push(write)
    const entry = write.value && !isSlot(key) ? decodeLedger(key, write.value) : undefined
    if (entry === undefined) return
    const closed = streamOf(entry.name, entry.generation)
    const least = this.#adoptedUpTo.get(closed) ?? entry.upTo
    this.#adoptedUpTo.set(closed, Math.min(least, entry.upTo))
  }

  get streams(): Iterable<readonly [string, ReadonlyMap<string, readonly Write[]>]> {
    return this.#writesByStream
  }

  /** The keys of a stream, each with its writes, rising. */
  of(stream: string): ReadonlyMap<string, readonly Write[]> {
    return this.#writesByStream.get(stream) ?? NOTHING_WRITTEN
  }

  /** The writes of one key of a stream, rising. */
  at(stream: string, key: string): readonly Write[] {
    return this.of(stream).get(key) ?? []
  }

  /** All slots that anybody ever wrote. */
  get slots(): ReadonlySet<string> {
    return new Set(
      [...this.#writesByStream.values()].flatMap((log) => [...log.keys()].filter(isSlot)),
    )
  }

  /** Streams of a name that are over, and the least version up to which an adopter had each. */
  adopted(name: string): readonly { readonly stream: string; readonly upTo: number }[] {
    return [...this.#adoptedUpTo]
      .filter(([stream]) => stream.startsWith(`${name} `))
      .map(([stream, upTo]) => ({ stream, upTo }))
  }
}

const NOTHING_WRITTEN: ReadonlyMap<string, readonly Write[]> = new Map()
