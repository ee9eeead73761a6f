// Keeps a node's own state on its disk: hands the core's records over in groups, tells it when
// a new life is on disk, and lets writes wait until they are as safe as was promised. A disk
// that fails costs those who wait an error with a code; the node lives on, says so, and tries
// again. When what is written is the scribe's to say (`core/disk/scribe.ts`).

import {
  type Command,
  type DiskJob,
  HearsayError,
  type KeptRecord,
  type Millis,
  Scribe,
} from '../core/index.ts'
import type { Logger } from './api.ts'
import type { Alarm, Clock } from './clock.ts'
import type { OpenedDisk } from './disk.ts'

export interface Keeper {
  /** Gives the core what its lives before have left. Comes before its start. */
  begin(): void
  /** Takes records of the core, in order. */
  keep(records: readonly KeptRecord[]): void
  /**
   * Resolves once all that was taken is as safe as was promised; rejects with
   * `HEARSAY_DISK_FAILED` if it cannot be.
   */
  settled(): Promise<void>
  /** Writes what is left, then lets go of the disk. */
  close(): Promise<void>
  counters(): Readonly<Record<string, number>>
}

interface KeeperParts {
  readonly clock: Clock
  readonly logger: Logger
  /** Gives the core a command whose outcome nobody waits for. */
  readonly tell: (command: Command) => void
}

/** The keeper of a disk; one that does nothing where there is none. */
export function keeperOf(parts: KeeperParts & { readonly opened: OpenedDisk | undefined }): Keeper {
  const { opened } = parts
  return opened === undefined ? NO_KEEPER : new StateKeeper({ ...parts, opened })
}

const SETTLED = Promise.resolve()
const NO_KEEPER: Keeper = {
  begin: () => {},
  keep: () => {},
  settled: () => SETTLED,
  close: () => SETTLED,
  counters: () => ({}),
}

interface Waiter {
  readonly upTo: number
  readonly resolve: () => void
  readonly reject: (error: HearsayError) => void
}

class StateKeeper implements Keeper {
  readonly #parts: KeeperParts & { readonly opened: OpenedDisk }
  readonly #scribe: Scribe
  readonly #alarm: Alarm
  #alarmAtMs = Number.POSITIVE_INFINITY
  #waiters: Waiter[] = []
  #lives: { readonly upTo: number; readonly generation: number }[] = []
  #running: Promise<void> | undefined
  #failure: HearsayError | undefined
  #isClosed = false
  readonly #counts = { jobs: 0, replaced: 0, bytes: 0, failures: 0 }

  constructor(parts: KeeperParts & { readonly opened: OpenedDisk }) {
    this.#parts = parts
    this.#scribe = new Scribe(parts.opened)
    this.#alarm = parts.clock.alarm(() => {
      this.#alarmAtMs = Number.POSITIVE_INFINITY
      this.#runDue(this.#parts.clock.now())
    })
  }

  begin(): void {
    const { opened, tell } = this.#parts
    tell({ kind: 'restore', kept: opened.kept })
  }

  keep(records: readonly KeptRecord[]): void {
    this.#scribe.give(records, this.#parts.clock.now())
    for (const record of records) {
      if (record.record !== 'life') continue
      this.#lives.push({ upTo: this.#scribe.given, generation: record.generation })
    }
    this.#rearm()
  }

  readonly settled = (): Promise<void> => {
    const upTo = this.#scribe.given
    if (this.#scribe.safe >= upTo) return Promise.resolve()
    if (this.#failure !== undefined && this.#scribe.isFailing) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => void this.#waiters.push({ upTo, resolve, reject }))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#alarm.clear()
    await this.#running
    this.#runDue(Number.POSITIVE_INFINITY)
    await this.#running
    await this.#parts.opened.disk.close()
  }

  counters(): Readonly<Record<string, number>> {
    return {
      disk_writes_total: this.#counts.jobs,
      disk_bytes_written_total: this.#counts.bytes,
      disk_rewrites_total: this.#counts.replaced,
      disk_failures_total: this.#counts.failures,
      disk_failing: this.#scribe.isFailing ? 1 : 0,
    }
  }

  #rearm(): void {
    const { deadline } = this.#scribe
    if (this.#isClosed || deadline === this.#alarmAtMs) return
    this.#alarmAtMs = deadline
    if (deadline === Number.POSITIVE_INFINITY) this.#alarm.clear()
    else this.#alarm.set(deadline)
  }

  #runDue(now: Millis): void {
    const { clock, opened } = this.#parts
    const { given } = this.#scribe
    const job = this.#scribe.take(now, clock.now() + clock.wallOffset())
    if (job === undefined) return this.#rearm()
    const ended = opened.disk.run(job).then(
      () => this.#done(job, given),
      (error: unknown) => this.#failed(error),
    )
    this.#running = ended.then(() => {
      this.#running = undefined
      this.#rearm()
    })
  }

  /** All up to the record `upTo` is on the disk. */
  #done(job: DiskJob, upTo: number): void {
    const wasFailing = this.#scribe.isFailing
    this.#scribe.ended('done', this.#parts.clock.now())
    this.#counts.jobs++
    this.#counts.bytes += job.bytes.length
    if (job.kind === 'replace') this.#counts.replaced++
    if (wasFailing) this.#parts.logger.info({ path: this.#path }, 'our state is kept on disk again')
    const { safe } = this.#scribe
    const settled = this.#waiters.filter((waiter) => waiter.upTo <= safe)
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > safe)
    for (const { resolve } of settled) resolve()
    this.#tellLives(upTo)
  }

  #failed(cause: unknown): void {
    this.#scribe.ended('failed', this.#parts.clock.now())
    this.#counts.failures++
    const reason = cause instanceof Error ? cause.message : String(cause)
    const text = `${this.#path} cannot be written: ${reason}; what was set is shared, but a restart forgets it; free the disk or mend it, the node tries again by itself`
    this.#failure = new HearsayError('HEARSAY_DISK_FAILED', text, { cause })
    this.#parts.logger.error({ path: this.#path, reason }, text)
    const waiters = this.#waiters
    this.#waiters = []
    for (const { reject } of waiters) reject(this.#failure)
  }

  /** Tells the core of lives that are on disk. Others wait until they are: none is begun twice. */
  #tellLives(upTo: number): void {
    const told = this.#lives.filter((life) => life.upTo <= upTo)
    this.#lives = this.#lives.filter((life) => life.upTo > upTo)
    for (const { generation } of told) this.#parts.tell({ kind: 'life', generation })
  }

  get #path(): string {
    return this.#parts.opened.path
  }
}
