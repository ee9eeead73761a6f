// Addresses as people write them: `10.0.0.1`, `db-1:7946`, `[2001:db8::1]:7946`,
// `10.0.0.0/8`. Reading only; the way out is `Address.toString`. IPv6 text is left to
// ipaddr.js; short and octal IPv4 forms (`127.1`, `010.0.0.1`) are refused, because they
// mean different things to different readers.

import ipaddr from 'ipaddr.js'
import { Address, isMappedIpv4, type Network } from '../core/index.ts'

/** A host and maybe a port, not resolved yet. */
export interface Endpoint {
  /** A name or an IP address, without brackets. */
  readonly host: string
  readonly port: number | undefined
}

const IPV4 = /^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/
const HOST = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/
const BRACKETED = /^\[([^[\]]+)\](?::(\d{1,5}))?$/

/** The 4 or 16 bytes of an IP address, or undefined. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Uint8Array | undefined {
  if (IPV4.test(text)) {
    const bytes = text.split('.').map(Number)
    return bytes.every((byte) => byte <= 255) ? Uint8Array.from(bytes) : undefined
  }
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  return Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray())
}

/** An IP address with its port; undefined if either is missing or wrong. */
export function parseAddress(text: string): Address | undefined {
  const endpoint = parseEndpoint(text)
  const ip = endpoint && parseIp(endpoint.host)
  if (ip === undefined || endpoint?.port === undefined) return undefined
  return new Address(ip, endpoint.port)
}

/** `host`, `host:port`, `[v6]:port`, `[v6]` or a bare IPv6 address; undefined if it is none. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const bracketed = BRACKETED.exec(text)
  if (bracketed !== null) return endpointOf(bracketed[1] ?? '', bracketed[2], isIpv6)
  if (isIpv6(text)) return { host: text, port: undefined }
  const colon = text.lastIndexOf(':')
  if (colon < 0) return endpointOf(text, undefined, isHost)
  return endpointOf(text.slice(0, colon), text.slice(colon + 1), isHost)
}

function endpointOf(
  host: string,
  port: string | undefined,
  isRight: (host: string) => boolean,
): Endpoint | undefined {
  if (!isRight(host)) return undefined
  if (port === undefined) return { host, port: undefined }
  const number = /^\d{1,5}$/.test(port) ? Number(port) : Number.NaN
  return number <= 65_535 ? { host, port: number } : undefined
}

const isIpv6 = (text: string) => hasColons(text) && parseIp(text)?.length === 16
/** Two at least, as every IPv6 address has: `host:port` needs no closer look. */
const hasColons = (text: string) => text.indexOf(':') !== text.lastIndexOf(':')
/** All digits and dots is an IPv4 address or a mistake, never a name. */
const isHost = (text: string) =>
  /^[\d.]+$/.test(text) ? parseIp(text) !== undefined : HOST.test(text)

/** A CIDR block, or a single address as a block of one; undefined if it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits, ...rest] = text.split('/')
  const ip = parseIp(address)
  if (ip === undefined || rest.length > 0) return undefined
  const prefixBits = bits === undefined ? ip.length * 8 : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
  return prefixBits >= 0 && prefixBits <= ip.length * 8 ? { ip, prefixBits } : undefined
}

/** What an address is good for; `unspecified` is 0.0.0.0 or ::. */
export type IpKind = 'unspecified' | 'loopback' | 'link-local' | 'private' | 'multicast' | 'public'

const KIND_BY_RANGE: Readonly<Record<string, IpKind>> = {
  unspecified: 'unspecified',
  loopback: 'loopback',
  linkLocal: 'link-local',
  private: 'private',
  uniqueLocal: 'private',
  carrierGradeNat: 'private',
  multicast: 'multicast',
  broadcast: 'multicast',
}

/** Sorts an address of 4 or 16 bytes; mapped IPv4 counts as what it maps. */
export function ipKind(ip: Uint8Array): IpKind {
  const bytes = isMappedIpv4(ip) ? ip.subarray(12) : ip
  return KIND_BY_RANGE[ipaddr.fromByteArray([...bytes]).range()] ?? 'public'
}
