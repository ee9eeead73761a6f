// The last events of the node, each with an id, shared by all streams. A stream is a place in
// this log: one that falls behind its oldest entry, or resumes from an id we no longer know,
// hears of a gap instead. So a slow reader costs nothing and delays nobody.

import { randomBytes } from 'node:crypto'
import { apiVersion } from '../contract.ts'
import { jsonText } from '../terminal/text.ts'
import { timestamp } from '../terminal/time.ts'
import type { StreamItem } from './shapes.ts'

const ENTRIES_MAX = 1000
const BYTES_MAX = 1_048_576

/** Which key an item is about, for readers that want only some. */
export interface Subject {
  /** Whose key it is; undefined for a key of all. */
  readonly node: string | undefined
  readonly key: string
}

interface Entry {
  readonly seq: number
  readonly kind: string
  readonly json: string
  readonly subject: Subject | undefined
}

/** One item as it goes out. */
export interface LoggedItem {
  /** Where to resume; undefined for what is no part of the log. */
  readonly id: string | undefined
  readonly kind: string
  readonly json: string
  readonly subject: Subject | undefined
}

export class EventLog {
  /** Tells ids of this run from those of an earlier one. */
  readonly #run = randomBytes(4).toString('hex')
  readonly #entries: Entry[] = []
  readonly #wakers = new Set<() => void>()
  #bytes = 0
  #nextSeq = 1
  #closed = false
  readonly #nowMs: () => number

  /** `nowMs` is Unix time, for the time of a gap. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Adds an event and wakes the streams. */
  add(item: StreamItem, subject?: Subject): void {
    const json = jsonText(item)
    this.#entries.push({ seq: this.#nextSeq, kind: item.kind, json, subject })
    this.#nextSeq += 1
    this.#bytes += json.length
    while (this.#entries.length > ENTRIES_MAX || this.#bytes > BYTES_MAX) {
      this.#bytes -= this.#entries.shift()?.json.length ?? 0
    }
    this.#wake()
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true
    this.#wake()
  }

  /** Where a new stream starts: after `lastId` if we know it, else at the present end. */
  cursor(lastId: string | undefined): Cursor {
    if (lastId === undefined || lastId === '') return new Cursor(this, this.#nextSeq)
    // An id of an earlier run: all we can say is that something may have been missed.
    return new Cursor(this, this.#seqAfter(lastId) ?? 0)
  }

  /** Whether all that came after `lastId` is still here. */
  holdsAllSince(lastId: string): boolean {
    return (this.#seqAfter(lastId) ?? 0) >= this.#nextSeq - this.#entries.length
  }

  #seqAfter(lastId: string): number | undefined {
    const [run, seq] = lastId.split('-')
    return run === this.#run && /^\d{1,15}$/.test(seq ?? '') ? Number(seq) + 1 : undefined
  }

  /** The next entries from `seq` on, with a gap first if some are gone. */
  read(seq: number, max: number): { readonly items: readonly LoggedItem[]; readonly next: number } {
    const oldest = this.#nextSeq - this.#entries.length
    const from = Math.max(seq, oldest)
    const slice = this.#entries.slice(from - oldest, from - oldest + max)
    const items = slice.map((entry) => this.#item(entry))
    if (seq >= oldest) return { items, next: from + slice.length }
    return { items: [this.#gap(oldest - seq, oldest - 1), ...items], next: from + slice.length }
  }

  /** Resolves at the next event, at the end, or when `signal` aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#wakers.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#wakers.add(done)
      signal.addEventListener('abort', done)
    })
  }

  get isClosed(): boolean {
    return this.#closed
  }

  #item({ seq, kind, json, subject }: Entry): LoggedItem {
    return { id: `${this.#run}-${seq}`, kind, json, subject }
  }

  #gap(missed: number, lastSeq: number): LoggedItem {
    const at = timestamp(this.#nowMs())
    const json = jsonText({ apiVersion, kind: 'gap', at, missed })
    return { id: `${this.#run}-${lastSeq}`, kind: 'gap', json, subject: undefined }
  }

  #wake(): void {
    for (const wake of [...this.#wakers]) wake()
  }
}

/** A reader's place in the log. */
export class Cursor {
  readonly #log: EventLog
  #seq: number

  constructor(log: EventLog, seq: number) {
    this.#log = log
    this.#seq = seq
  }

  /** What has come since the last call; possibly nothing. */
  take(max = 100): readonly LoggedItem[] {
    const { items, next } = this.#log.read(this.#seq, max)
    this.#seq = next
    return items
  }
}
