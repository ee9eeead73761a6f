// What a host does to keep its node's state, in virtual time: opens the file for a new life,
// hands groups of records to the virtual disk, tells the core of lives that are on it, and
// says when writes are as safe as was promised. The real one is `host/state-keeper.ts`.

import {
  Book,
  type Command,
  type DiskOwner,
  type Durability,
  type Kept,
  type KeptRecord,
  type Millis,
  recover,
  Scribe,
} from '../core/index.ts'
import type { Agenda } from './agenda.ts'
import type { VirtualDisk } from './disk.ts'

export interface KeeperParts {
  readonly agenda: Agenda
  readonly disk: VirtualDisk
  readonly owner: DiskOwner
  readonly durability: Durability
  /** Unix time, as the process has it. */
  readonly wallMs: () => Millis
  readonly tell: (command: Command) => void
  readonly isRunning: () => boolean
}

interface Waiter {
  readonly upTo: number
  readonly then: () => void
}

export class Keeper {
  /** What the life begins with. */
  readonly kept: Kept
  /** Bytes at the end of the file that could not be read. */
  readonly lostBytes: number
  readonly #parts: KeeperParts
  readonly #scribe: Scribe
  #waiters: Waiter[] = []
  #lives: { readonly upTo: number; readonly generation: number }[] = []
  #alarmMs = Number.POSITIVE_INFINITY

  constructor(parts: KeeperParts) {
    const { disk, owner, durability, wallMs } = parts
    this.#parts = parts
    const found = disk.bytes.length === 0 ? undefined : recover(disk.bytes, owner)
    if (found !== undefined && found.kind !== 'sound') {
      throw new Error(`the file of ${owner.name} is ${found.kind}, though no crash garbles a head`)
    }
    const book = found?.book ?? new Book(owner, { generation: 0, ceilingMs: 0 })
    this.lostBytes = found?.lostBytes ?? 0
    this.kept = book.beginLife(wallMs())
    const file = book.file(wallMs())
    disk.replaceNow(file)
    this.#scribe = new Scribe({ durability, book, fileBytes: file.length })
  }

  /** Takes records of the core. */
  keep(records: readonly KeptRecord[]): void {
    this.#scribe.give(records, this.#parts.agenda.nowMs)
    for (const record of records) {
      if (record.record !== 'life') continue
      this.#lives.push({ upTo: this.#scribe.given, generation: record.generation })
    }
    this.#rearm()
  }

  /** Calls `then` once all that was taken is as safe as was promised; never if it cannot be. */
  whenSettled(then: () => void): void {
    const upTo = this.#scribe.given
    if (this.#scribe.safe >= upTo) then()
    else if (!this.#scribe.isFailing) this.#waiters.push({ upTo, then })
  }

  #rearm(): void {
    const { agenda } = this.#parts
    const atMs = Math.max(agenda.nowMs, this.#scribe.deadline)
    if (atMs === this.#alarmMs || atMs === Number.POSITIVE_INFINITY) return
    this.#alarmMs = atMs
    agenda.at(atMs, () => {
      if (this.#alarmMs !== atMs) return
      this.#alarmMs = Number.POSITIVE_INFINITY
      this.#run()
    })
  }

  #run(): void {
    const { agenda, disk, isRunning, wallMs } = this.#parts
    if (!isRunning()) return
    const { given } = this.#scribe
    const job = this.#scribe.take(agenda.nowMs, wallMs())
    if (job === undefined) return this.#rearm()
    disk.run(job, (how) => {
      if (!isRunning()) return
      this.#scribe.ended(how, agenda.nowMs)
      if (how === 'failed') this.#waiters = []
      this.#tellSettled()
      if (how === 'done') this.#tellLives(given)
      this.#rearm()
    })
  }

  #tellSettled(): void {
    const { safe } = this.#scribe
    const settled = this.#waiters.filter(({ upTo }) => upTo <= safe)
    this.#waiters = this.#waiters.filter(({ upTo }) => upTo > safe)
    for (const { then } of settled) then()
  }

  #tellLives(upTo: number): void {
    const told = this.#lives.filter((life) => life.upTo <= upTo)
    this.#lives = this.#lives.filter((life) => life.upTo > upTo)
    for (const { generation } of told) this.#parts.tell({ kind: 'life', generation })
  }
}
