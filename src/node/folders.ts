// Makes a folder and those above it, one by one. Node's own recursive way never returns where the
// system says that a folder does not exist as often as it is told to make one, as Linux does below
// /proc. Done once, at the start, and so without waiting for each step.

import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder that only this user may enter, unless it is there; answers the first of those
 * that were made, from above. Throws what the system says.
 */
export function makeFolders(folder: string): string | undefined {
  const missing: string[] = []
  for (let at = resolve(folder); !isThere(at) && at !== dirname(at); at = dirname(at)) {
    missing.unshift(at)
  }
  for (const path of missing) makeOne(path)
  if (!statSync(folder).isDirectory()) throw new Error('it is there, and no folder')
  return missing[0]
}

function isThere(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch {
    // Whatever keeps us from seeing it keeps us from making it, and says so then.
    return false
  }
}

/** Somebody else may have made it meanwhile. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (!isThere(path)) throw error
  }
}
