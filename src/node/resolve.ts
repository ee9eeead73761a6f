// From seeds to addresses: `10.0.0.1`, `host`, `host:port`, `[v6]:port`, `dns:name[:port]`
// (A and AAAA; SRV where the name begins with `_`). Asked anew at every try, so that a
// cluster which started on stale names heals. Each seed has a time limit, so that nothing
// hangs on a resolver. A loopback seed without a port stands for the whole range in which
// nodes on one machine find their ports.

import type { LookupAddress } from 'node:dns'
import { lookup, resolve4, resolve6, resolveSrv } from 'node:dns/promises'
import { Address, type JoinTarget } from '../core/index.ts'
import { type Resolved, type ResolveSeeds, show, type UnresolvedSeed } from '../host/index.ts'
import { type Endpoint, ipKind, parseEndpoint, parseIp } from './address-text.ts'
import { DEFAULT_PORT, LAST_DEFAULT_PORT } from './transport.ts'

const TIMEOUT_MS = 5_000
const DNS_PREFIX = 'dns:'
/** Addresses taken from one name: a wrong name must not make us dial the world. */
const ADDRESSES_MAX = 256

/** What is asked of the system; tests give their own. */
export interface NameService {
  readonly lookup: (name: string) => Promise<readonly string[]>
  readonly addresses: (name: string) => Promise<readonly string[]>
  readonly services: (
    name: string,
  ) => Promise<readonly { readonly name: string; readonly port: number }[]>
}

export interface ResolverOptions {
  /** IPv6 addresses are left out where the socket could not reach them. */
  readonly ipv6: boolean
  readonly names?: NameService | undefined
  readonly timeoutMs?: number | undefined
}

/** The resolver for a socket that reaches IPv6, or does not. */
export function seedResolver(options: ResolverOptions): ResolveSeeds {
  const { names = systemNames, timeoutMs = TIMEOUT_MS } = options
  return async (seeds) => {
    const answers = await Promise.all(
      seeds.map((seed) => within(timeoutMs, seed, resolveSeed(seed, names))),
    )
    return merge(answers, options.ipv6)
  }
}

const SEED_FORMS = 'host, host:port, [v6]:port or dns:name[:port] expected'
const NO_ADDRESS = 'the name has no address'

/** What is wrong with a seed, as far as its text tells, and the next step. */
export function seedProblem(seed: string): string | undefined {
  const endpoint = endpointOf(seed)
  if (endpoint === undefined) return `${SEED_FORMS}, got ${show(seed)}`
  const ip = parseIp(endpoint.host)
  if (ip !== undefined && !isOneHost(ip)) {
    return `${endpoint.host} stands for no one machine; give the address of another member`
  }
  if (endpoint.port === 0) return `${show(seed)}: nobody listens on port 0; give the member's port`
  return undefined
}

function endpointOf(seed: string): Endpoint | undefined {
  return parseEndpoint(seed.startsWith(DNS_PREFIX) ? seed.slice(DNS_PREFIX.length) : seed)
}

/** Dialling 0.0.0.0 would reach this machine, and a multicast group nobody. */
function isOneHost(ip: Uint8Array): boolean {
  const kind = ipKind(ip)
  return kind !== 'unspecified' && kind !== 'multicast'
}

type Answer = readonly JoinTarget[] | UnresolvedSeed

async function resolveSeed(seed: string, names: NameService): Promise<Answer> {
  const problem = seedProblem(seed)
  const endpoint = endpointOf(seed)
  if (problem !== undefined || endpoint === undefined) {
    return { seed, reason: 'syntax', detail: problem ?? SEED_FORMS }
  }
  try {
    const found = await findAddresses(endpoint, seed.startsWith(DNS_PREFIX), names)
    const targets = found.filter(({ ip }) => isOneHost(ip)).map((address) => ({ address, seed }))
    if (targets.length > 0) return targets
    const detail = found.length > 0 ? 'the name stands for no one machine' : NO_ADDRESS
    return { seed, reason: 'name', detail }
  } catch (error) {
    return { seed, reason: 'name', detail: detailOf(error) }
  }
}

async function findAddresses(
  { host, port }: Endpoint,
  isDns: boolean,
  names: NameService,
): Promise<readonly Address[]> {
  const ip = parseIp(host)
  if (ip !== undefined) return atPorts(ip, port)
  if (isDns && host.startsWith('_')) return await findServices(host, port, names)
  const texts = isDns ? await names.addresses(host) : await names.lookup(host)
  return texts.flatMap((text) => atPorts(parseIp(text), port)).slice(0, ADDRESSES_MAX)
}

/** The targets of an SRV record name the port; a port in the seed wins over it. */
async function findServices(
  name: string,
  port: number | undefined,
  names: NameService,
): Promise<readonly Address[]> {
  const services = (await names.services(name)).slice(0, ADDRESSES_MAX)
  const found = await Promise.all(
    services.map(async (service) => {
      const texts = await names.addresses(service.name).catch(() => [])
      return texts.flatMap((text) => atPorts(parseIp(text), port ?? service.port))
    }),
  )
  return found.flat().slice(0, ADDRESSES_MAX)
}

function atPorts(ip: Uint8Array | undefined, port: number | undefined): readonly Address[] {
  if (ip === undefined) return []
  if (port !== undefined) return [new Address(ip, port)]
  if (ipKind(ip) !== 'loopback') return [new Address(ip, DEFAULT_PORT)]
  const count = LAST_DEFAULT_PORT - DEFAULT_PORT + 1
  return Array.from({ length: count }, (_, i) => new Address(ip, DEFAULT_PORT + i))
}

/** Every address once, under the first seed that named it. */
function merge(answers: readonly Answer[], ipv6: boolean): Resolved {
  const targetByKey = new Map<Address['key'], JoinTarget>()
  const failures: UnresolvedSeed[] = []
  for (const answer of answers) {
    if ('reason' in answer) {
      failures.push(answer)
      continue
    }
    const usable = answer.filter(({ address }) => ipv6 || address.isIpv4)
    const [first] = answer
    if (usable.length === 0 && first !== undefined) failures.push(onlyIpv6(first))
    for (const target of usable) {
      if (!targetByKey.has(target.address.key)) targetByKey.set(target.address.key, target)
    }
  }
  return { targets: [...targetByKey.values()], failures }
}

function onlyIpv6({ seed }: JoinTarget): UnresolvedSeed {
  const detail = 'it has only IPv6 addresses and we are bound to IPv4; bind :: to reach both'
  return { seed, reason: 'name', detail }
}

async function within(timeoutMs: number, seed: string, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Answer>((resolve) => {
    const detail = `no answer from the resolver in ${timeoutMs} ms`
    timer = setTimeout(() => resolve({ seed, reason: 'timeout', detail }), timeoutMs).unref()
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function detailOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOTFOUND' || code === 'ENODATA') return NO_ADDRESS
  if (code === 'EAI_AGAIN' || code === 'ETIMEOUT') return 'the resolver does not answer'
  return code === '' ? String(error) : `the resolver says ${code}`
}

const systemNames: NameService = {
  lookup: async (name) => textsOf(await lookup(name, { all: true })),
  addresses: async (name) => {
    const [four, six] = await Promise.allSettled([resolve4(name), resolve6(name)])
    const found = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
    // The hosts file knows names that no server does: /etc/hosts, mDNS, container networks.
    return found.length > 0 ? found : textsOf(await lookup(name, { all: true }))
  },
  services: async (name) => await resolveSrv(name),
}

const textsOf = (found: readonly LookupAddress[]) => found.map(({ address }) => address)
