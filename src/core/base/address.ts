// An IP address with a port, as the core knows it: bytes, never text to be parsed.
// Text goes in and out at the host (`node/address-text.ts`); only the way out is here,
// because errors and evidence are written by the core. An IPv4 address mapped into IPv6
// (::ffff:a.b.c.d) compares equal to the plain one, but its bytes are kept as received.

import { assert } from './assert.ts'

/** What two equal addresses have in common: a number for IPv4, a string for IPv6. */
export type AddressKey = number | string

export class Address {
  /** 0 … 65535. */
  readonly port: number
  readonly key: AddressKey
  /** The bytes of an IPv6 address; those of IPv4 are in the key, as a table holds many. */
  readonly #ipv6: Uint8Array | undefined

  constructor(ip: Uint8Array, port: number) {
    assert(ip.length === 4 || ip.length === 16, 'an address has 4 or 16 bytes')
    this.port = port
    this.key = addressKey(ip, port)
    this.#ipv6 = ip.length === 16 ? ip : undefined
  }

  /** 4 or 16 bytes, as received. */
  get ip(): Uint8Array {
    return this.#ipv6 ?? ipv4Bytes(Number(this.key))
  }

  get isIpv4(): boolean {
    return this.#ipv6 === undefined
  }

  /** The address without the port, as text: `10.0.0.1`, `2001:db8::1`. Made anew each time. */
  get host(): string {
    return this.#ipv6 === undefined ? ipv4Text(Number(this.key)) : ipText(this.#ipv6)
  }

  equals(other: Address): boolean {
    return this.key === other.key
  }

  /** `10.0.0.1:7946` or `[2001:db8::1]:7946`. */
  toString(): string {
    return this.isIpv4 ? `${this.host}:${this.port}` : `[${this.host}]:${this.port}`
  }
}

/** Shorthand for an IPv4 address: `ipv4(127, 0, 0, 1, 7946)`. */
export function ipv4(a: number, b: number, c: number, d: number, port: number): Address {
  return new Address(Uint8Array.of(a, b, c, d), port)
}

/** The comparison key of raw bytes and a port. `ip` must have 4 or 16 bytes. */
export function addressKey(ip: Uint8Array, port: number): AddressKey {
  if (ip.length === 4) return ipv4Number(ip, 0) * 65_536 + port
  if (isMappedIpv4(ip)) return ipv4Number(ip, 12) * 65_536 + port
  let text = ''
  for (const byte of ip) text += String.fromCharCode(byte)
  return text + String.fromCharCode(port)
}

function ipv4Bytes(key: number): Uint8Array {
  const ip = Math.floor(key / 65_536)
  return Uint8Array.of(ip >>> 24, ip >>> 16, ip >>> 8, ip)
}

function ipv4Text(key: number): string {
  const ip = Math.floor(key / 65_536)
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}`
}

function ipv4Number(ip: Uint8Array, at: number): number {
  return (
    (ip[at] ?? 0) * 16_777_216 +
    (ip[at + 1] ?? 0) * 65_536 +
    (ip[at + 2] ?? 0) * 256 +
    (ip[at + 3] ?? 0)
  )
}

/** True for ::ffff:a.b.c.d. */
export function isMappedIpv4(ip: Uint8Array): boolean {
  if (ip.length !== 16 || ip[10] !== 0xff || ip[11] !== 0xff) return false
  for (let i = 0; i < 10; i++) if (ip[i] !== 0) return false
  return true
}

/** Text of 4 or 16 address bytes; IPv6 in the form of RFC 5952. */
export function ipText(ip: Uint8Array): string {
  if (ip.length === 4) return `${ip[0]}.${ip[1]}.${ip[2]}.${ip[3]}`
  if (isMappedIpv4(ip)) return `::ffff:${ip[12]}.${ip[13]}.${ip[14]}.${ip[15]}`
  const groups = Array.from({ length: 8 }, (_, i) => (ip[i * 2] ?? 0) * 256 + (ip[i * 2 + 1] ?? 0))
  const gap = longestZeroRun(groups)
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (gap.length < 2) return hex(groups)
  return `${hex(groups.slice(0, gap.at))}::${hex(groups.slice(gap.at + gap.length))}`
}

function longestZeroRun(groups: readonly number[]): { at: number; length: number } {
  let best = { at: 0, length: 0 }
  for (let at = 0; at < groups.length; at++) {
    let length = 0
    while (groups[at + length] === 0) length++
    if (length > best.length) best = { at, length }
  }
  return best
}
