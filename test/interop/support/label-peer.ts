// A node of the newest memberlist, which knows labels: a small Go program of ours, built once.

import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Program, run } from './program.ts'
import { until } from './waiting.ts'

const source = fileURLToPath(new URL('../go-label-peer/', import.meta.url))

interface Line {
  readonly kind: string
  readonly name?: string
  readonly text?: string
  readonly members?: readonly { readonly name: string; readonly address: string }[]
}

/** The newest memberlist needs at least Go 1.25; Debian 12 has 1.19, which builds 0.5.0. */
const NEWEST_NEEDS = 25

/** Builds the program with `go` (a minute at most, then seconds) and returns its path. */
export async function buildLabelPeer(go: string): Promise<string> {
  const folder = join(tmpdir(), 'hearsay-interop-build')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `go-label-peer-${process.pid}`)
  const minor = Number(/go1\.(\d+)/.exec(await run(go, ['env', 'GOVERSION']))?.[1] ?? 0)
  const older = minor < NEWEST_NEEDS ? ['-modfile=older.mod'] : []
  await run(go, ['build', ...older, '-o', path, '.'], {
    cwd: source,
    env: { GOFLAGS: '-mod=mod', GO111MODULE: 'on', GOWORK: 'off', GOTOOLCHAIN: 'local' },
  })
  return path
}

/** One memberlist node. */
export class LabelPeer {
  readonly name: string
  readonly address: string
  readonly program: Program

  constructor(
    path: string,
    options: {
      readonly name: string
      readonly host: string
      readonly label: string
      readonly join?: string | undefined
      readonly key?: string | undefined
    },
  ) {
    this.name = options.name
    this.address = `${options.host}:7946`
    this.program = new Program(options.name, path, [
      `-name=${options.name}`,
      `-bind=${options.host}`,
      `-label=${options.label}`,
      ...(options.join === undefined ? [] : [`-join=${options.join}`]),
      ...(options.key === undefined ? [] : [`-key=${options.key}`]),
    ])
  }

  async ready(): Promise<void> {
    await until(`${this.name} is ready`, () => this.reports('ready').length > 0, 20_000)
  }

  /** Everything it reported of a kind: join, update, gone (left or failed), message, members */
  reports(kind: string): readonly Line[] {
    const lines = this.program.lines.filter((line) => line.startsWith('{'))
    return lines.map((line): Line => JSON.parse(line)).filter((line) => line.kind === kind)
  }

  /** The names it holds alive, sorted. */
  async alive(): Promise<readonly string[]> {
    const before = this.reports('members').length
    this.program.tell('members')
    await until(
      `${this.name} lists its members`,
      () => this.reports('members').length > before,
      5000,
    )
    const members = this.reports('members').at(-1)?.members ?? []
    return members.map((member) => member.name).sort()
  }
}
