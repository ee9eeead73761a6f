// Pictures and pages that a simulation writes beside its answer. Whether a file can be
// written is tried before the runs, so that no long simulation ends with a wrong path.

import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommandError, exits, reasonOf } from '../contract.ts'
import { visible } from '../terminal/text.ts'

/** Tries whether a file can be written, without touching it; throws exit 2 if it cannot. */
export function checkWritable(flag: string, path: string): void {
  try {
    const isThere = existsSync(path)
    if (isThere && statSync(path).isDirectory()) throw new Error('it is a folder')
    accessSync(isThere ? path : dirname(path), constants.W_OK)
  } catch (error) {
    throw refusal(exits.usage, `${flag} ${visible(path)}`, error)
  }
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
