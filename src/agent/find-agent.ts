// Which agent a command talks to: `--addr`, else `HEARSAY_ADDR`, else the first-started one
// of this user's state folder. The token comes from the variable or from that folder.

import type { AgentPlace } from './client.ts'
import { CommandError, type Environment, exits } from './contract.ts'
import { readSecretFile } from './settings/secret-file.ts'
import { type AgentEntry, readToken, runningAgents, stateFolder } from './settings/state-folder.ts'

export interface Search {
  readonly addr: string | undefined
  readonly env: Environment
  readonly platform: NodeJS.Platform
}

/** Finds the agent. Throws exit 3 if there is none. */
export function findAgent(search: Search): AgentPlace {
  const { addr, env, platform } = search
  const entries = runningAgents(stateFolder(env, platform), platform)
  const given = addr ?? env.HEARSAY_ADDR
  if (given === undefined || given === '') return firstPlace(entries, search)
  // A name is enough for an agent of our own.
  const named = entries.find((entry) => entry.name === given)
  const foundBy = addr === undefined ? 'environment' : 'flag'
  const url = named?.url ?? urlOf(given)
  const own = entries.find((entry) => sameUrl(entry.url, url))
  const names = entries.map((entry) => entry.name)
  return { url, token: tokenOf(own, search), foundBy, names }
}

/** The agent's address as a URL. Throws exit 2 if it is none. */
export function urlOf(addr: string): string {
  const text = addr.includes('://') ? addr : `http://${addr}`
  try {
    const url = new URL(text)
    if (url.protocol === 'http:' && url.hostname !== '') {
      if (url.port === '' && !/:80\/?$/.test(text)) url.port = '7980'
      return url.origin
    }
  } catch {
    // Said below.
  }
  throw new CommandError(exits.usage, `${addr} is no address of an agent`, 'such as 127.0.0.1:7980')
}

function firstPlace(entries: readonly AgentEntry[], search: Search): AgentPlace {
  const [first] = entries
  if (first === undefined) {
    throw new CommandError(
      exits.noAgent,
      'no agent of yours runs on this machine',
      'start one: hearsay agent --dev      or five to play with: hearsay up 5',
    )
  }
  return { url: first.url, token: tokenOf(first, search), foundBy: 'state-folder' }
}

function tokenOf(entry: AgentEntry | undefined, { env, platform }: Search): string | undefined {
  const given = env.HEARSAY_TOKEN
  if (given !== undefined && given !== '') return given
  const file = env.HEARSAY_HTTP_TOKEN_FILE
  if (file !== undefined && file !== '') return readSecretFile(file, platform).trim()
  if (entry === undefined) return undefined
  try {
    return readToken(entry.tokenFile, platform)
  } catch {
    // Reading works without; what needs the token will be refused in words.
    return undefined
  }
}

function sameUrl(a: string, b: string): boolean {
  return a.replace('localhost', '127.0.0.1') === b.replace('localhost', '127.0.0.1')
}
