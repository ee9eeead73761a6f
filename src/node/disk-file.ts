// One file on a real disk, written in two ways only: put behind what is there, and replaced
// as a whole. Replacing writes a new file beside it, syncs that, moves it over the old one and
// syncs the folder, so that at every moment there is one whole file of that name. After a
// failure nothing is known about the end of the file: the next job must replace it.

import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { DiskJob } from '../core/index.ts'
import type { Disk } from '../host/index.ts'

const ONLY_OURS = 0o600
/** Scanners of Windows hold a file for a moment after it was written. */
const RENAME_TRIES = 10
const RENAME_AGAIN_MS = 50

export class DiskFile implements Disk {
  readonly #path: string
  readonly #onClose: () => Promise<void>
  #file: FileHandle | undefined

  /** There must be a file before anything can be put behind it: begin with `replace`. */
  constructor(path: string, onClose: () => Promise<void>) {
    this.#path = path
    this.#onClose = onClose
  }

  async run(job: DiskJob): Promise<void> {
    if (job.kind === 'replace') await this.#replace(job.bytes)
    else await this.#append(job)
  }

  async close(): Promise<void> {
    await this.#letGo().catch(() => {})
    await this.#onClose()
  }

  async #append({ bytes, sync }: Extract<DiskJob, { kind: 'append' }>): Promise<void> {
    if (this.#file === undefined) throw new Error('the file is not open')
    await this.#expectInPlace(this.#file)
    // Writes all, in as many pieces as the system takes.
    if (bytes.length > 0) await this.#file.appendFile(bytes)
    if (sync) await this.#file.datasync()
  }

  /** What is put behind a file that somebody has deleted or moved is nowhere after a restart. */
  async #expectInPlace(file: FileHandle): Promise<void> {
    const [ours, there] = await Promise.all([file.stat(), stat(this.#path)])
    if (ours.ino === there.ino && ours.dev === there.dev) return
    throw new Error(`${this.#path} was moved or replaced while it was in use`)
  }

  async #replace(bytes: Uint8Array): Promise<void> {
    const fresh = `${this.#path}.new`
    try {
      await writeWhole(fresh, bytes)
      // Windows moves nothing over an open file.
      await this.#letGo()
      await moveOver(fresh, this.#path)
    } catch (error) {
      // Half a file must not take the room that the next try needs.
      await rm(fresh, { force: true }).catch(() => {})
      throw error
    }
    this.#file = await open(this.#path, 'a', ONLY_OURS)
    await syncFolder(dirname(this.#path))
  }

  async #letGo(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', ONLY_OURS)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function moveOver(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (process.platform !== 'win32' || tries === RENAME_TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, RENAME_AGAIN_MS))
    }
  }
}

/** The names in a folder are on the disk only then. Windows has no such thing, and no need of it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
