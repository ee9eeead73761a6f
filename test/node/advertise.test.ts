// The address others are told.

import { expect, test } from 'vitest'
import { Address, ipv4 } from '../../src/core/index.ts'
import { advertiseBound, advertiseConfigured } from '../../src/node/advertise.ts'

const anywhere = ipv4(0, 0, 0, 0, 7946)
const outside =
  (...addresses: readonly string[]) =>
  () =>
    addresses.map((address) => ({ address, internal: false }))

test('a bound address is told as it is', () => {
  const bound = ipv4(127, 0, 0, 1, 7)
  expect(advertiseBound(bound, outside('10.0.0.1')).address).toBe(bound)
})

test('bound to all addresses, a private one goes before a public one, and IPv4 before IPv6', () => {
  const address = (...list: readonly string[]) =>
    String(advertiseBound(anywhere, outside(...list)).address)
  expect(address('8.8.8.8', 'fd00::1', '10.0.0.1')).toBe('10.0.0.1:7946')
  expect(address('8.8.8.8', '169.254.0.1')).toBe('8.8.8.8:7946')
  expect(address('fd00::1')).toBe('127.0.0.1:7946')
})

test('bound to all addresses of both families, IPv6 will do', () => {
  const bound = new Address(new Uint8Array(16), 1)
  expect(String(advertiseBound(bound, outside('fe80::1', 'fd00::1')).address)).toBe('[fd00::1]:1')
})

test('a machine with loopback only is warned about', () => {
  const found = advertiseBound(anywhere, () => [{ address: '127.0.0.1', internal: true }])
  expect(String(found.address)).toBe('127.0.0.1:7946')
  expect(found.warning).toContain('set advertise')
})

test('what is configured wins, with the bound port unless it names one', async () => {
  const told = async (host: string, port?: number) =>
    String((await advertiseConfigured(host, port, anywhere)).address)
  expect(await told('10.9.9.9')).toBe('10.9.9.9:7946')
  expect(await told('10.9.9.9', 1)).toBe('10.9.9.9:1')
})

test('an address that nobody can dial is refused', async () => {
  for (const host of ['0.0.0.0', '::', '224.0.0.1']) {
    await expect(advertiseConfigured(host, 1, anywhere)).rejects.toMatchObject({
      code: 'HEARSAY_CONFIG',
    })
  }
})
