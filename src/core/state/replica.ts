// One stream as we hold it: the keys of one owner, and how far we have them. Everything at or
// below `base` is here or superseded at or below it; islands above it are complete relative
// to their own lower ends. Takes segments in any order, twice or never, and comes to the same
// (delta rules: docs/state.md). Judges nothing about owners, room or time; the store does.

import { utf8Length } from '../base/text.ts'
import type { Segment, StateEntry, VersionRange } from '../wire/state-parts.ts'
import { type Entry, type KeyChange, NO_VALUE, wireEntry } from './entry.ts'
import { Islands } from './islands.ts'
import { VersionOrder } from './version-order.ts'

const ISLANDS_MAX = 64

/** What taking a segment came to. */
export interface Taken {
  /** Something is held now that was not before. */
  readonly isNews: boolean
  readonly changes: readonly KeyChange[]
}

export interface DeltaOptions {
  readonly nowMs: number
  /** Undefined is answered where the entries take more. */
  readonly bytesMax: number
  readonly entriesMax: number
}

/** A part of a stream: everything, except what the owner's name and generation say. */
export type Piece = Pick<Segment, 'above' | 'upTo' | 'gcFloor' | 'whole' | 'islands' | 'entries'>

export class Replica {
  readonly #entryByKey = new Map<string, Entry>()
  readonly #order = new VersionOrder()
  readonly #islands = new Islands()
  /** How many may be noted now. */
  #islandsMax = ISLANDS_MAX
  #base = 0
  #gcFloor = 0
  #bytes = 0
  #graves = 0
  #fringe: number | undefined = 0

  get base(): number {
    return this.#base
  }

  /** Deleted and expired keys up to here are forgotten. */
  get gcFloor(): number {
    return this.#gcFloor
  }

  get islands(): readonly VersionRange[] {
    return this.#islands.ranges
  }

  /** Keys, the deleted and expired that are still remembered included. */
  get size(): number {
    return this.#entryByKey.size
  }

  /** Deleted and expired keys that are still remembered. */
  get graves(): number {
    return this.#graves
  }

  /** Of all keys and values. */
  get bytes(): number {
    return this.#bytes
  }

  get entries(): IterableIterator<Entry> {
    return this.#entryByKey.values()
  }

  find(key: string): Entry | undefined {
    return this.#entryByKey.get(key)
  }

  /** Stands for the keys and versions held above the base; 0 if there are none. */
  get fringe(): number {
    this.#fringe ??= fringeOf(this.#order.above(this.#base))
    return this.#fringe
  }

  /** The entries above a version, rising. */
  above(version: number): Iterable<Entry> {
    return this.#order.above(version)
  }

  // ---- taking -------------------------------------------------------------------------

  /** At most how many keys and bytes would be held after taking a segment. */
  forecast({ whole, upTo, entries }: Piece): { readonly size: number; readonly bytes: number } {
    const isSwap = whole && upTo > this.#base
    let size = isSwap ? 0 : this.size
    let bytes = isSwap ? 0 : this.#bytes
    if (isSwap) {
      for (const entry of this.#order.above(upTo)) {
        size++
        bytes += entry.sizeBytes
      }
    }
    for (const entry of entries) {
      if (!isSwap && entry.version <= this.#base) continue
      const held = isSwap ? undefined : this.#entryByKey.get(entry.key)
      if (held === undefined) size++
      bytes += sizeOf(entry) - (held?.sizeBytes ?? 0)
    }
    return { size, bytes }
  }

  /** Takes a segment of this stream; `islandsMax`: if all streams have nearly too many. */
  take(piece: Piece, nowMs: number, islandsMax = ISLANDS_MAX): Taken {
    const changes: KeyChange[] = []
    this.#islandsMax = Math.min(ISLANDS_MAX, islandsMax)
    const news = piece.whole
      ? this.#takeWhole(piece, nowMs, changes)
      : this.#takeRange(piece, nowMs, changes)
    const raised = this.#raiseFloor(piece.gcFloor)
    return { isNews: news || raised, changes }
  }

  #takeRange(piece: Piece, nowMs: number, changes: KeyChange[]): boolean {
    let news = false
    for (const entry of piece.entries) {
      // What is at or below the base has been decided: an old copy must not teach it again.
      if (entry.version > this.#base) news = this.#put(entry, nowMs, changes) || news
    }
    const moved = this.#cover([piece, ...piece.islands])
    return moved || news
  }

  /** At once, or a key deleted meanwhile could be seen again between two halves. */
  #takeWhole(piece: Piece, nowMs: number, changes: KeyChange[]): boolean {
    if (piece.upTo <= this.#base) return this.#takeRange({ ...piece, whole: false }, nowMs, changes)
    const named = new Set(piece.entries.map(({ key }) => key))
    for (const entry of [...this.#entryByKey.values()]) {
      if (entry.version > piece.upTo || named.has(entry.key)) continue
      this.#forget(entry)
      if (entry.kind === 'set') {
        changes.push({ kind: 'delete', key: entry.key, version: piece.upTo, value: NO_VALUE })
      }
    }
    for (const entry of piece.entries) {
      if (entry.version > this.#base) this.#put(entry, nowMs, changes)
    }
    this.#cover([{ above: 0, upTo: piece.upTo }, ...piece.islands])
    return true
  }

  /** Notes that ranges are complete; true if the base or an island has grown. */
  #cover(ranges: readonly VersionRange[]): boolean {
    let news = false
    for (const { above, upTo } of ranges) {
      if (upTo <= above || upTo <= this.#base) continue
      if (above > this.#base) {
        news = this.#islands.add({ above, upTo }, this.#islandsMax) || news
        continue
      }
      this.#base = this.#islands.absorb(upTo)
      news = true
    }
    if (news) this.#fringe = undefined
    return news
  }

  #put(entry: StateEntry, nowMs: number, changes: KeyChange[]): boolean {
    const { key, version, ttlMs } = entry
    const held = this.#entryByKey.get(key)
    if (held !== undefined && held.version >= version) return false
    const expiresMs = ttlMs === undefined ? Number.POSITIVE_INFINITY : nowMs + ttlMs
    const { kind, value } = entry
    this.#insert({
      key,
      version,
      kind,
      value,
      expiresMs,
      sizeBytes: sizeOf(entry),
      isCurrent: true,
    })
    if (kind === 'set') changes.push({ kind, key, version, value })
    else if (held?.kind === 'set') {
      changes.push({ kind: kind === 'deleted' ? 'delete' : 'expire', key, version, value })
    }
    return true
  }

