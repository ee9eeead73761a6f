// The folder in which a node keeps its own state: makes it, takes it for this process alone,
// reads what the lives before have left, and writes the next life down before anybody can
// hear of it. What the file says is the core's to read (`core/disk/recovery.ts`); a file that
// cannot be ours is refused and left alone.

import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  Book,
  type DiskOwner,
  type Durability,
  HearsayError,
  type Recovery,
  recover,
} from '../core/index.ts'
import type { Logger, OpenedDisk } from '../host/index.ts'
import { DiskFile, syncFolder } from './disk-file.ts'
import { lockFolder, type Unlock } from './folder-lock.ts'
import { makeFolders } from './folders.ts'

export interface DataFolderOptions {
  readonly folder: string
  readonly owner: DiskOwner
  readonly durability: Durability
  /** Unix milliseconds. */
  readonly wallMs: number
  readonly logger?: Logger | undefined
}

const FILE = 'hearsay.state'
/** Many times what a node may hold; more is no file of ours. */
const FILE_BYTES_MAX = 256 * 1_048_576

/**
 * Opens a folder and begins a life in it. Rejects with `HEARSAY_DATA_DIR`, whose reason is
 * `in-use`, `foreign`, `newer`, `damaged` or `unusable`.
 */
export async function openDataFolder(options: DataFolderOptions): Promise<OpenedDisk> {
  const folder = await makeFolder(options.folder)
  const unlock = await lock(folder)
  try {
    return await beginLife(join(folder, FILE), unlock, options)
  } catch (error) {
    await unlock()
    throw error instanceof HearsayError ? error : unusable(folder, error)
  }
}

async function makeFolder(folder: string): Promise<string> {
  try {
    const first = makeFolders(folder)
    const path = await realpath(folder)
    if (first !== undefined) await syncNew(path, dirname(await realpath(first)))
    return path
  } catch (error) {
    throw unusable(folder, error)
  }
}

/** The names of new folders are on the disk, too: a file is found by them. */
async function syncNew(path: string, last: string): Promise<void> {
  for (let at = path; at !== last && at !== dirname(at); at = dirname(at)) {
    await syncFolder(dirname(at))
  }
}

async function lock(folder: string): Promise<Unlock> {
  const unlock = await lockFolder(folder).catch((error: unknown) => {
    throw unusable(folder, error)
  })
  if (unlock !== undefined) return unlock
  const next = 'stop that one, or give this node a folder of its own'
  throw dataError('in-use', `${folder} is in use by another node: ${next}`)
}

async function beginLife(
  path: string,
  unlock: Unlock,
  { owner, durability, wallMs, logger }: DataFolderOptions,
): Promise<OpenedDisk> {
  const book = await readBook(path, owner, logger)
  const kept = book.beginLife(wallMs)
  const bytes = book.file(wallMs)
  const disk = new DiskFile(path, unlock)
  await disk.run({ kind: 'replace', bytes })
  return { disk, path, durability, kept, book, fileBytes: bytes.length }
}

async function readBook(path: string, owner: DiskOwner, logger: Logger | undefined): Promise<Book> {
  const bytes = await readWhole(path)
  if (bytes === undefined) return new Book(owner, { generation: 0, ceilingMs: 0 })
  const found = recover(bytes, owner)
  if (found.kind !== 'sound') throw refusal(path, found, owner)
  const { book, records, lostBytes } = found
  if (lostBytes > 0) {
    const text = 'the end of the state on disk cannot be read; going on with what lies before it'
    logger?.warn({ path, records, lostBytes }, text)
  }
  return book
}

/** Undefined if there is no such file. */
async function readWhole(path: string): Promise<Uint8Array | undefined> {
  try {
    const found = await stat(path)
    // A pipe would be waited for, and a device has no end.
    if (!found.isFile()) throw new Error(`${path} is no file`)
    const { size } = found
    if (size > FILE_BYTES_MAX) throw new Error(`${size} bytes are too many for a file of ours`)
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

// ---- refusals ---------------------------------------------------------------------------

type Refused = Exclude<Recovery, { readonly kind: 'sound' }>

function refusal(path: string, found: Refused, owner: DiskOwner): HearsayError {
  const [move, quote] = process.platform === 'win32' ? ['move', '"'] : ['mv', "'"]
  const aside = `to begin without it: ${move} ${quote}${path}${quote} ${quote}${path}.old${quote}`
  switch (found.kind) {
    case 'foreign': {
      const text = `${path} belongs to ${ownerText(found.found)}, but this is ${ownerText(owner)}`
      return dataError('foreign', `${text}; take that name and label, or another folder; ${aside}`)
    }
    case 'newer': {
      const text = `${path} has format ${found.format}, written by a later release`
      return dataError('newer', `${text}; run that release again; ${aside}`)
    }
    case 'damaged':
      return dataError('damaged', `the beginning of ${path} cannot be read; ${aside}`)
  }
}

function ownerText({ name, label }: DiskOwner): string {
  const shown = label === '' ? 'without a label' : JSON.stringify(label)
  return `${JSON.stringify(name)} of the cluster ${shown}`
}

function unusable(folder: string, cause: unknown): HearsayError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const text = `${folder} cannot hold this node's state: ${reason}; give a folder that it may write`
  return dataError('unusable', text, cause)
}

function dataError(reason: string, text: string, cause?: unknown): HearsayError {
  return new HearsayError('HEARSAY_DATA_DIR', text, { reason, cause })
}
