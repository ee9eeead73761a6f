// What a node has of its own on disk, as one picture: the records of a file applied one after
// the other. From it comes what the next life begins with, and the file written anew without
// what has been overwritten. Knows no files.

import { concat, EMPTY } from '../base/bytes.ts'
import { OWN_CHANNEL } from '../state/stream-id.ts'
import {
  DISK_FORMAT,
  type DiskOwner,
  type DiskRecord,
  encodeRecord,
  type KeptEntry,
  type KeptRecord,
  type KeptStreamId,
} from './records.ts'

/** A stream of a former life, complete up to `base`. */
export interface KeptStream extends KeptStreamId {
  readonly base: number
  readonly gcFloor: number
  /** Versions rise. */
  readonly entries: readonly KeptEntry[]
}

/** What a life begins with. */
export interface Kept {
  /** Of the life that begins: above all before it, and on disk already. */
  readonly generation: number
  /** Unix milliseconds; every stamp of the lives before is at or below it. */
  readonly ceilingMs: number
  /** So many members counted, ourselves included; 0 if none were ever met. */
  readonly company: number
  /** Of the lives before, oldest first. */
  readonly streams: readonly KeptStream[]
}

interface Page extends KeptStreamId {
  base: number
  gcFloor: number
  readonly entryByKey: Map<string, KeptEntry>
}

export class Book {
  readonly owner: DiskOwner
  #generation: number
  #ceilingMs: number
  #company = 0
  readonly #pageById = new Map<string, Page>()

  constructor(owner: DiskOwner, { generation, ceilingMs }: Pick<Kept, 'generation' | 'ceilingMs'>) {
    this.owner = owner
    this.#generation = generation
    this.#ceilingMs = ceilingMs
  }

  /** The highest of all lives noted. */
  get generation(): number {
    return this.#generation
  }

  get ceilingMs(): number {
    return this.#ceilingMs
  }

  /** The streams noted, those of older lives first. */
  get streams(): readonly KeptStream[] {
    const pages = [...this.#pageById.values()]
    return pages
      .sort((one, other) => one.generation - other.generation || one.channel - other.channel)
      .map(({ entryByKey, ...page }) => ({ ...page, entries: rising(entryByKey.values()) }))
  }

  /** Notes one record more. A second head says nothing new. */
  apply(record: DiskRecord): void {
    switch (record.record) {
      case 'entry': {
        const { record: _, channel, generation, ...entry } = record
        return this.#put(this.#page(record), entry)
      }
      case 'reach':
        return raise(this.#page(record), record)
      case 'done':
        this.#pageById.delete(idOf(record))
        break
      case 'clock':
        this.#ceilingMs = Math.max(this.#ceilingMs, record.ceilingMs)
        break
      case 'life':
        this.#generation = Math.max(this.#generation, record.generation)
        break
      case 'company':
        this.#company = record.members
    }
  }

  #put(page: Page, entry: KeptEntry): void {
    // Taken out first, so that the order of the map stays that of the versions.
    page.entryByKey.delete(entry.key)
    page.entryByKey.set(entry.key, entry)
    page.base = Math.max(page.base, entry.version)
  }

  /** Opens a life above all before it; `wallMs` is the wall clock's time. */
  beginLife(wallMs: number): Kept {
    const [company, streams] = [this.#company, this.streams]
    const before = { ceilingMs: this.#ceilingMs, company, streams }
    const now = Math.max(0, Math.floor(wallMs))
    this.#generation = Math.max(this.#generation + 1, now)
    this.#ceilingMs = ceilingAbove({ wallMs: now, clockMs: this.#ceilingMs })
    return { generation: this.#generation, ...before }
  }

  /** A whole file that says the same, without what nobody needs at `wallMs`. */
  file(wallMs: number): Uint8Array {
    const parts = [this.#head()]
    if (this.#company > 0) parts.push(encodeRecord({ record: 'company', members: this.#company }))
    for (const page of this.#pageById.values()) {
      forgetPast(page, wallMs)
      const { channel, generation, base, gcFloor } = page
      const id = { channel, generation }
      for (const entry of page.entryByKey.values()) {
        parts.push(encodeRecord({ record: 'entry', ...id, ...entry }))
      }
      parts.push(encodeRecord({ record: 'reach', ...id, base, gcFloor }))
    }
    return concat(...parts)
  }

  #head(): Uint8Array {
    const [generation, ceilingMs] = [this.#generation, this.#ceilingMs]
    const format = DISK_FORMAT
    return encodeRecord({ record: 'head', format, ...this.owner, generation, ceilingMs })
  }

  #page(id: KeptStreamId): Page {
    const key = idOf(id)
    const { channel, generation } = id
    const page = this.#pageById.get(key) ?? {
      ...{ channel, generation, base: 0, gcFloor: 0 },
      entryByKey: new Map<string, KeptEntry>(),
    }
    this.#pageById.set(key, page)
    // Whatever order records come in: a stream that is written in belongs to a life.
    this.#generation = Math.max(this.#generation, generation)
    return page
  }
}

/** How far ahead of the wall clock stamps may be given before that is kept anew. */
const AHEAD_MS = 10_000
/** A clock that runs ahead of the wall gets less, or a restart a second would carry it away. */
const PUSHED_MS = 1000

/** Up to where stamps may be given from now on, in Unix milliseconds. */
export function ceilingAbove(at: { readonly wallMs: number; readonly clockMs: number }): number {
  return Math.max(Math.floor(at.wallMs) + AHEAD_MS, Math.floor(at.clockMs) + PUSHED_MS)
}

/** Whether a ceiling is so near that it is time for the next one. */
export function isCeilingNear(
  ceilingMs: number,
  { wallMs, clockMs }: { readonly wallMs: number; readonly clockMs: number },
): boolean {
  return ceilingMs < wallMs + AHEAD_MS / 2 || ceilingMs <= clockMs
}

function idOf({ channel, generation }: KeptStreamId): string {
  return `${channel} ${generation}`
}

function rising(entries: Iterable<KeptEntry>): readonly KeptEntry[] {
  return [...entries].sort((one, other) => one.version - other.version)
}

function raise(page: Page, { base, gcFloor }: Extract<KeptRecord, { record: 'reach' }>): void {
  page.base = Math.max(page.base, base)
  if (gcFloor <= page.gcFloor) return
  page.gcFloor = gcFloor
  for (const { key, kind, version } of [...page.entryByKey.values()]) {
    if (kind !== 'set' && version <= gcFloor) page.entryByKey.delete(key)
  }
}

/**
 * What has lived its time is a grave. Graves of own keys go with the life that dug them, which
 * is over for every reader of this file; those of shared slots below the floor alone.
 */
function forgetPast(page: Page, wallMs: number): void {
  for (const entry of [...page.entryByKey.values()]) {
    const isOver = entry.endsMs !== undefined && entry.endsMs <= wallMs
    if (entry.kind === 'set' && !isOver) continue
    if (page.channel === OWN_CHANNEL || entry.version <= page.gcFloor)
      page.entryByKey.delete(entry.key)
    else
      page.entryByKey.set(entry.key, {
        ...entry,
        kind: isOver ? 'expired' : entry.kind,
        value: EMPTY,
      })
  }
}
