// Where the five agents live and how their two sides are cut apart: hosts in namespaces whose
// packets are dropped, or, where there can be none, ports of loopback, and two clusters that
// are told of each other only when the cut heals.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { cut, Net } from '../support/net.ts'
import { GOSSIP_PORT } from '../support/programs.ts'

export const HOSTS = [1, 2, 3, 4, 5] as const
/** Three against two. */
const SIDES: readonly (readonly number[])[] = [
  [1, 2, 3],
  [4, 5],
]

export interface Site {
  /** `host:port` for gossip. */
  readonly gossip: (host: number) => string
  /** `host:port` for the HTTP API. */
  readonly http: (host: number) => string
  /** Whom an agent is told to join; who restarts must find those of its side again. */
  readonly seeds: (host: number) => readonly string[]
  /** What runs a command on a host. */
  readonly prefix: (host: number) => readonly string[]
  /** Nothing passes between the two sides any more. */
  readonly cut: () => Promise<void>
  /** Hosts that must be told of each other when the cut heals. */
  readonly heal: () => Promise<readonly (readonly [number, number])[]>
  readonly isCutFromTheStart: boolean
}

/** Hosts in namespaces on one bridge. */
export async function netSite(): Promise<Site> {
  const net = await Net.build(0, HOSTS.length)
  const gossip = (host: number) => `${net.address(host)}:${GOSSIP_PORT}`
  return {
    gossip,
    http: (host) => `${net.address(host)}:7980`,
    seeds: () => HOSTS.map(gossip),
    prefix: (host) => ['ip', 'netns', 'exec', net.space(host)],
    cut: async () => {
      for (const side of SIDES) {
        const others = HOSTS.filter((host) => !side.includes(host)).map((one) => net.address(one))
        for (const host of side) await net.at(host, [cut(others)])
      }
    },
    heal: async () => {
      await net.heal()
      return []
    },
    isCutFromTheStart: false,
  }
}

/** Ports of loopback; the two sides meet when they heal. */
export async function loopbackSite(): Promise<Site> {
  const ports = await freePorts(2 * HOSTS.length)
  const gossip = (host: number) => `127.0.0.1:${ports[2 * host - 2]}`
  const [[first = 1] = [], [second = 4] = []] = SIDES
  let hasMet = false
  return {
    gossip,
    http: (host) => `127.0.0.1:${ports[2 * host - 1]}`,
    seeds: (host) => {
      const own = SIDES.find((side) => side.includes(host)) ?? []
      return (hasMet ? HOSTS : own).map(gossip)
    },
    prefix: () => [],
    cut: async () => {},
    heal: async () => {
      hasMet = true
      return [[first, second]]
    },
    isCutFromTheStart: true,
  }
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}
