// The version of this package, read from its package.json, which lies two folders up from
// both the source and the compiled file.

import { readFileSync } from 'node:fs'
import * as v from 'valibot'

/** `0.1.0`. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return v.parse(v.object({ version: v.string() }), JSON.parse(text)).version
}
