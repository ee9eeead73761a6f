// Which networks members may come from (memberlist's CIDRsAllowed): a test made once of
// the configured blocks. An IPv4 address mapped into IPv6 counts as the IPv4 one.

import { isMappedIpv4 } from './base/address.ts'
import type { Network } from './config.ts'

/** True for every address in one of `networks`; for all if there are none. */
export function networksTest(networks: readonly Network[]): (ip: Uint8Array) => boolean {
  if (networks.length === 0) return () => true
  return (ip) => {
    const plain = isMappedIpv4(ip) ? ip.subarray(12) : ip
    return networks.some((network) => contains(network, plain))
  }
}

function contains({ ip, prefixBits }: Network, address: Uint8Array): boolean {
  if (ip.length !== address.length) return false
  for (let bit = 0; bit < prefixBits; bit += 8) {
    const mask = bit + 8 <= prefixBits ? 0xff : (0xff << (bit + 8 - prefixBits)) & 0xff
    if ((((ip[bit >> 3] ?? 0) ^ (address[bit >> 3] ?? 0)) & mask) !== 0) return false
  }
  return true
}
