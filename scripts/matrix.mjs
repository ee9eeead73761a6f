// Runs the tests and the first command of the README under other versions of Node, taken from the
// npm packages `node-<platform>-<arch>` into a folder outside the repository. Run by
// `npm run matrix [-- 22 24] [-- --quick]`. Ends with 77 where the registry does not give them.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NOT_RUN = 77
const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const main = join(root, 'dist', 'agent', 'main.js')
/** What touches Node most: sockets, ciphers, streams, processes, HTTP. */
const QUICK = ['test/node', 'test/host', 'test/agent']

const words = process.argv.slice(2)
const isQuick = words.includes('--quick')
const versions = words.filter((word) => /^\d+$/.test(word))
const folder = mkdtempSync(join(tmpdir(), 'hearsay-matrix-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const verdicts = (versions.length > 0 ? versions : ['22', '24']).map(underVersion)
for (const verdict of verdicts) console.log(verdict.text)
const failed = verdicts.filter(({ ok }) => !ok).length
console.log(`matrix: ${verdicts.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function underVersion(version) {
  const node = fetchNode(version)
  const exact = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
  const steps = [
    ['tests', [vitest, 'run', ...(isQuick ? QUICK : []), '--reporter=dot']],
    ['up 5 --once', [main, 'up', '5', '--once']],
  ]
  const lost = steps.filter(([name, line]) => {
    console.error(`=== node ${exact}: ${name}`)
    // Processes that the tests start take their `node` from the path.
    const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`
    return (
      spawnSync(node, line, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } })
        .status !== 0
    )
  })
  const text = lost.length === 0 ? 'all passed' : `FAILED: ${lost.map(([name]) => name).join(', ')}`
  return { ok: lost.length === 0, text: `node ${exact}: ${text}` }
}

/** The path of that Node, or the end of this process if there is none to be had. */
function fetchNode(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const prefix = join(folder, version)
  const words = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--no-save']
  const { status, stderr } = spawnSync('npm', [...words, `${name}@${version}`], {
    encoding: 'utf8',
  })
  const node = join(prefix, 'node_modules', name, 'bin', 'node')
  if (status === 0 && existsSync(node)) return node
  const stars = '*'.repeat(78)
  const why = stderr.trim().split('\n').at(-1) ?? ''
  console.error(
    `${stars}\nNODE ${version} WAS NOT TRIED: the registry does not give ${name}: ${why}\n${stars}`,
  )
  return process.exit(NOT_RUN)
}
