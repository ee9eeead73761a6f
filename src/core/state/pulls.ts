// What we are fetching over streams, and what has come of a stream that takes several pieces:
// kept apart until it is complete, because half a stream says nothing true.

import type { Resume } from '../wire/state-messages.ts'
import type { Segment, StateEntry } from '../wire/state-parts.ts'
import { placeOf } from './place.ts'
import { streamKeyOf } from './stream-id.ts'

export interface Pull {
  /** Sixteenths of the space that are asked for. */
  readonly mask: number
  /** What comes of it is news to others, too. */
  readonly spreads: boolean
  /** Called once all of it has come; never if the pull breaks off. */
  readonly finished?: (() => void) | undefined
  /** How many pieces may still come. */
  readonly piecesLeft: number
}

/** Twice what the largest store takes: nobody keeps us asking for ever. */
export const PIECES_MAX = 512

interface Staged {
  readonly head: Segment
  readonly entryByKey: Map<string, StateEntry>
  bytes: number
  after: number
  atMs: number
}

const PULLS_MAX = 2
/** A stream that broke off may be gone on with for so long. */
const STAGED_MS = 300_000
/** More than any lawful stream holds. */
const STAGED_BYTES_MAX = 12 * 1_048_576

export class Pulls {
  readonly #pullByName = new Map<string, Pull>()
  readonly #stagedByName = new Map<string, Staged>()

  /** Notes a pull from a member; false if there is one, or there are enough. */
  begin(name: string, pull: Pull): boolean {
    if (this.#pullByName.has(name) || this.#pullByName.size >= PULLS_MAX) return false
    this.#pullByName.set(name, pull)
    return true
  }

  /** The pull from a member that is on its way. */
  of(name: string): Pull | undefined {
    return this.#pullByName.get(name)
  }

  /** The pull from a member is over; what was staged stays for the next one. */
  end(name: string): Pull | undefined {
    const pull = this.#pullByName.get(name)
    this.#pullByName.delete(name)
    return pull
  }

  /** Where a pull from a member is to go on, if its last one broke off in a stream. */
  resume(name: string, nowMs: number): Resume | undefined {
    const staged = this.#stagedByName.get(name)
    if (staged === undefined) return undefined
    if (nowMs - staged.atMs > STAGED_MS) {
      this.#stagedByName.delete(name)
      return undefined
    }
    const { generation, gcFloor, above } = staged.head
    const place = placeOf(streamKeyOf(staged.head))
    return { place, generation, gcFloor, above, after: staged.after }
  }

  /** Keeps a part of a stream; `goesOn` if it follows what was kept before. */
  stage(name: string, part: Segment, { goesOn, nowMs }: Staging): void {
    const before = goesOn ? this.#matching(name, part) : undefined
    const staged = before ?? { head: part, entryByKey: new Map(), bytes: 0, after: 0, atMs: nowMs }
    for (const entry of part.entries) addEntry(staged, entry)
    staged.atMs = nowMs
    this.#stagedByName.delete(name)
    if (staged.bytes > STAGED_BYTES_MAX) return
    for (const oldest of this.#stagedByName.keys()) {
      if (this.#stagedByName.size >= PULLS_MAX) this.#stagedByName.delete(oldest)
    }
    this.#stagedByName.set(name, staged)
  }

  /** The whole of a stream whose last part has come; undefined if the beginning is missing. */
  complete(name: string, last: Segment): Segment | undefined {
    const staged = this.#matching(name, last)
    this.#stagedByName.delete(name)
    if (staged === undefined) return undefined
    for (const entry of last.entries) addEntry(staged, entry)
    const { upTo } = staged.head
    return { ...last, upTo, entries: [...staged.entryByKey.values()] }
  }

  /** What was kept of a member's answers is of no use any more. */
  discard(name: string): void {
    this.#stagedByName.delete(name)
  }

  #matching(name: string, part: Segment): Staged | undefined {
    const staged = this.#stagedByName.get(name)
    if (staged === undefined) return undefined
    const { head } = staged
    const isSame =
      streamKeyOf(head) === streamKeyOf(part) &&
      head.generation === part.generation &&
      head.gcFloor === part.gcFloor &&
      head.above === part.above &&
      // Who gives the rest must have had all that the first part speaks for.
      part.upTo >= head.upTo
    return isSame ? staged : undefined
  }
}

interface Staging {
  readonly goesOn: boolean
  readonly nowMs: number
}

function addEntry(staged: Staged, entry: StateEntry): void {
  // A later version of a key takes the place of an earlier one, at the end: versions rise.
  staged.entryByKey.delete(entry.key)
  staged.entryByKey.set(entry.key, entry)
  staged.bytes += entry.key.length + entry.value.length
  staged.after = entry.version
}
