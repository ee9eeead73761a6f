// Builds the Go side of a comparison: the program in bench/peers/go-memberlist, against the
// memberlist that Debian packages, or with `newest` against the latest release.

import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// The compiled file lies in build/bench/support.
const source = fileURLToPath(new URL('../../../bench/peers/go-memberlist/', import.meta.url))
const DEBIAN = '/usr/share/gocode'
const MODULE = 'github.com/hashicorp/memberlist'

/** The path of the built program. Throws with what to install where it cannot be built. */
export function buildGoPeer(newest: boolean): string {
  const go = findGo()
  if (go === undefined) {
    throw new Error('Go is missing: apt-get install golang-go, or see https://go.dev/dl')
  }
  const folder = join(tmpdir(), `hearsay-bench-${newest ? 'newest' : 'debian'}`)
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(source)) {
    if (name.endsWith('.go')) copyFileSync(join(source, name), join(folder, name))
  }
  if (newest) buildNewest(go, folder)
  else buildWithDebian(go, folder)
  return join(folder, 'peer')
}

function findGo(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin']
  return folders.map((folder) => join(folder, 'go')).find((path) => existsSync(path))
}

function buildWithDebian(go: string, folder: string): void {
  if (!existsSync(join(DEBIAN, 'src', MODULE))) {
    throw new Error(
      'memberlist for Go is missing: apt-get install golang-github-hashicorp-memberlist-dev, or ' +
        'add --newest to fetch the latest release through the Go module proxy',
    )
  }
  const GOPATH = `${join(folder, 'gopath')}:${DEBIAN}`
  run(go, ['build', '-o', 'peer', '.'], folder, { GO111MODULE: 'off', GOPATH })
}

function buildNewest(go: string, folder: string): void {
  const env = { GO111MODULE: 'on', GOFLAGS: '-mod=mod', GOWORK: 'off' }
  if (!existsSync(join(folder, 'go.mod'))) run(go, ['mod', 'init', 'peer'], folder, env)
  run(go, ['get', `${MODULE}@latest`], folder, env)
  run(go, ['build', '-o', 'peer', '.'], folder, env)
}

function run(
  command: string,
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): void {
  const result = spawnSync(command, words, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (result.status !== 0) throw new Error(`${command} ${words.join(' ')} failed in ${folder(cwd)}`)
}

function folder(path: string): string {
  return path.replace(tmpdir(), '$TMPDIR')
}
