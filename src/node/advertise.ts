// Which address others are told: what was configured, else what is bound, else, for a socket
// bound to all addresses, one of this machine that others are likely to reach.

import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { Address, HearsayError } from '../core/index.ts'
import { ipKind, parseIp } from './address-text.ts'

export interface Advertised {
  readonly address: Address
  /** What a person should know about the choice, if anything. */
  readonly warning: string | undefined
}

/** An address of this machine, as `os.networkInterfaces` tells it. */
export interface MachineAddress {
  readonly address: string
  readonly internal: boolean
}

/** The configured address or name; the port is the bound one unless given. Throws `HEARSAY_CONFIG`. */
export async function advertiseConfigured(
  host: string | undefined,
  port: number | undefined,
  bound: Address,
): Promise<Advertised> {
  if (host === undefined) {
    const found = advertiseBound(bound, machineAddresses)
    return { ...found, address: new Address(found.address.ip, port ?? bound.port) }
  }
  const ip = parseIp(host) ?? parseIp(await lookupHost(host))
  if (ip === undefined || ipKind(ip) === 'unspecified' || ipKind(ip) === 'multicast') {
    const text = `advertise: others cannot dial ${host}; give an address of this machine that they reach`
    throw new HearsayError('HEARSAY_CONFIG', text, { problems: [text] })
  }
  return { address: new Address(ip, port ?? bound.port), warning: undefined }
}

async function lookupHost(host: string): Promise<string> {
  try {
    return (await lookup(host)).address
  } catch (cause) {
    const text = `advertise: the name ${host} has no address; give an IP address`
    throw new HearsayError('HEARSAY_CONFIG', text, { cause, problems: [text] })
  }
}

/** The bound address, or the best of this machine's where all are bound. */
export function advertiseBound(
  bound: Address,
  addresses: () => readonly MachineAddress[],
): Advertised {
  if (ipKind(bound.ip) !== 'unspecified') return { address: bound, warning: undefined }
  const best = bestOf(addresses(), !bound.isIpv4)
  if (best !== undefined) return { address: new Address(best, bound.port), warning: undefined }
  const warning =
    'this machine has no address beyond loopback: only nodes on it can reach us; set advertise'
  return { address: new Address(Uint8Array.of(127, 0, 0, 1), bound.port), warning }
}

/** A private IPv4 first, then a public one, then IPv6 where we are bound to it. */
function bestOf(addresses: readonly MachineAddress[], ipv6: boolean): Uint8Array | undefined {
  const usable = addresses
    .filter(({ internal }) => !internal)
    .map(({ address }) => parseIp(address))
    .filter((ip) => ip !== undefined && (ip.length === 4 || ipv6))
    .filter((ip) => ip !== undefined)
  const first = (size: number, kind: 'private' | 'public') =>
    usable.find((ip) => ip.length === size && ipKind(ip) === kind)
  return first(4, 'private') ?? first(4, 'public') ?? first(16, 'private') ?? first(16, 'public')
}

function machineAddresses(): readonly MachineAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
}
