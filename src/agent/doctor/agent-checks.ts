// The agent's side of doctor: a look at what it knows, then questions that cost a few
// packets: a ping to members, a push/pull with some, their views, and the names of its seeds.

import { lookup } from 'node:dns/promises'
import { HearsayError } from '../../core/index.ts'
import type { Member, Node } from '../../host/api.ts'
import { codeOf, reasonOf } from '../contract.ts'
import type { Finding } from '../http/shapes.ts'
import { listed, plural, visible } from '../terminal/text.ts'
import { measuredText } from '../terminal/time.ts'
import { broken, good, note, warning } from './findings.ts'
import { type AgentFacts, checkFacts } from './member-checks.ts'

export interface AgentToCheck
  extends Omit<AgentFacts, 'self' | 'members' | 'metrics' | 'waitingFor'> {
  readonly node: Node
  readonly seeds: string | readonly string[] | undefined
}

const PINGED_MAX = 32
const DIALLED_MAX = 3
const WAIT_MS = 1000

/** All findings of the agent's side, in the order checked. */
export async function checkAgent(agent: AgentToCheck): Promise<readonly Finding[]> {
  const { node } = agent
  const { waitingFor } = node.state.stats()
  const [self, members, metrics] = [node.self(), node.members(), node.metrics()]
  const facts = { ...agent, self, members, metrics, waitingFor }
  const others = node.members({ status: ['alive', 'suspect'] }).filter((one) => !one.self)
  const asked = await Promise.all([
    pingAll(node, others.slice(0, PINGED_MAX)),
    dialSome(node, others.slice(0, DIALLED_MAX)),
    compareViews(node),
    resolveSeeds(agent.seeds),
    others.length === 0 ? joinSeeds(node, listOf(agent.seeds)) : [],
  ])
  return [...checkFacts(facts), ...asked.flat()]
}

async function pingAll(node: Node, members: readonly Member[]): Promise<readonly Finding[]> {
  if (members.length === 0) return []
  const results = await Promise.all(
    members.map(async ({ name }) => {
      const result = await node.ping(name, { timeoutMs: WAIT_MS }).catch(() => undefined)
      return { name: visible(name), rttMs: result?.rttMs }
    }),
  )
  const silent = results.filter((one) => one.rttMs === undefined).map((one) => one.name)
  const slowest = Math.max(0, ...results.map((one) => one.rttMs ?? 0))
  if (silent.length === 0) {
    const message = `${plural(members.length, 'member')} answered, the slowest in ${measuredText(slowest)}`
    return [good('udp', message)]
  }
  const message = `no answer by UDP from ${listed(silent)}`
  const fix = 'open the gossip port for UDP in both directions, or hearsay why NAME'
  return [
    silent.length === members.length ? broken('udp', message, fix) : warning('udp', message, fix),
  ]
}

async function dialSome(node: Node, members: readonly Member[]): Promise<readonly Finding[]> {
  const results = await Promise.all(
    members.map(async ({ name, address }) => {
      const joined = node.join([address], { timeoutMs: 2 * WAIT_MS })
      const problem = await joined.then((result) => result.failures[0]?.detail, reasonOf)
      return { name: visible(name), problem }
    }),
  )
  const failed = results.filter((one) => one.problem !== undefined)
  if (failed.length === 0) {
    return members.length === 0 ? [] : [good('tcp', `${plural(members.length, 'member')} asked`)]
  }
  const [first] = failed
  const names = listed(failed.map((one) => one.name))
  const message = `no exchange by TCP with ${names}: ${visible(first?.problem ?? '', 300)}`
  return [warning('tcp', message, 'open the gossip port for TCP too; UDP alone is not enough')]
}

async function compareViews(node: Node): Promise<readonly Finding[]> {
  const report = await node.views({ timeoutMs: WAIT_MS }).catch(() => undefined)
  if (report === undefined) return []
  const others = report.groups.filter((group) => group.checksum !== report.self.checksum)
  const answered = new Set(report.groups.flatMap((group) => group.members)).size
  if (others.length === 0) {
    return answered > 1 ? [good('views', 'everybody asked sees the same members')] : []
  }
  const who = listed(others.flatMap((group) => group.members).map((name) => visible(name)))
  const fix = 'hearsay views says about whom; normal for seconds after a change, not for minutes'
  return [note('views', `another view is held by ${who}`, fix)]
}

async function resolveSeeds(
  seeds: string | readonly string[] | undefined,
): Promise<readonly Finding[]> {
  const hosts = listOf(seeds)
    .map(hostOf)
    .filter((host) => !/^[\d.]+$|:/.test(host))
  const findings = await Promise.all(
    hosts.map(async (host): Promise<Finding> => {
      try {
        const found = await lookup(host, { all: true })
        return good(
          'dns',
          `${visible(host)} has an address: ${listed(
            found.map((one) => one.address),
            4,
          )}`,
        )
      } catch (error) {
        const reason = codeOf(error) || 'failed'
        const fix = 'correct the name in --join, or the DNS; it is asked again at every try'
        return warning('dns', `${visible(host)} has no address (${reason})`, fix)
      }
    }),
  )
  return findings
}

/** A member that is alone although it was told whom to join: why? */
async function joinSeeds(node: Node, seeds: readonly string[]): Promise<readonly Finding[]> {
  if (seeds.length === 0) return []
  const joined = node.join(seeds, { timeoutMs: 2 * WAIT_MS })
  const problems = await joined.then(
    (result) => result.failures.map((one) => `${one.address}: ${one.detail}`),
    (error: unknown) => problemsOf(error),
  )
  if (problems.length === 0) return []
  const message = `alone, and nobody could be joined: ${visible(problems.slice(0, 3).join('; '), 600)}`
  // Where everybody starts on this machine, being the first is nothing unusual.
  const isLocal = seeds.every((seed) => hostOf(seed) === 'localhost')
  const find = isLocal ? note : broken
  return [find('join', message, 'hearsay join ADDRESS tells more; it is tried again for ever')]
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof HearsayError && error.problems.length > 0) return error.problems
  return [reasonOf(error)]
}

function listOf(seeds: string | readonly string[] | undefined): readonly string[] {
  if (seeds === undefined) return []
  return typeof seeds === 'string' ? [seeds] : seeds
}

function hostOf(seed: string): string {
  const bare = seed.replace(/^dns:/, '')
  const bracketed = /^\[([^\]]+)\]/.exec(bare)
  return bracketed?.[1] ?? bare.replace(/:\d+$/, '')
}
