// The pages written for people, and what tests want to find in them: fenced blocks, code spans,
// links, headings. Knows just enough Markdown for our own pages.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly code: string
}

export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
  /** The text without its fenced blocks. */
  readonly prose: string
  readonly blocks: readonly Block[]
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm

/** Every page, sorted by path. */
export function pages(): readonly Page[] {
  const top = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md']
  const docs = files('docs').filter((path) => path.endsWith('.md'))
  return [...top, ...docs].map(read)
}

export function page(path: string): Page {
  return read(path)
}

function read(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8')
  const blocks = [...text.matchAll(FENCE)].map(({ 1: language = '', 2: code = '', index }) => ({
    page: path,
    line: text.slice(0, index).split('\n').length,
    language,
    code,
  }))
  return { path, text, prose: text.replaceAll(FENCE, ''), blocks }
}

/** The files of a folder and of those in it, from the root of the repository. */
export function files(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
}

/** The examples that stand on their own: blocks of code that import something. */
export function examples(): readonly Block[] {
  const isCode = ({ language, code }: Block) =>
    (language === 'ts' || language === 'js') && /^import /m.test(code)
  return pages().flatMap(({ blocks }) => blocks.filter(isCode))
}

/** Texts between single backticks. */
export function codeSpans({ prose }: Page): readonly string[] {
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
}

/** Where headings can be linked to, as GitHub makes it of their text. */
export function anchors({ prose }: Page): readonly string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Writes a file for a test, under a folder that Git ignores; answers its path. */
export function writeScratch(name: string, text: string): string {
  const path = join(root, 'build', 'docs', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}
