// The disk of a resident that keeps its state. What the core wants kept is written when the scribe
// says so, at the earliest in the next step; a crash before that leaves a part of it, cut at any
// byte. The file outlives its residents.

import {
  Book,
  concat,
  type DiskOwner,
  type Durability,
  type Kept,
  type KeptRecord,
  type Random,
  recover,
  Scribe,
} from '../../core/index.ts'

export class Disk {
  readonly durability: Durability
  readonly #owner: DiskOwner
  #file: Uint8Array = new Uint8Array(0)
  #scribe: Scribe
  /** Lives that were asked for and are not on it yet. */
  #asked: number[] = []

  constructor(name: string, durability: Durability) {
    this.durability = durability
    this.#owner = { label: '', name }
    this.#scribe = this.#open(this.#book(), 0)
  }

  /** What the next life begins with; `wallMs` is Unix time. */
  begin(wallMs: number): Kept {
    const book = this.#book()
    const kept = book.beginLife(wallMs)
    this.#scribe = this.#open(book, wallMs)
    this.#asked = []
    return kept
  }

  #open(book: Book, wallMs: number): Scribe {
    this.#file = book.file(wallMs)
    return new Scribe({ durability: this.durability, book, fileBytes: this.#file.length })
  }

  #book(): Book {
    if (this.#file.length === 0) return new Book(this.#owner, { generation: 0, ceilingMs: 0 })
    const found = recover(this.#file, this.#owner)
    if (found.kind !== 'sound') throw new Error(`the file of ${this.#owner.name} is ${found.kind}`)
    return found.book
  }

  keep(records: readonly KeptRecord[], nowMs: number): void {
    this.#scribe.give(records, nowMs)
    for (const one of records) if (one.record === 'life') this.#asked.push(one.generation)
  }

  /** When there is something to write. */
  get dueMs(): number {
    return this.#scribe.deadline
  }

  /** Writes what waits; answers the lives that are on it now. */
  write(nowMs: number, wallMs: number): readonly number[] {
    const job = this.#scribe.take(nowMs, wallMs)
    if (job === undefined) return []
    this.#file = job.kind === 'replace' ? job.bytes : concat(this.#file, job.bytes)
    this.#scribe.ended('done', nowMs)
    const begun = this.#asked
    this.#asked = []
    return begun
  }

  /** Its resident is gone: of what waits the first bytes are on it. */
  crash(random: Random): void {
    const job = this.#scribe.take(Number.POSITIVE_INFINITY, 0)
    if (job?.kind !== 'append') return
    const length = random.below(job.bytes.length + 1)
    this.#file = concat(this.#file, job.bytes.subarray(0, length))
  }
}