  #insert(entry: Entry): void {
    const held = this.#entryByKey.get(entry.key)
    if (held !== undefined) this.#forget(held)
    this.#entryByKey.set(entry.key, entry)
    this.#order.add(entry)
    this.#bytes += entry.sizeBytes
    if (entry.kind !== 'set') this.#graves++
    this.#fringe = undefined
  }

  #forget(entry: Entry): void {
    this.#entryByKey.delete(entry.key)
    this.#order.retire(entry)
    this.#bytes -= entry.sizeBytes
    if (entry.kind !== 'set') this.#graves--
    this.#fringe = undefined
  }

  /** Forgets the graves that the owner says nobody needs any more. */
  #raiseFloor(floor: number): boolean {
    if (floor <= this.#gcFloor || floor > this.#base) return false
    this.#gcFloor = floor
    if (this.#graves === 0) return true
    for (const entry of [...this.#entryByKey.values()]) {
      if (entry.version <= floor && entry.kind !== 'set') this.#forget(entry)
    }
    return true
  }

  /** The key has lived its time: everybody who holds it comes to this by himself. */
  expire(key: string, version: number): KeyChange | undefined {
    const entry = this.#entryByKey.get(key)
    if (entry === undefined || entry.version !== version || entry.kind !== 'set') return undefined
    if (version <= this.#gcFloor) this.#forget(entry)
    else {
      entry.kind = 'expired'
      entry.value = NO_VALUE
      this.#bytes -= entry.sizeBytes
      entry.sizeBytes = utf8Length(key)
      this.#bytes += entry.sizeBytes
      this.#graves++
    }
    return { kind: 'expire', key, version, value: NO_VALUE }
  }

  // ---- writing, by the owner alone ----------------------------------------------------

  /** Gives the next version to a key, or to nothing: then only the base moves. */
  write(entry: Omit<StateEntry, 'version'> | undefined, nowMs: number): readonly KeyChange[] {
    const changes: KeyChange[] = []
    const version = this.#base + 1
    if (entry !== undefined) this.#put({ ...entry, version }, nowMs, changes)
    this.#base = version
    this.#fringe = undefined
    return changes
  }

  /** Says that nobody needs graves up to `floor` any more; true if that is new. */
  collect(floor: number): boolean {
    return this.#raiseFloor(Math.min(floor, this.#base))
  }

  // ---- giving -------------------------------------------------------------------------

  /** All that somebody lacks who holds everything up to `base`; undefined if it is too much. */
  deltaAbove(base: number, { nowMs, bytesMax, entriesMax }: DeltaOptions): Piece | undefined {
    const whole = base < this.#gcFloor
    const above = whole ? 0 : base
    const entries: StateEntry[] = []
    let room = bytesMax
    for (const entry of this.#order.above(above)) {
      room -= entry.sizeBytes + ENTRY_OVERHEAD_BYTES
      if (room < 0 || entries.length === entriesMax) return undefined
      entries.push(wireEntry(entry, nowMs))
    }
    const upTo = Math.max(above, this.#base)
    const islands = this.#islands.ranges.filter((range) => range.upTo > upTo)
    return { above, upTo, gcFloor: this.#gcFloor, whole, islands, entries }
  }

  /**
   * The next entries above `after`, as many as fit, those above the base too: they may have taken
   * the place of what was below it. Together the pieces say all up to the base of the first: what
   * comes in between two of them is above that. The last piece says so.
   */
  pieceAbove(
    { above, after }: { readonly above: number; readonly after: number },
    { nowMs, bytesMax, entriesMax }: DeltaOptions,
  ): { readonly piece: Piece; readonly isLast: boolean } {
    const entries: StateEntry[] = []
    const [upTo, gcFloor] = [this.#base, this.#gcFloor]
    const piece = { above, upTo, gcFloor, whole: above === 0, islands: [], entries }
    let room = bytesMax
    for (const entry of this.#order.above(after)) {
      room -= entry.sizeBytes + ENTRY_OVERHEAD_BYTES
      const isFull = room < 0 || entries.length === entriesMax
      if (isFull && entries.length > 0) return { piece, isLast: false }
      entries.push(wireEntry(entry, nowMs))
    }
    return { piece, isLast: true }
  }

  /** The highest version that is left at or below `version`; 0 if there is none. */
  newestAt(version: number): number {
    return this.#order.newestAt(version)
  }
}

/** About what an entry costs in a message beside its key and value. */
const ENTRY_OVERHEAD_BYTES = 20

function sizeOf({ key, value }: Pick<StateEntry, 'key' | 'value'>): number {
  return utf8Length(key) + value.length
}

/** Order does not matter, so that replicas which came to the same in other ways agree. */
function fringeOf(entries: Iterable<Entry>): number {
  let sum = 0
  for (const { key, version } of entries) {
    let hash = (version ^ Math.floor(version / 4_294_967_296)) | 0
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
    sum = (sum + Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)) | 0
  }
  return sum >>> 0
}
