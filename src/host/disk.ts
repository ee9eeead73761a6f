// The floor between a node and where it keeps its own state: what opening such a place gives,
// and the one thing that is asked of it afterwards. `node/` has the real one.

import type { Book, DiskJob, Durability, Kept } from '../core/index.ts'

export interface Disk {
  /** Carries out one job; rejects if it is not certain that it is done. Never two at a time. */
  run(job: DiskJob): Promise<void>
  /** Lets go of it, so that another process may have it. */
  close(): Promise<void>
}

/** A disk whose file says that a new life has begun. */
export interface OpenedDisk {
  readonly disk: Disk
  /** For messages. */
  readonly path: string
  readonly durability: Durability
  readonly kept: Kept
  readonly book: Book
  readonly fileBytes: number
}
