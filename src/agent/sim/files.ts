// Pictures and pages that a simulation writes beside its answer. Whether a file can be
// written is tried before the runs, so that no long simulation ends with a wrong path.

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  realpathSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { CommandError, exits, reasonOf } from '../contract.ts'
import { visible } from '../terminal/text.ts'

/** Tries whether a file can be written, and leaves all as it was; throws exit 2 if it cannot. */
export function checkWritable(flag: string, path: string): void {
  try {
    if (existsSync(path)) checkOld(path)
    else checkNew(path)
  } catch (error) {
    throw refusal(exits.usage, `${flag} ${visible(path)}`, error)
  }
}

/** What rights say is not the whole truth, so a file is opened; a pipe would notice that. */
function checkOld(path: string): void {
  const about = statSync(path)
  if (about.isDirectory()) throw new Error('it is a folder')
  if (about.isFile()) closeSync(openSync(path, 'r+'))
  else accessSync(path, constants.W_OK)
}

/** Some folders take no files whatever their rights say, as those of the kernel. */
function checkNew(path: string): void {
  closeSync(openSync(path, 'a'))
  // A link may have stood there that led nowhere: it stays.
  unlinkSync(realpathSync(path))
}

/** Writes a file; throws exit 1 with the system's reason. */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw refusal(exits.failed, visible(path), error)
  }
}

function refusal(exit: 1 | 2, what: string, error: unknown): CommandError {
  return new CommandError(exit, `${what} cannot be written: ${reasonOf(error)}`, undefined, error)
}
