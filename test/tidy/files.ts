// Walks the repository's own TypeScript files and resolves the imports between them.

import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Import, readSource, type Source } from './source.ts'

export interface TidyFile extends Source {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
}

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Every `.ts` file under the given folders of the repository, in order of path. */
export function readFiles(folders: readonly string[]): readonly TidyFile[] {
  return folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts') && !path.includes('/node_modules/'))
      .sort()
      .map(readOne),
  )
}

function readOne(path: string): TidyFile {
  const text = readFileSync(`${root}${path}`, 'utf8')
  return { path, text, ...readSource(text) }
}

/** The path of the file an import names, or undefined if it names a package or a Node module. */
export function resolveImport(path: string, one: Import): string | undefined {
  return one.from.startsWith('.') ? posix.join(posix.dirname(path), one.from) : undefined
}

/** `hono` for `hono/cors`, `@hono/node-server` for a path inside it. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}
