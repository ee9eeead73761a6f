// Addresses: equal where they mean the same host, and written as ipaddr.js writes them.

import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { Address, ipText, ipv4 } from '../../src/core/base/address.ts'

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
/** Runs of zeros are what makes IPv6 text hard. */
const ipv6 = fc
  .tuple(bytes(16), fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
  .map(([ip, zero]) => ip.map((byte, i) => (zero[i >> 1] === true ? 0 : byte)))

describe('an address', () => {
  it('is written as RFC 5952 says', () => {
    fc.assert(
      fc.property(ipv6, (ip) => {
        const other = new ipaddr.IPv6([...ip])
        const text = ipText(ip)
        expect(ipaddr.parse(text).toByteArray()).toEqual([...ip])
        if (!other.isIPv4MappedAddress()) expect(text).toBe(other.toRFC5952String())
      }),
      { numRuns: 500 },
    )
  })

  it('gives back the bytes and port it was made of', () => {
    fc.assert(
      fc.property(fc.oneof(bytes(4), ipv6), fc.integer({ min: 0, max: 65_535 }), (ip, port) => {
        const address = new Address(ip, port)
        expect([...address.ip, address.port]).toEqual([...ip, port])
      }),
    )
  })

  it('equals another exactly if host and port are the same', () => {
    fc.assert(
      fc.property(
        bytes(4),
        bytes(4),
        fc.constantFrom(1, 2),
        fc.constantFrom(1, 2),
        (a, b, p, q) => {
          const same = ipText(a) === ipText(b) && p === q
          expect(new Address(a, p).equals(new Address(b, q))).toBe(same)
          expect(new Address(a, p).equals(new Address(a.slice(), p))).toBe(true)
        },
      ),
    )
  })

  it('equals its form mapped into IPv6, and keeps the bytes it came in', () => {
    const mapped = new Address(
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1),
      7946,
    )
    expect(mapped.equals(ipv4(10, 0, 0, 1, 7946))).toBe(true)
    expect(mapped.ip).toHaveLength(16)
    expect(String(mapped)).toBe('[::ffff:10.0.0.1]:7946')
  })
})
