// A real agent with a fake node: `hearsay agent` run in-process, found by other commands
// through a state folder of its own.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Exit } from '../../../src/agent/contract.ts'
import { run } from '../../../src/agent/run.ts'
import { runningAgents, stateFolder } from '../../../src/agent/settings/state-folder.ts'
import { FakeWorld } from './fake-world.ts'
import { type Outcome, partsOf, runWords, Terminal, type TerminalOptions } from './terminal.ts'

export interface RunningAgent extends AsyncDisposable {
  readonly world: FakeWorld
  readonly terminal: Terminal
  readonly url: string
  readonly token: string
  readonly env: Readonly<Record<string, string>>
  /** Resolves when it has ended. */
  readonly ended: Promise<Exit>
  /** Runs a command that finds this agent. */
  readonly ask: (words: string | readonly string[], options?: TerminalOptions) => Promise<Outcome>
}

/** Starts an agent called `ann` with a free HTTP port. */
export async function startAgent(
  words: readonly string[] = [],
  world: FakeWorld = new FakeWorld(),
): Promise<RunningAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-test-'))
  const env = { XDG_STATE_HOME: folder }
  const terminal = new Terminal(world, { env })
  const argv = ['agent', '--dev', '--name', 'ann', '--http', '127.0.0.1:0', ...words]
  const ended = run(argv, terminal.io, partsOf(world))
  await terminal.until(({ log, err }) => log.includes('"started"') || err !== '')
  const [entry] = runningAgents(stateFolder(env, process.platform), process.platform)
  const { readToken } = await import('../../../src/agent/settings/state-folder.ts')
  const token = entry === undefined ? '' : readToken(entry.tokenFile, process.platform)
  return {
    world,
    terminal,
    url: entry?.url ?? '',
    token,
    env,
    ended,
    ask: (asked, options = {}) =>
      runWords(asked, world, { ...options, env: { ...env, ...options.env } }),
    [Symbol.asyncDispose]: async () => {
      terminal.signal('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An agent among others: bob alive, cat suspect, dan failed, eve left. */
export async function startAmongOthers(): Promise<RunningAgent> {
  const agent = await startAgent(['--tag', 'role=api'])
  const { world } = agent
  for (const [name, status] of [
    ['bob', 'alive'],
    ['cat', 'suspect'],
    ['dan', 'failed'],
    ['eve', 'left'],
  ] as const) {
    const options = { name, tags: { role: name === 'bob' ? 'api' : 'work' } }
    world.rowByName.set(name, {
      status,
      incarnation: 7,
      options,
      address: `10.0.0.${name.charCodeAt(0)}:7946`,
    })
  }
  return agent
}
