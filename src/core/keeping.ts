// What the host has on disk of our own, as far as the core has told it: which life, and how
// far each of our streams. From the difference to what there is come the records still to be
// told, so that whatever writes into a stream of ours need not think of disks.

import { ceilingAbove, isCeilingNear, type Kept, type KeptStream } from './disk/book.ts'
import type { KeptEntry, KeptRecord, KeptStreamId } from './disk/records.ts'
import type { Entry } from './state/entry.ts'
import type { Stream } from './state/store.ts'
import { OWN_CHANNEL } from './state/stream-id.ts'

interface Mark {
  generation: number
  base: number
  gcFloor: number
}

export class Keeping {
  /** Of our present life; on disk already. */
  generation: number
  /** The highest life that the host was asked to keep. */
  asked: number
  /** What the lives before have left is held again. */
  isRevived = false
  #company: number
  /** Since when fewer count than did. */
  #fewerMs = Number.POSITIVE_INFINITY
  #ceilingMs: number
  #streams: readonly KeptStream[]
  readonly #markByChannel = new Map<number, Mark>()

  constructor({ generation, ceilingMs, company, streams }: Kept) {
    this.generation = generation
    this.asked = generation
    this.#ceilingMs = ceilingMs
    this.#company = company
    this.#streams = streams
  }

  /** Stamps of the lives before are at or below it; Unix milliseconds. */
  get ceilingMs(): number {
    return this.#ceilingMs
  }

  /** The host has been asked for a life above this already, and has not answered. */
  isAskedAbove(generation: number): boolean {
    return this.asked > generation && this.asked > this.generation
  }

  get hasFormer(): boolean {
    return this.#streams.length > 0
  }

  /** Streams of the lives before, oldest first, until `release` lets go of them. */
  former(channel: number): readonly KeptStream[] {
    return this.#streams.filter((stream) => stream.channel === channel)
  }

  /** Keys of our own that the lives before have left, those that have ended left out. */
  formerKeys(wallMs: number): readonly KeptEntry[] {
    const entryByKey = new Map<string, KeptEntry>()
    for (const { entries } of this.former(OWN_CHANNEL)) {
      for (const entry of entries) entryByKey.set(entry.key, entry)
    }
    return [...entryByKey.values()].filter(
      ({ kind, endsMs }) => kind === 'set' && (endsMs === undefined || endsMs > wallMs),
    )
  }

  /** A stream of a life before that is not held again now; it stays on disk. */
  forgo(stream: KeptStream): void {
    this.#streams = this.#streams.filter((one) => one !== stream)
  }

  /** Forgets streams of lives before: nobody needs them any more. */
  release(isOver: (stream: KeptStreamId) => boolean): readonly KeptRecord[] {
    const over = this.#streams.filter(isOver)
    this.#streams = this.#streams.filter((stream) => !isOver(stream))
    return over.map(({ channel, generation }) => ({ record: 'done', channel, generation }))
  }

  /** How far stamps may go from now on, if the last word on that is nearly used up. */
  newsOfClock(at: { readonly wallMs: number; readonly clockMs: number }): readonly KeptRecord[] {
    if (!isCeilingNear(this.#ceilingMs, at)) return []
    this.#ceilingMs = ceilingAbove(at)
    return [{ record: 'clock', ceilingMs: this.#ceilingMs }]
  }

  /**
   * Whether so many are more than half of all that counted when we last knew. A process that has
   * just begun remembers nobody; without this it would take a small side for everybody.
   */
  isMajority(living: number): boolean {
    return 2 * living > this.#company
  }

  /** How many count now: more at once, fewer when that has been so for `afterMs`. */
  newsOfCompany(members: number, nowMs: number, afterMs: number): readonly KeptRecord[] {
    const isFewer = members < this.#company
    this.#fewerMs = isFewer ? Math.min(this.#fewerMs, nowMs) : Number.POSITIVE_INFINITY
    if (members === this.#company || (isFewer && nowMs - this.#fewerMs < afterMs)) return []
    this.#company = members
    this.#fewerMs = Number.POSITIVE_INFINITY
    return [{ record: 'company', members }]
  }

  /** Whether all that we have written to a stream of ours has been handed over. */
  hasAllOf({ channel, generation, replica }: Stream): boolean {
    const mark = this.#markByChannel.get(channel)
    return mark?.generation === generation && mark.base === replica.base
  }

  /** Whether a key of a stream of ours was written since it was handed over last. */
  lacks({ channel, generation, replica }: Stream, key: string): boolean {
    const mark = this.#markByChannel.get(channel)
    const keptUpTo = mark?.generation === generation ? mark.base : 0
    return (replica.find(key)?.version ?? 0) > keptUpTo
  }

  /** What has changed in a stream of ours since this was asked last. */
  newsOf({ channel, generation, replica }: Stream, wallOffsetMs: number): readonly KeptRecord[] {
    const before = this.#markByChannel.get(channel)
    const isSame = before?.generation === generation
    const mark = isSame ? before : { generation, base: 0, gcFloor: 0 }
    const { base, gcFloor } = replica
    if (mark.base === base && mark.gcFloor === gcFloor) return []
    const id = { channel, generation }
    const records: KeptRecord[] = []
    let last = 0
    for (const entry of replica.above(mark.base)) {
      records.push({ record: 'entry', ...id, ...keptEntry(entry, wallOffsetMs) })
      last = entry.version
    }
    if (last < base || gcFloor > mark.gcFloor) {
      records.push({ record: 'reach', ...id, base, gcFloor })
    }
    if (before !== undefined && !isSame) this.#streams = [...this.#streams, formerOf(id, before)]
    this.#markByChannel.set(channel, { generation, base, gcFloor })
    return records
  }
}

/** Its entries are on disk and held here as well: nobody asks for them. */
function formerOf({ channel }: KeptStreamId, mark: Mark): KeptStream {
  return { channel, ...mark, entries: [] }
}

function keptEntry({ key, version, kind, value, expiresMs }: Entry, offsetMs: number): KeptEntry {
  const endsMs =
    expiresMs === Number.POSITIVE_INFINITY ? undefined : Math.ceil(expiresMs + offsetMs)
  return { key, version, kind, value, endsMs }
}
