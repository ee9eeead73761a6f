// The house rules that a machine can check: floors, cycles, clocks and dice, sizes, opening
// comments, leftovers, dangerous calls, and what `import 'hearsay'` drags in. Each failure
// names the file, the line, and what to do.

import { describe, expect, test } from 'vitest'
import { packageOf, readFiles, resolveImport, type TidyFile } from './tidy/files.ts'
import { floorOf, liesIn } from './tidy/floors.ts'
import { findFunctions, type Import, lineAt } from './tidy/source.ts'

const FILE_LINES_MAX = 500
const FUNCTION_LINES_MAX = 70

/** Tables that may be longer than a file of code: they are read by row, not from top to bottom. */
const LONG_TABLES: readonly string[] = [
  'src/core/wire/messages.ts',
  'src/core/wire/serf-messages.ts',
  'src/core/config.ts',
]

/** Files that may build a regular expression at run time, each with the reason. */
const REGEXP_BUILDERS: Readonly<Record<string, string>> = {
  'src/agent/patterns.ts': 'filters of the command line, anchored, typed by the operator',
}

const files = readFiles(['src', 'test', 'bench', 'campaign'])
const fileByPath = new Map(files.map((file) => [file.path, file]))

describe('the floors', () => {
  test('imports point downwards only', () => {
    expect(files.flatMap(wrongImports)).toEqual([])
  })

  test('no file is part of an import cycle', () => {
    expect(findCycles()).toEqual([])
  })

  test("import 'hearsay' loads no package but ipaddr.js", () => {
    const loaded = packagesLoadedBy('src/index.ts').filter((one) => one !== 'ipaddr.js')
    expect(
      loaded,
      'The library must start without the agent’s packages: move the import to src/agent, or make it a type import.',
    ).toEqual([])
  })
})

