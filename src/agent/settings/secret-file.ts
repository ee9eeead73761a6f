// Files that hold keys or tokens: read only if nobody else on the machine may (0600 and
// ours), and written so that a crash leaves the old or the new content, never half of it.
// On Windows the mode means nothing; there the user's profile folder guards the file.

import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { CommandError, exits, reasonOf } from '../contract.ts'
import { readSmall } from './bounded-file.ts'

const SIZE_BYTES_MAX = 65_536

/** The text of a secret file. Throws a `CommandError` if others may read it or it is too large. */
export function readSecretFile(path: string, platform: NodeJS.Platform): string {
  const file = openOrSay(path)
  try {
    if (platform !== 'win32') refuseIfShared(path, fstatSync(file))
    const text = readSmall(file, SIZE_BYTES_MAX)
    if (text !== undefined) return text
    throw new CommandError(exits.usage, `${path} is larger than 64 KiB; that is no key file`)
  } finally {
    closeSync(file)
  }
}

function openOrSay(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw new CommandError(exits.usage, `cannot read ${path}: ${reasonOf(error)}`, undefined, error)
  }
}

function refuseIfShared(path: string, facts: { readonly mode: number; readonly uid: number }) {
  const ours = process.getuid?.()
  if (ours !== undefined && facts.uid !== ours && facts.uid !== 0) {
    throw new CommandError(exits.usage, `${path} belongs to another user`, `chown it to yourself`)
  }
  if ((facts.mode & 0o077) !== 0) {
    const mode = (facts.mode & 0o777).toString(8).padStart(4, '0')
    throw new CommandError(
      exits.usage,
      `${path} may be read by others (mode ${mode}); a secret file must be 0600`,
      `chmod 600 ${path}`,
    )
  }
}

/** Writes a file of mode 0600, all or nothing. Its folder must be there. */
export function writeSecretFile(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  // A umask cannot widen a mode, but an odd file system may; say it once more.
  chmodSync(temporary, 0o600)
  renameSync(temporary, path)
}
