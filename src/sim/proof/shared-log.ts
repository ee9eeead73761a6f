// The log of every life's stream of shared maps, as the core that wrote it told its host, and how
// much of those that are over somebody has adopted.

import { decodeLedger } from '../../core/index.ts'
import { isSlot, textOf } from '../slot-text.ts'
import { FlawFound } from './flaw.ts'
import type { Write } from './log.ts'

/** What names a stream: its writer and which life. */
export function streamOf(node: string, generation: number): string {
  return `${node} ${generation}`
}

export class SharedLog {
  readonly #writesByStream = new Map<string, Map<string, Write[]>>()
  /** By stream: the members of whom it says that a life is over. */
  readonly #endsByStream = new Map<string, Set<string>>()
  readonly #withdrawn = new Set<string>()
  /** By stream that is over: the least version up to which an adopter had it. */
  readonly #adoptedUpTo = new Map<string, number>()

  write(stream: string, key: string, write: Write): void {
    const log = this.#writesByStream.get(stream) ?? new Map<string, Write[]>()
    this.#writesByStream.set(stream, log)
    const writes = log.get(key) ?? []
    log.set(key, writes)
    if (write.version <= (writes.at(-1)?.version ?? 0)) {
      const what = `${stream}: version ${write.version} of ${textOf(key)} is given again`
      throw new FlawFound('regression', what)
    }
    writes.push(write)
    if (write.value === undefined) this.#withdrawn.add(key)
    const entry = write.value && !isSlot(key) ? decodeLedger(key, write.value) : undefined
    if (entry === undefined) return
    const closed = streamOf(entry.name, entry.generation)
    this.#endsByStream.set(stream, (this.#endsByStream.get(stream) ?? new Set()).add(entry.name))
    const least = this.#adoptedUpTo.get(closed) ?? entry.upTo
    this.#adoptedUpTo.set(closed, Math.min(least, entry.upTo))
  }

  /** Whether anybody ever withdrew a slot of this key: from then on some know less of it. */
  wasWithdrawn(slot: string): boolean {
    return this.#withdrawn.has(slot)
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

  /** Whether each of two members has written that a life of the other is over. */
  endedEachOther(one: string, other: string): boolean {
    const hasEnded = (writer: string, name: string) =>
      [...this.#endsByStream].some(
        ([stream, names]) => stream.startsWith(`${writer} `) && names.has(name),
      )
    return hasEnded(one, other) && hasEnded(other, one)
  }

  /** The least version up to which an adopter had a stream; infinite if nobody has adopted it. */
  adoptedUpTo(stream: string): number {
    return this.#adoptedUpTo.get(stream) ?? Number.POSITIVE_INFINITY
  }

  /** Streams of a name that are over, and the least version up to which an adopter had each. */
  adopted(name: string): readonly { readonly stream: string; readonly upTo: number }[] {
    return [...this.#adoptedUpTo]
      .filter(([stream]) => stream.startsWith(`${name} `))
      .map(([stream, upTo]) => ({ stream, upTo }))
  }
}

const NOTHING_WRITTEN: ReadonlyMap<string, readonly Write[]> = new Map()