describe('clocks and dice', () => {
  const clock = ['src/host/clock.ts']
  const measuring = ['bench', 'campaign', 'test/interop', 'test/tidy.test.ts']

  test('nobody rolls dice that cannot be replayed', () => {
    const advice = 'take a Random as an argument; its seed is drawn in src/host/clock.ts'
    expect(calls(/\bMath\.random\b/g, [], advice)).toEqual([])
  })

  test('time comes in as an argument', () => {
    const advice = 'take `now` as an argument, or a Clock (src/host/clock.ts)'
    const words = /\bDate\.now\b|\bperformance\.(?:now|timeOrigin)\b|\bnew Date\(\s*\)/g
    expect(calls(words, [...clock, ...measuring], advice)).toEqual([])
  })

  test('no test sleeps outside the folders that open ports', () => {
    const advice = 'drive the core or the simulator by virtual time instead'
    const allowed = ['src', ...measuring, 'test/node', 'test/agent']
    expect(calls(/\bsetTimeout\(|\bsetInterval\(/g, allowed, advice)).toEqual([])
  })
})

describe('sizes', () => {
  test(`a file has at most ${FILE_LINES_MAX} lines`, () => {
    const long = files
      .filter((file) => !LONG_TABLES.includes(file.path))
      .map((file) => ({ path: file.path, lines: file.text.split('\n').length - 1 }))
      .filter((file) => file.lines > FILE_LINES_MAX)
      .map((file) => `${file.path}: ${file.lines} lines; find the part in it that wants a file`)
    expect(long).toEqual([])
  })

  test(`a function has at most ${FUNCTION_LINES_MAX} lines`, () => {
    const long = files.flatMap((file) =>
      findFunctions(file.code)
        .filter((one) => one.lines > FUNCTION_LINES_MAX && !/\bdescribe\w*\(/.test(one.head))
        .map((one) => `${file.path}:${one.line}: ${one.lines} lines; name its steps and split it`),
    )
    expect(long).toEqual([])
  })
})

describe('the hand', () => {
  test('each source file opens with a comment that says its job', () => {
    const bare = files
      .filter((file) => !/^(?:#![^\n]*\n)?\/\//.test(file.text))
      .map(
        (file) => `${file.path}:1: open with two to six lines: its job, what it leaves to others`,
      )
    expect(bare).toEqual([])
  })

  test('nothing is left over', () => {
    const left = files.flatMap((file) =>
      file.comments
        .filter((comment) => /\b(?:TODO|FIXME|XXX|HACK)\b/.test(comment.text))
        .map((comment) => `${file.path}:${comment.line}: do it, or write it down as an issue`),
    )
    expect(left).toEqual([])
  })

  test('exports have names', () => {
    expect(calls(/\bexport default\b/g, [], 'export it by name')).toEqual([])
  })

  test('no code is made from text', () => {
    const advice = 'there is always a plainer way; text becomes data, never code'
    expect(calls(/\beval\s*\(|\bnew Function\b|(?<![.\w])Function\(/g, [], advice)).toEqual([])
  })

  test('no shell is started', () => {
    const shells = files.flatMap((file) =>
      file.imports
        .filter((one) => one.from === 'node:child_process' && /\bexec(?:Sync)?\b/.test(one.names))
        .map((one) => `${file.path}:${one.line}: use spawn or execFile with a list of arguments`),
    )
    expect(shells).toEqual([])
  })

  test('regular expressions are written, not built', () => {
    const advice = 'write it as a literal, or add the file with its reason to REGEXP_BUILDERS'
    const built = calls(/\bnew RegExp\(|(?<![.\w])RegExp\(/g, Object.keys(REGEXP_BUILDERS), advice)
    expect(built).toEqual([])
  })
})

function wrongImports(file: TidyFile): readonly string[] {
  const wrong: string[] = []
  for (const one of file.imports) {
    const problem = judge(file, one)
    if (problem !== undefined) wrong.push(`${file.path}:${one.line}: '${one.from}': ${problem}`)
  }
  return wrong
}

function judge(file: TidyFile, one: Import): string | undefined {
  const floor = floorOf(file.path)
  if (floor === undefined) return 'this folder has no row in test/tidy/floors.ts: add one'
  const target = resolveImport(file.path, one)
  if (target === undefined) {
    if (one.from.startsWith('node:')) {
      return floor.node ? undefined : 'no Node here: take it as an argument from src/node'
    }
    const name = packageOf(one.from)
    return floor.npm.includes(name)
      ? undefined
      : `package ${name} is not for ${floor.folder}: see the floors table in CONTRIBUTING.md`
  }
  if (!fileByPath.has(target)) return 'no such file: write the path with its .ts'
  if (floorOf(target)?.folder === floor.folder) return undefined
  if (liesIn(target, floor.may)) return undefined
  if (one.typeOnly && liesIn(target, floor.mayTypes ?? [])) return undefined
  return `${floor.folder} may not import ${target}: let the floor above carry the value`
}

function calls(pattern: RegExp, allowed: readonly string[], advice: string): readonly string[] {
  return files
    .filter((file) => !liesIn(file.path, allowed))
    .flatMap((file) =>
      [...file.code.matchAll(pattern)].map(
        (match) => `${file.path}:${lineAt(file.code, match.index)}: ${match[0]}: ${advice}`,
      ),
    )
}

function findCycles(): readonly string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      cycles.push(
        `${[...trail.slice(start), path].join(' → ')}: move what both need one floor down`,
      )
      return
    }
    if (done.has(path)) return
    for (const next of neighbours(path, false)) visit(next, [...trail, path])
    done.add(path)
  }
  for (const file of files) visit(file.path, [])
  return cycles
}

/** The files that a file imports; with `runtime`, only those it also loads. */
function neighbours(path: string, runtime: boolean): readonly string[] {
  const imports = fileByPath.get(path)?.imports ?? []
  return imports
    .filter((one) => !(runtime && one.typeOnly))
    .map((one) => resolveImport(path, one))
    .filter((target) => target !== undefined)
}

function packagesLoadedBy(entry: string): readonly string[] {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const queue = [entry]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    queue.push(...neighbours(path, true))
    for (const one of fileByPath.get(path)?.imports ?? []) {
      const foreign = !one.typeOnly && !one.from.startsWith('.') && !one.from.startsWith('node:')
      if (foreign) packages.add(packageOf(one.from))
    }
  }
  return [...packages].sort()
}
