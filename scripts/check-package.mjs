// Checks the package as its users get it: packs it, lints the tarball, installs it into an
// empty folder, imports and requires every door, runs the command, and type-checks a small
// consumer under both module resolutions. Run by `npm run check:package`.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const work = mkdtempSync(join(tmpdir(), 'hearsay-package-'))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const failures = []
let checks = 0

try {
  const tarball = step('npm pack', () => pack())
  if (tarball !== undefined) {
    step('publint', () => run(join(bin, 'publint'), ['--strict', tarball], root))
    step('attw', () => run(join(bin, 'attw'), ['--profile', 'esm-only', tarball], root))
    const consumer = join(work, 'consumer')
    if (step('npm install', () => install(consumer, tarball)) !== undefined) {
      checkInstalled(consumer)
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}
for (const failure of failures) console.error(`\n${failure}`)
console.log(`package: ${checks - failures.length} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 && checks > 0 ? 0 : 1

function checkInstalled(consumer) {
  const doors = Object.keys(manifest.exports).map((door) => join('hearsay', door))
  step('contents', () => checkContents(join(consumer, 'node_modules', 'hearsay')))
  for (const door of doors) {
    const attributes = door.endsWith('.json') ? ", { with: { type: 'json' } }" : ''
    const code = `const m = await import('${door}'${attributes}); if (Object.keys(m).length === 0) process.exit(3)`
    step(`import ${door}`, () => run('node', ['--input-type=module', '-e', code], consumer))
    const required = `const m = require('${door}'); if (Object.keys(m).length === 0) process.exit(3)`
    step(`require ${door}`, () => run('node', ['--no-warnings', '-e', required], consumer))
  }
  step('npx hearsay version', () => {
    const text = run('npx', ['--no-install', 'hearsay', 'version'], consumer)
    if (!text.includes(manifest.version)) throw new Error(`said ${text}, not ${manifest.version}`)
  })
  step('simCluster of the package', () => {
    const code = `const { simCluster } = await import('hearsay/testing')
      const cluster = await simCluster({ nodes: 5, seed: 1 })
      cluster.crash('n2')
      await cluster.until(() => cluster.viewsAgree())
      await cluster.close()`
    run('node', ['--input-type=module', '-e', code], consumer)
  })
  step('npx hearsay sim, on worker threads', () => {
    const words = ['sim', '--nodes', '100', '--runs', '40', '-o', 'json', '--workers']
    const ask = (workers) => run('npx', ['--no-install', 'hearsay', ...words, workers], consumer)
    if (ask('1') !== ask('3')) throw new Error('three workers and one disagree')
  })
  for (const resolution of ['nodenext', 'bundler']) {
    step(`types under ${resolution}`, () => typecheck(consumer, resolution))
  }
}

function step(name, action) {
  checks += 1
  const start = Date.now()
  try {
    const result = action() ?? true
    console.error(`ok   ${name} (${Date.now() - start} ms)`)
    return result
  } catch (error) {
    failures.push(`${name}: ${error.message}`)
    console.error(`FAIL ${name}`)
    return undefined
  }
}

function run(command, words, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    cwd,
    encoding: 'utf8',
    timeout: 180_000,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  if (error) throw new Error(`${command} did not start: ${error.message}`)
  if (status !== 0) throw new Error(`exit ${status}\n${stdout}${stderr}`)
  return stdout
}

/** The path of the tarball. `npm pack` runs `prepack`, which builds first. */
function pack() {
  const report = run('npm', ['pack', '--json', '--pack-destination', work], root)
  // Lifecycle scripts may print before the report.
  const [{ filename, unpackedSize, entryCount }] = JSON.parse(report.slice(report.indexOf('[\n')))
  console.error(`     ${filename}: ${entryCount} files, ${Math.round(unpackedSize / 1024)} KiB`)
  return join(work, filename)
}

function install(consumer, tarball) {
  mkdirSync(consumer)
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true }))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], consumer)
}

/** What must be there is there, nothing else is, and every source map points at a shipped file. */
function checkContents(folder) {
  for (const file of ['LICENSE', 'README.md', 'package.json']) {
    if (!existsSync(join(folder, file))) throw new Error(`${file} is missing: see "files"`)
  }
  const listed = run('find', ['.', '-type', 'f'], folder).trim().split('\n')
  const stray = listed.filter((file) =>
    /tsbuildinfo|tsconfig|\.test\.|^\.\/(test|bench|scripts)\//.test(file),
  )
  if (stray.length > 0) throw new Error(`should not be shipped: ${stray.join(', ')}`)
  for (const file of listed.filter((one) => one.endsWith('.map'))) {
    const path = join(folder, file)
    const { sources } = JSON.parse(readFileSync(path, 'utf8'))
    const lost = sources.filter((source) => !existsSync(join(dirname(path), source)))
    if (lost.length > 0)
      throw new Error(`${file} points at ${lost.join(', ')}, which is not shipped`)
  }
  checkScripts(folder)
  for (const target of Object.values(manifest.bin)) {
    const text = readFileSync(join(folder, target), 'utf8')
    if (!text.startsWith('#!/usr/bin/env node\n')) throw new Error(`${target} lacks its #! line`)
  }
}

/** Scripts that npm runs, or warns of, when somebody installs the package. */
function checkScripts(folder) {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const found = ['preinstall', 'install', 'postinstall', 'prepare'].filter((one) => one in scripts)
  if (found.length > 0) throw new Error(`runs something when installed: ${found.join(', ')}`)
}

function typecheck(consumer, resolution) {
  const bundler = resolution === 'bundler'
  const folder = join(consumer, `types-${resolution}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        target: 'es2023',
        // AbortSignal comes from Node's types or from the browser's: one consumer has each. What
        // `await using` needs comes from ours.
        lib: bundler ? ['es2023', 'dom'] : ['es2023'],
        typeRoots: [join(root, 'node_modules', '@types')],
        module: bundler ? 'esnext' : 'nodenext',
        moduleResolution: resolution,
        types: bundler ? [] : ['node'],
      },
      include: ['*.ts'],
    }),
  )
  writeFileSync(
    join(folder, 'consumer.ts'),
    `import { createNode, type Member } from 'hearsay'
import { makeConfig } from 'hearsay/core'
import * as wire from 'hearsay/wire'
import * as sim from 'hearsay/sim'
import * as node from 'hearsay/node'
import { codecs, type Codec } from 'hearsay/state'
import * as testing from 'hearsay/testing'

export const codec: Codec<string> = codecs.text()
export const doors = [makeConfig, wire, sim, node, testing]
export async function names(): Promise<readonly string[]> {
  await using one = await createNode({ name: 'a', bind: '127.0.0.1:0', tags: { role: 'web' } })
  one.on('member-failed', (event) => event.why.verdict.length)
  return one.members({ status: 'alive' }).map((member: Member) => member.name)
}
`,
  )
  run(join(bin, 'tsc'), ['-p', '.'], folder)
}
