// A virtual disk under one file. What is written is there for the process at once, as with a
// system's cache; it is on the disk itself once it was synced, which takes its time. A crash of
// the machine takes what was not synced, or leaves part of it with a garbled end.

import { concat, type DiskJob, type Millis, type Random } from '../core/index.ts'
import type { Agenda } from './agenda.ts'

/**
 * What a restart finds. `kept`: all that was written, as after a crash of the process alone.
 * `lost`: what was synced. `torn`: that, and perhaps a part of the rest. `wiped`: a new disk.
 */
export type DiskFate = 'kept' | 'lost' | 'torn' | 'wiped'

const WRITE_MS = 0.1
const SYNC_MS = 5
const EMPTY = new Uint8Array(0)

export class VirtualDisk {
  readonly #agenda: Agenda
  readonly #random: Random
  #written: Uint8Array = EMPTY
  #synced: Uint8Array = EMPTY
  /** A whole file on its way: a crash finds the old one or the new one. */
  #coming: Uint8Array | undefined
  #doesFail = false
  #lives = 0

  constructor(agenda: Agenda, random: Random) {
    this.#agenda = agenda
    this.#random = random
  }

  /** What a process that opens the file reads. */
  get bytes(): Uint8Array {
    return this.#written
  }

  /** From now on jobs fail, having done anything or nothing; or work again. */
  fail(doFail: 'fail' | 'work'): void {
    this.#doesFail = doFail === 'fail'
  }

  /** Writes before anything else happens, as a start does. */
  replaceNow(bytes: Uint8Array): void {
    this.#written = bytes
    this.#synced = bytes
  }

  /** Carries out a job; `ended` hears how it went, unless a crash comes first. */
  run(job: DiskJob, ended: (how: 'done' | 'failed') => void): void {
    const life = this.#lives
    const isBad = this.#doesFail
    if (job.kind === 'append') this.#append(job.bytes, isBad)
    else this.#coming = job.bytes
    const syncs = job.kind === 'replace' || job.sync
    this.#after(syncs ? SYNC_MS : WRITE_MS, () => {
      if (life !== this.#lives) return
      if (!isBad) this.#finish(job)
      this.#coming = undefined
      ended(isBad ? 'failed' : 'done')
    })
  }

  #append(bytes: Uint8Array, isBad: boolean): void {
    const part = isBad ? bytes.subarray(0, this.#random.below(bytes.length + 1)) : bytes
    this.#written = concat(this.#written, part)
  }

  #finish(job: DiskJob): void {
    if (job.kind === 'replace') this.#written = job.bytes
    if (job.kind === 'replace' || job.sync) this.#synced = this.#written
  }

  /** Ends whatever was going on; the next process finds what `fate` leaves. */
  crash(fate: DiskFate): void {
    this.#lives++
    if (this.#coming !== undefined && this.#random.chance(0.5)) this.replaceNow(this.#coming)
    this.#coming = undefined
    if (fate === 'kept') return
    if (fate === 'torn') this.replaceNow(this.#torn())
    else this.replaceNow(fate === 'lost' ? this.#synced : EMPTY)
  }

  /** What was synced, and a part of what was not; its last bytes may be anything. */
  #torn(): Uint8Array {
    const [safe, all] = [this.#synced.length, this.#written.length]
    if (all <= safe) return this.#synced
    const torn = this.#written.slice(0, safe + this.#random.below(all - safe + 1))
    if (!this.#random.chance(0.5)) return torn
    const from = Math.max(safe, torn.length - this.#random.below(GARBLED_BYTES_MAX))
    for (let at = from; at < torn.length; at++) torn[at] = this.#random.below(256)
    return torn
  }

  #after(ms: Millis, then: () => void): void {
    this.#agenda.at(this.#agenda.nowMs + ms, then)
  }
}

const GARBLED_BYTES_MAX = 32
