// What the pages claim and a machine can check: links lead somewhere, commands, flags, scripts and
// files exist, the tables of commands and doors are whole, the protocol page leaves nothing out.

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandRows, rowOf } from '../../src/agent/catalog.ts'
import { DROP_REASONS, TAG } from '../../src/core/wire/index.ts'
import { floors } from '../tidy/floors.ts'
import { anchors, codeSpans, files, type Page, page, pages, root } from './pages.ts'

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>
  readonly scripts: Readonly<Record<string, string>>
}

const all = pages()
const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const sources = ['src', 'test', 'bench', 'campaign', 'docs', 'scripts'].flatMap(files)

/** Code of a page that people may type: spans, and lines of blocks for the shell. */
function typed({ blocks, ...rest }: Page): readonly string[] {
  const shell = blocks.filter(({ language }) => language === 'sh' || language === '')
  return [...codeSpans({ blocks, ...rest }), ...shell.flatMap(({ code }) => code.split('\n'))]
}

/** A row of a table, its cells trimmed. */
function tableRows({ prose }: Page, heading: string): readonly (readonly string[])[] {
  const section = prose.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('links', () => {
  for (const one of all) {
    test(`of ${one.path} lead to something`, () => {
      const targets = [...one.prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
      const own = targets.filter((target) => !/^[a-z]+:/.test(target))
      expect(own.filter((target) => !leadsSomewhere(one, target))).toEqual([])
    })
  }
})

function leadsSomewhere(from: Page, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from.path : normalize(join(dirname(from.path), file))
  if (!existsSync(join(root, path))) return false
  return anchor === undefined || anchors(page(path)).includes(anchor)
}

describe('what one can type', () => {
  test('commands of hearsay exist, with their flags', () => {
    const wrong = all.flatMap((one) =>
      typed(one).flatMap((text) => wrongCommand(text).map((why) => `${one.path}: ${text}: ${why}`)),
    )
    expect(wrong).toEqual([])
  })

  test('npm scripts exist', () => {
    const wrong = all.flatMap((one) =>
      typed(one)
        .map((text) => /^npm run (?:--\S+ )*([\w:-]+)/.exec(text.trim())?.[1])
        .filter((name) => name !== undefined && manifest.scripts[name] === undefined)
        .map((name) => `${one.path}: npm run ${name}`),
    )
    expect(wrong).toEqual([])
  })

  test('files that are named exist', () => {
    const isFile = (text: string) => /^[\w.-]+(?:\/[\w.-]+)*\.(?:ts|mjs|svg)$/.test(text)
    const exists = (text: string) =>
      sources.some((path) => path === text || path.endsWith(`/${text}`)) ||
      existsSync(join(root, text))
    const wrong = all.flatMap((one) =>
      codeSpans(one)
        .filter((text) => isFile(text) && !exists(text) && !INVENTED.includes(text))
        .map((text) => `${one.path}: ${text}`),
    )
    expect(wrong).toEqual([])
  })
})

test('the tables of floors name folders that exist, and every floor of src', () => {
  const inSource = floors.map(({ folder }) => folder).filter((folder) => folder.startsWith('src/'))
  for (const path of ['CONTRIBUTING.md', 'docs/architecture.md']) {
    const cells = page(path).text.matchAll(/^\| (`src[^|]*) \|/gm)
    const named = [...cells].flatMap(([, cell = '']) => codeSpansOf(cell))
    const folders = named.map((text) => text.replace(/\/\*\.ts$/, ''))
    expect(folders.filter((folder) => !existsSync(join(root, folder)))).toEqual([])
    expect(inSource.filter((folder) => !folders.includes(folder))).toEqual([])
  }
})

const codeSpansOf = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)

/** Files that readers are asked to make. */
const INVENTED: readonly string[] = ['hello.mjs']

const COMMON_FLAGS = [
  '-o',
  '--json',
  '--addr',
  '--timeout',
  '--quiet',
  '--color',
  '--help',
  '--yes',
]

function wrongCommand(text: string): readonly string[] {
  const words = /^(?:npx )?hearsay ([\w-].*)$/.exec(text.trim())?.[1]?.split(/\s+/)
  const [name = '', ...rest] = words ?? []
  if (words === undefined || name.startsWith('-')) return []
  const row = rowOf(words)
  if (row === undefined) return ['no such command']
  const known = row.flags.flatMap(({ flags }) => flags.split(/[\s,]+/))
  return rest
    .filter((word) => /^--?[a-z]/.test(word))
    .filter((word) => !known.includes(word) && !COMMON_FLAGS.includes(word))
    .map((word) => `no such flag: ${word}`)
}

describe('the tables of the README', () => {
  const readme = page('README.md')

  test('name every command with its arguments', () => {
    const shown = tableRows(readme, 'Commands').map(([command]) => command)
    const commands = commandRows.map(({ name, args }) =>
      ['hearsay', name, ...(args === undefined ? [] : [args])].join(' '),
    )
    expect(shown.toSorted()).toEqual(commands.map((text) => `\`${text}\``).toSorted())
  })

  test('name every door of the package', () => {
    const shown = tableRows(readme, 'Doors').map(([door]) => door)
    const doors = Object.keys(manifest.exports)
      .filter((door) => door !== './package.json')
      .map((door) => `\`hearsay${door.slice(1)}\``)
    expect(shown.toSorted()).toEqual(doors.toSorted())
  })
})

describe('the page about the protocol', () => {
  const { text } = page('docs/protocol.md')
  const wire = (name: string) => readFileSync(join(root, 'src/core/wire', name), 'utf8')

  test('has every type byte', () => {
    const bytes = Object.values(TAG).map((tag) => tag.toString(16).padStart(2, '0'))
    expect(bytes.filter((byte) => !text.includes(`| \`${byte}\``))).toEqual([])
  })

  test('has every field', () => {
    const tables = ['messages.ts', 'serf-messages.ts', 'own-messages.ts'].map(wire).join('\n')
    const fields = [...tables.matchAll(/\[\s*'([A-Z]\w*)',\s*'/g)].map(([, field = '']) => field)
    expect(fields.length).toBeGreaterThan(50)
    expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([])
  })

  test('has every reason for which something is dropped', () => {
    const core = files('src/core').map((path) => readFileSync(join(root, path), 'utf8'))
    const dropped = core.join('\n').matchAll(/\bdrop\(parts, '(\w+)'\)/g)
    const reasons = [...DROP_REASONS, ...[...dropped].map(([, reason = '']) => reason)]
    expect(reasons.filter((reason) => !text.includes(`\`${reason}\``))).toEqual([])
  })
})

describe('the page about the architecture', () => {
  const { text } = page('docs/architecture.md')

  test('has every kind of input and of effect in its picture of the contract', () => {
    const contract = readFileSync(join(root, 'src/core/io.ts'), 'utf8')
    const picture = text.split('```text')[1]?.split('```')[0] ?? ''
    for (const type of ['Input', 'Effect']) {
      const union = contract.split(`export type ${type} =`)[1]?.split('\n\n')[0] ?? ''
      const kinds = [...union.matchAll(/kind: '([\w-]+)'/g)].map(([, kind = '']) => kind)
      expect(kinds.length).toBeGreaterThan(5)
      expect(kinds.filter((kind) => !picture.includes(kind))).toEqual([])
    }
  })

  test('says how much code there is, to about a tenth', () => {
    const folders = ['src', 'src/core', 'src/sim', 'src/agent']
    const claimed = [...text.matchAll(/(\d+) 000/g)].slice(0, folders.length)
    const ratios = folders.map((folder, at) => {
      const ours = sources.filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.ts'))
      const code = ours.map((path) => readFileSync(join(root, path), 'utf8')).join('')
      return code.split('\n').length / (Number(claimed[at]?.[1]) * 1000)
    })
    for (const ratio of ratios) expect(Math.abs(Math.log(ratio))).toBeLessThan(0.15)
  })
})

test('decisions are numbered one by one and stay short', () => {
  const decisions = all.filter(({ path }) => path.startsWith('docs/decisions/'))
  for (const [at, { path, text }] of decisions.entries()) {
    expect(path).toContain(`/${String(at + 1).padStart(4, '0')}-`)
    expect(text.startsWith(`# ${at + 1}. `), path).toBe(true)
    expect(text.split('\n').length, path).toBeLessThan(31)
    for (const part of ['Context', 'Choice', 'Price'])
      expect(text, path).toContain(`\n## ${part}\n`)
  }
})
