// Which agent a command talks to: `--addr`, else `HEARSAY_ADDR`, else the first-started one
// of this user's state folder, else the next of them that listens. The token comes from the
// variable or from that folder.

import { CommandError, type Environment, exits } from './contract.ts'
import { readSecretFile } from './settings/secret-file.ts'
import { type AgentEntry, readToken, runningAgents, stateFolder } from './settings/state-folder.ts'
import { listed, visible } from './terminal/text.ts'

/** Where an agent is, and how to be let in. */
export interface AgentPlace {
  /** `http://127.0.0.1:7980`. */
  readonly url: string
  readonly token: string | undefined
  /** For messages: how we came to this address. */
  readonly foundBy: 'flag' | 'environment' | 'state-folder'
  /** Names of this user's agents here, one of which may have been meant; first-started first. */
  readonly names?: readonly string[]
  /** Which of them this is, to be said once it has answered; only where no agent was named. */
  readonly remark?: string
  /** Who to ask where nobody listens here; only where no agent was named. */
  readonly next?: AgentPlace
}

export interface Search {
  readonly addr: string | undefined
  readonly env: Environment
  readonly platform: NodeJS.Platform
}

/** Finds the agent. Throws exit 3 if there is none. */
export function findAgent(search: Search): AgentPlace {
  const { addr, env, platform } = search
  const entries = listening(runningAgents(stateFolder(env, platform), platform))
  const given = addr ?? env.HEARSAY_ADDR
  if (given === undefined || given === '') return firstPlace(entries, search)
  // A name is enough for an agent of our own; one that came back has an entry left from before.
  const named = entries.findLast((entry) => entry.name === given)
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
  const place = chainOf(entries, search)
  if (place === undefined) {
    throw new CommandError(
      exits.noAgent,
      'no agent of yours runs on this machine',
      'start one: hearsay agent --dev      or five to play with: hearsay up 5',
    )
  }
  return place
}

/** Each agent, the first-started first, with the one to ask where it does not listen. */
function chainOf(entries: readonly AgentEntry[], search: Search): AgentPlace | undefined {
  const names = entries.map(({ name }) => name)
  return entries.reduceRight<AgentPlace | undefined>((next, entry, index) => {
    const place = {
      url: entry.url,
      token: tokenOf(entry, search),
      foundBy: 'state-folder',
    } as const
    const remark = names.length < 2 ? {} : { remark: remarkOn(names, index) }
    return { ...place, names, ...remark, ...(next === undefined ? {} : { next }) }
  }, undefined)
}

/** Which of several agents was taken, and how to take another. */
function remarkOn(names: readonly string[], taken: number): string {
  const shown = names.map((name) => visible(name))
  const silent = shown.slice(0, taken)
  const why =
    taken === 0
      ? `first-started of your ${names.length} agents here`
      : `as ${listed(silent)} ${taken === 1 ? 'does' : 'do'} not answer`
  return `note: this is ${shown[taken]}, ${why}; --addr NAME takes another`
}

/** A port has one owner: an entry with the address of a later one is of a process that ended. */
function listening(entries: readonly AgentEntry[]): readonly AgentEntry[] {
  return entries.filter(
    ({ url }, index) => !entries.slice(index + 1).some((one) => one.url === url),
  )
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
