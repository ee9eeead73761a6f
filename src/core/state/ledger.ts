// Which shared streams are over: an adopter has taken what was in them, up to a version, and
// says so in its own stream, under a key of its own kind. From then on nobody takes the stream
// any more. What somebody holds of it above that version nobody else may have: it is adopted,
// too. Entries are merged like slots: the greater version, the later time.

import { borrowWriter } from '../base/bytes.ts'
import { readText, writeText } from '../base/sized.ts'
import { readVarint, writeVarint } from '../base/varint.ts'
import type { Reach } from '../wire/acknowledgement.ts'
import type { Place } from '../wire/state-parts.ts'
import type { KeyChange } from './entry.ts'
import { readWhole } from './lattices/form.ts'
import { ACTOR_NAME_BYTES_MAX } from './lattices/index.ts'
import { placeOf } from './place.ts'
import type { Stream } from './store.ts'
import { SHARED_CHANNEL, streamKeyOf } from './stream-id.ts'

export interface LedgerEntry {
  /** Whose stream is over, of which life. */
  readonly name: string
  readonly generation: number
  /** The adopter had everything up to this version. */
  readonly upTo: number
  /** Unix time at which it was adopted. */
  readonly atMs: number
}

/** No kind of slot begins with it. */
const LETTER = 'L'

/** The key of an entry in its adopter's stream. */
export function ledgerKeyOf({
  name,
  generation,
}: Pick<LedgerEntry, 'name' | 'generation'>): string {
  const { high, low } = placeOf(closedKeyOf({ name, generation }))
  return `${LETTER}${hex(high)}${hex(low)}`
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0')
}

export function isLedgerKey(key: string): boolean {
  return key.startsWith(LETTER)
}

/** The stream that an entry is about. */
export function closedKeyOf({
  name,
  generation,
}: Pick<LedgerEntry, 'name' | 'generation'>): string {
  return streamKeyOf({ name, generation, channel: SHARED_CHANNEL })
}

export function encodeLedger({ name, generation, upTo, atMs }: LedgerEntry): Uint8Array {
  const writer = borrowWriter()
  writeText(writer, name)
  writeVarint(writer, generation)
  writeVarint(writer, upTo)
  writeVarint(writer, Math.floor(atMs))
  return writer.take()
}

/** Undefined for what is no entry, or not under its own key. */
export function decodeLedger(key: string, bytes: Uint8Array): LedgerEntry | undefined {
  const entry = readWhole(bytes, (reader) => ({
    name: readText(reader, ACTOR_NAME_BYTES_MAX),
    generation: readVarint(reader),
    upTo: readVarint(reader),
    atMs: readVarint(reader),
  }))
  return entry !== undefined && ledgerKeyOf(entry) === key ? entry : undefined
}

export function mergeLedger(one: LedgerEntry, other: LedgerEntry): LedgerEntry {
  const upTo = Math.max(one.upTo, other.upTo)
  return { ...one, upTo, atMs: Math.max(one.atMs, other.atMs) }
}

interface Waiting {
  readonly version: number
  readonly entry: LedgerEntry
}

export class Ledger {
  /** Entries that count, by the stream they are about, then by the stream they stand in. */
  readonly #entriesByClosed = new Map<string, Map<string, LedgerEntry>>()
  /** Entries above the base of the stream they stand in: what was adopted is not here yet. */
  readonly #waitingByHolder = new Map<string, Map<string, Waiting>>()
  readonly #closedPlaces = new Set<string>()
  /** The newest life of each name that is over. */
  readonly #lastByName = new Map<string, number>()

  /** Streams that are over. */
  get size(): number {
    return this.#entriesByClosed.size
  }

  isClosed(streamKey: string): boolean {
    return this.#entriesByClosed.has(streamKey)
  }

  isClosedPlace(place: Place): boolean {
    return this.#closedPlaces.has(placeText(place))
  }

  /** Up to where a stream was adopted; undefined if it is not over. */
  upTo(streamKey: string): number | undefined {
    const entries = this.#entriesByClosed.get(streamKey)
    return entries && Math.max(...[...entries.values()].map(({ upTo }) => upTo))
  }

  /** The streams that say so of one that is over. */
  holdersOf(streamKey: string): ReadonlySet<string> {
    return new Set(this.#entriesByClosed.get(streamKey)?.keys())
  }

  /** The newest life of a name that is over, and up to where it was adopted. */
  lastOf(name: string): Reach | undefined {
    const generation = this.#lastByName.get(name)
    const base = generation && this.upTo(closedKeyOf({ name, generation }))
    return base === undefined ? undefined : { generation: generation ?? 0, base }
  }

  /** Follows a stream; answers the entries that count from now on. */
  follow({ key, replica }: Stream, changes: readonly KeyChange[]): readonly LedgerEntry[] {
    for (const change of changes) if (isLedgerKey(change.key)) this.#note(key, change)
    const waiting = this.#waitingByHolder.get(key)
    if (waiting === undefined) return []
    const counting: LedgerEntry[] = []
    for (const [ledgerKey, { version, entry }] of waiting) {
      if (version > replica.base) continue
      waiting.delete(ledgerKey)
      this.#count(key, entry)
      counting.push(entry)
    }
    if (waiting.size === 0) this.#waitingByHolder.delete(key)
    return counting
  }

  #note(holder: string, { kind, key, version, value }: KeyChange): void {
    if (kind !== 'set') return this.#forget(holder, key)
    const entry = decodeLedger(key, value)
    if (entry === undefined) return
    const waiting = this.#waitingByHolder.get(holder) ?? new Map<string, Waiting>()
    waiting.set(key, { version, entry })
    this.#waitingByHolder.set(holder, waiting)
  }

  #count(holder: string, entry: LedgerEntry): void {
    const closed = closedKeyOf(entry)
    const entries = this.#entriesByClosed.get(closed) ?? new Map<string, LedgerEntry>()
    entries.set(holder, entry)
    this.#entriesByClosed.set(closed, entries)
    this.#closedPlaces.add(placeText(placeOf(closed)))
    const last = this.#lastByName.get(entry.name) ?? 0
    this.#lastByName.set(entry.name, Math.max(last, entry.generation))
  }

  #forget(holder: string, ledgerKey: string): void {
    this.#waitingByHolder.get(holder)?.delete(ledgerKey)
    for (const [closed, entries] of this.#entriesByClosed) {
      const entry = entries.get(holder)
      if (entry === undefined || ledgerKeyOf(entry) !== ledgerKey) continue
      entries.delete(holder)
      if (entries.size > 0) continue
      this.#entriesByClosed.delete(closed)
      this.#closedPlaces.delete(placeText(placeOf(closed)))
      if (this.#lastByName.get(entry.name) === entry.generation) this.#findLast(entry.name)
    }
  }

  #findLast(name: string): void {
    this.#lastByName.delete(name)
    for (const entries of this.#entriesByClosed.values()) {
      for (const entry of entries.values()) {
        const last = this.#lastByName.get(name) ?? 0
        if (entry.name === name) this.#lastByName.set(name, Math.max(last, entry.generation))
      }
    }
  }
}

function placeText({ high, low }: Place): string {
  return `${high} ${low}`
}
