// What to do where a peer program is not installed: fail and say what to install, or, with
// `npm run interop -- --allow-missing[=program,…]`, leave its tests out and say so loudly.

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Programs that may be missing: a list, or `all`. */
const allowed = (process.env.HEARSAY_INTEROP_ALLOW_MISSING ?? '').split(',')

/** The full path of a program, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [...folders, '/usr/local/go/bin', '/usr/lib/go/bin']
  return places.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

/** Describes tests that need a program; `install` is the line that installs it. */
export function describeWith(
  program: string,
  install: string,
  title: string,
  tests: (path: string) => void,
): void {
  const path = findProgram(program)
  if (path !== undefined) {
    describe(title, () => tests(path))
    return
  }
  const message = `${program} is not installed, so '${title}' was not tried. To install: ${install}`
  const mayBeMissing = allowed.includes('all') || allowed.includes(program)
  if (mayBeMissing) console.error(`\n!!! SKIPPED: ${message}\n`)
  describe(title, () => {
    test(`${program} is installed`, (context) => {
      if (mayBeMissing) context.skip(message)
      expect.fail(message)
    })
  })
}
