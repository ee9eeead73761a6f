// Addresses as people write them, right and wrong.

import { describe, expect, test } from 'vitest'
import {
  ipKind,
  parseAddress,
  parseEndpoint,
  parseIp,
  parseNetwork,
} from '../../src/node/address-text.ts'

describe('an endpoint', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1', undefined],
    ['10.0.0.1:7946', '10.0.0.1', 7946],
    ['db-1.shop.svc:1', 'db-1.shop.svc', 1],
    ['_gossip._udp.shop', '_gossip._udp.shop', undefined],
    ['localhost', 'localhost', undefined],
    ['[2001:db8::1]:7946', '2001:db8::1', 7946],
    ['[::1]', '::1', undefined],
    ['::1', '::1', undefined],
    ['host.', 'host.', undefined],
  ])('%s is read', (text, host, port) => {
    expect(parseEndpoint(text)).toEqual({ host, port })
  })

  test.each([
    '',
    ':7946',
    'host:',
    'host:65536',
    'host:7x',
    'host:-1',
    '10.0.0.256',
    '10.0.0',
    '127.1:7946',
    '010.0.0.1',
    '[::1',
    '[host]:1',
    '::1%eth0',
    'a b',
    'a/b',
    'häuser:1',
    'x'.repeat(254),
  ])('%j is refused', (text) => {
    expect(parseEndpoint(text)).toBeUndefined()
  })
})

describe('an IP address', () => {
  test('has 4 or 16 bytes', () => {
    expect(parseIp('1.2.3.4')).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect(parseIp('::ffff:1.2.3.4')).toHaveLength(16)
    expect(parseIp('0x7f.0.0.1')).toBeUndefined()
  })

  test('with a port goes in and comes out the same', () => {
    for (const text of ['10.0.0.1:7946', '[2001:db8::1]:1', '[::]:0']) {
      expect(String(parseAddress(text))).toBe(text)
    }
    expect(parseAddress('10.0.0.1')).toBeUndefined()
    expect(parseAddress('host:1')).toBeUndefined()
  })

  test.each([
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['127.0.0.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['100.64.0.1', 'private'],
    ['fd00::1', 'private'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['224.0.0.1', 'multicast'],
    ['8.8.8.8', 'public'],
  ])('%s is %s', (text, kind) => {
    expect(ipKind(parseIp(text) ?? new Uint8Array(4))).toBe(kind)
  })
})

describe('a network', () => {
  test('is a block or a single address', () => {
    expect(parseNetwork('10.0.0.0/8')).toEqual({ ip: Uint8Array.of(10, 0, 0, 0), prefixBits: 8 })
    expect(parseNetwork('10.0.0.1')).toEqual({ ip: Uint8Array.of(10, 0, 0, 1), prefixBits: 32 })
    expect(parseNetwork('fd00::/8')).toMatchObject({ prefixBits: 8 })
  })

  test.each(['10.0.0.0/33', '10.0.0.0/', '10/8', 'x/8', 'fd00::/129', '1.2.3.4/8/8'])(
    '%j is refused',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined()
    },
  )
})
