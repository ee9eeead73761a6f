// When what is written, and how safe it is then: gathers records into groups, says which job
// the disk shall do next, and writes the file anew when it has grown, when a job has failed, for
// then nobody knows what lies at its end, and for each new life: that stands in the head, without
// which no file is read, and not in a record that may be lost alone. Does nothing itself: the
// host carries out one job at a time and says how it ended. Times are machine time.

import { assert } from '../base/assert.ts'
import { concat } from '../base/bytes.ts'
import type { Book } from './book.ts'
import { encodeRecord, type KeptRecord } from './records.ts'

/**
 * `none`: only which life this is and how far its clock has come. `async`: everything, but
 * nobody waits for it. `fsync`: a write has succeeded once it is on the disk.
 */
export type Durability = 'none' | 'async' | 'fsync'

export type DiskJob =
  /** Put behind what is there; `sync`: and not done before it is on the disk itself. */
  | { readonly kind: 'append'; readonly bytes: Uint8Array; readonly sync: boolean }
  /** In place of the whole file, in one step, and on the disk itself. */
  | { readonly kind: 'replace'; readonly bytes: Uint8Array }

export interface ScribeOptions {
  readonly durability: Durability
  readonly book: Book
  /** Bytes of the file as it is, all of them sound. */
  readonly fileBytes: number
}

/** What is written within this time goes to the disk together. */
const GROUP_MS = 10
const GROUP_BYTES = 65_536
/** Nobody waits, but a power cut shall not cost more than this. */
const SYNC_EVERY_MS = 1000
const LOG_BYTES_MIN = 4 * 1_048_576
const RETRY_FIRST_MS = 1000
const RETRY_MAX_MS = 30_000

export class Scribe {
  readonly #durability: Durability
  readonly #book: Book
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #dueMs = Number.POSITIVE_INFINITY
  #mustSync = false
  #hasNewLife = false
  #given = 0
  #safe = 0
  #inFlight: { readonly job: DiskJob; readonly upTo: number } | undefined
  /** The file's size when it was last written anew, and what was put behind it since. */
  #headBytes: number
  #logBytes = 0
  #syncDueMs = Number.POSITIVE_INFINITY
  #retryMs = 0
  #isFailing = false

  constructor({ durability, book, fileBytes }: ScribeOptions) {
    this.#durability = durability
    this.#book = book
    this.#headBytes = fileBytes
  }

  /** How many records were given so far. */
  get given(): number {
    return this.#given
  }

  /** All up to this one are as safe as was promised. */
  get safe(): number {
    return this.#durability === 'fsync' ? this.#safe : this.#given
  }

  /** The last job has failed, and none has succeeded since. */
  get isFailing(): boolean {
    return this.#isFailing
  }

  /** When there will be a job to do; Infinity while one is being done, or there is none. */
  get deadline(): number {
    if (this.#inFlight !== undefined) return Number.POSITIVE_INFINITY
    return this.#isFailing ? this.#dueMs : Math.min(this.#dueMs, this.#syncDueMs)
  }

  /** Takes records to be kept. */
  give(records: readonly KeptRecord[], nowMs: number): void {
    for (const record of records) {
      // A life that others have heard of, and stamps they hold, must never come again.
      const isUrgent = record.record === 'life' || record.record === 'clock'
      this.#given++
      if (!isUrgent && this.#durability === 'none') continue
      this.#book.apply(record)
      this.#write(encodeRecord(record), nowMs + (isUrgent ? 0 : GROUP_MS))
      this.#mustSync ||= isUrgent
      this.#hasNewLife ||= record.record === 'life'
    }
  }

  #write(bytes: Uint8Array, dueMs: number): void {
    // While the disk fails the book remembers, and is written as a whole afterwards.
    if (this.#isFailing && this.#inFlight === undefined) return
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    const isFull = this.#waitingBytes >= GROUP_BYTES
    this.#dueMs = Math.min(this.#dueMs, isFull ? Number.NEGATIVE_INFINITY : dueMs)
  }

  /** The next job, if it is time for one; `wallMs` is the time of the wall clock. */
  take(nowMs: number, wallMs: number): DiskJob | undefined {
    if (nowMs < this.deadline) return undefined
    const isAnew = this.#isFailing || this.#hasGrown || this.#hasNewLife
    const job = isAnew ? this.#replacing(wallMs) : this.#appending(nowMs)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#mustSync = false
    this.#hasNewLife = false
    this.#dueMs = Number.POSITIVE_INFINITY
    if (job.kind === 'replace' || job.sync) this.#syncDueMs = Number.POSITIVE_INFINITY
    else this.#syncDueMs = Math.min(this.#syncDueMs, nowMs + SYNC_EVERY_MS)
    this.#inFlight = { job, upTo: this.#given }
    return job
  }

  get #hasGrown(): boolean {
    const logBytes = this.#logBytes + this.#waitingBytes
    return logBytes > Math.max(LOG_BYTES_MIN, 2 * this.#headBytes)
  }

  #appending(nowMs: number): DiskJob {
    const isLate = nowMs >= this.#syncDueMs
    const sync = this.#durability === 'fsync' || this.#mustSync || isLate
    return { kind: 'append', bytes: concat(...this.#waiting), sync }
  }

  #replacing(wallMs: number): DiskJob {
    return { kind: 'replace', bytes: this.#book.file(wallMs) }
  }

  /** Says how the job that was taken has ended. */
  ended(how: 'done' | 'failed', nowMs: number): void {
    assert(this.#inFlight !== undefined, 'a job that ends was begun')
    const { job, upTo } = this.#inFlight
    this.#inFlight = undefined
    if (how === 'failed') return this.#fail(nowMs)
    if (job.kind === 'append') this.#logBytes += job.bytes.length
    else this.#restart(job.bytes.length)
    this.#safe = upTo
  }

  #restart(fileBytes: number): void {
    this.#headBytes = fileBytes
    this.#logBytes = 0
    this.#retryMs = 0
    this.#isFailing = false
  }

  #fail(nowMs: number): void {
    this.#isFailing = true
    this.#waiting = []
    this.#waitingBytes = 0
    this.#syncDueMs = Number.POSITIVE_INFINITY
    this.#retryMs = Math.min(RETRY_MAX_MS, Math.max(RETRY_FIRST_MS, 2 * this.#retryMs))
    this.#dueMs = nowMs + this.#retryMs
  }
}
