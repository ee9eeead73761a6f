// The examples of the pages do what the pages say: all have the right types, and those that
// open no port run here, their output held against the comments beside it. The one that opens
// ports runs in test/node/docs.test.ts.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { type Block, examples, root, writeScratch } from './pages.ts'

const PORTLESS = ['hearsay/core', 'hearsay/sim', 'hearsay/testing', 'hearsay/wire']
const all = examples()

/** What an example loads; types leave no trace. */
function importsOf({ code }: Block): readonly string[] {
  return [...code.matchAll(/^import (?!type ).* from '([^']+)'$/gm)].map(([, from = '']) => from)
}

function fileOf({ page, line, language }: Block): string {
  return `${page.replaceAll(/\W+/g, '-')}-${line}.${language}`
}

/** What an example prints, a text each call. */
async function run(example: Block): Promise<readonly string[]> {
  const printed: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...values: readonly unknown[]) => {
    const texts = values.map((value) => (typeof value === 'string' ? value : inspect(value)))
    printed.push(texts.join(' '))
  })
  try {
    await import(pathToFileURL(writeScratch(`run/${fileOf(example)}`, example.code)).href)
  } finally {
    log.mockRestore()
  }
  return printed
}

describe('examples that open no port', () => {
  const portless = all.filter((one) => importsOf(one).every((from) => PORTLESS.includes(from)))

  test('there are some', () => expect(portless.length).toBeGreaterThanOrEqual(3))

  for (const example of portless) {
    test(`${example.page}:${example.line} prints what its comments say`, async () => {
      const said = [...example.code.matchAll(/^console\.log\(.*\) \/\/ (.*)$/gm)].map(
        ([, comment = '']) => comment,
      )
      const printed = await run(example)
      expect(printed).toHaveLength(said.length)
      for (const [at, text] of printed.entries()) {
        expect(said[at]?.slice(0, text.length), said[at]).toBe(text)
      }
    })
  }
})

test('examples have the types they claim', () => {
  const typed = all.filter(({ language }) => language === 'ts')
  for (const example of typed) writeScratch(`types/${fileOf(example)}`, example.code)
  const door = (path: string) => [join(root, 'src', path)]
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      noUnusedLocals: false,
      types: ['node'],
      lib: ['es2023', 'esnext.disposable'],
      typeRoots: [join(root, 'node_modules', '@types')],
      paths: {
        hearsay: door('index.ts'),
        'hearsay/core': door('core/index.ts'),
        'hearsay/wire': door('core/wire/index.ts'),
        'hearsay/sim': door('sim/index.ts'),
        'hearsay/node': door('node/index.ts'),
        'hearsay/testing': door('testing/index.ts'),
      },
    },
    files: typed.map(fileOf),
  }
  const project = writeScratch('types/tsconfig.json', JSON.stringify(config, undefined, 2))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', project, '--pretty', 'false'])
  expect(stdout.toString()).toBe('')
  expect(status).toBe(0)
})
