// Where running agents are found: one entry {name, url, pid} and one token file an agent, in
// the user's state folder, both 0600. An entry whose process is gone is swept away by
// whoever meets it.

import { readdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { makeFolders } from '../../node/folders.ts'
import { codeOf, type Environment } from '../contract.ts'
import { readSecretFile, writeSecretFile } from './secret-file.ts'

const entrySchema = v.object({
  name: v.string(),
  url: v.pipe(v.string(), v.startsWith('http://')),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startedMs: v.number(),
})

/** One running agent of this user. */
export interface AgentEntry extends v.InferOutput<typeof entrySchema> {
  readonly tokenFile: string
}

/** The user's state folder: `$XDG_STATE_HOME/hearsay`, `~/.local/state/hearsay`, `%LOCALAPPDATA%\hearsay`. */
export function stateFolder(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'hearsay')
  }
  const home = env.XDG_STATE_HOME
  return join(home !== undefined && home !== '' ? home : join(homedir(), '.local/state'), 'hearsay')
}

export interface NewEntry {
  readonly name: string
  readonly url: string
  readonly pid: number
  readonly startedMs: number
  readonly token: string
}

/** Writes an agent's entry and token; returns a function that takes them away. */
export function enterAgent(folder: string, entry: NewEntry): () => void {
  const agents = join(folder, 'agents')
  makeFolders(agents)
  const { token, ...rest } = entry
  // The token first: whoever finds the entry may read it at once.
  writeSecretFile(tokenPath(agents, entry.pid), `${token}\n`)
  writeSecretFile(entryPath(agents, entry.pid), `${JSON.stringify(rest)}\n`)
  return () => sweep(agents, entry.pid)
}

/** Running agents, first-started first; those of the same instant by name, whatever order the folder lists them in. */
export function runningAgents(
  folder: string,
  platform: NodeJS.Platform,
  isRunning: (pid: number) => boolean = processExists,
): readonly AgentEntry[] {
  const agents = join(folder, 'agents')
  const entries: AgentEntry[] = []
  for (const file of filesOf(agents)) {
    const pid = Number(/^(\d+)\.json$/.exec(file)?.[1] ?? Number.NaN)
    if (Number.isNaN(pid)) continue
    const entry = isRunning(pid) ? readEntry(agents, pid, platform) : undefined
    if (entry === undefined) sweep(agents, pid)
    else entries.push({ ...entry, tokenFile: tokenPath(agents, pid) })
  }
  return entries.sort((a, b) => a.startedMs - b.startedMs || (a.name < b.name ? -1 : 1))
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Not there yet, or not ours to read: no agent of ours either way.
    return []
  }
}

/** The token of an entry. Throws if the file is gone or others may read it. */
export function readToken(file: string, platform: NodeJS.Platform): string {
  return readSecretFile(file, platform).trim()
}

/** Undefined unless it is whole, and nobody else could have written it: it is sent our token. */
function readEntry(
  agents: string,
  pid: number,
  platform: NodeJS.Platform,
): v.InferOutput<typeof entrySchema> | undefined {
  try {
    const parsed: unknown = JSON.parse(readSecretFile(entryPath(agents, pid), platform))
    const result = v.safeParse(entrySchema, parsed)
    return result.success && result.output.pid === pid ? result.output : undefined
  } catch {
    return undefined
  }
}

/** What cannot be swept harms nobody: it is not read as an agent either. */
function sweep(agents: string, pid: number): void {
  for (const path of [entryPath(agents, pid), tokenPath(agents, pid)]) {
    try {
      rmSync(path, { force: true })
    } catch {
      // A folder of that name, or one we may not change.
    }
  }
}

function entryPath(agents: string, pid: number): string {
  return join(agents, `${pid}.json`)
}

function tokenPath(agents: string, pid: number): string {
  return join(agents, `${pid}.token`)
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else; then it is not our agent any more, but not ours to judge.
    return codeOf(error) === 'EPERM'
  }
}
