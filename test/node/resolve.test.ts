// Seeds become addresses, by a name service that answers from a table.

import { expect, test } from 'vitest'
import { type NameService, seedResolver } from '../../src/node/resolve.ts'

const never = () => new Promise<never>(() => {})
const unknown = (name: string) =>
  Promise.reject(Object.assign(new Error(name), { code: 'ENOTFOUND' }))

const table: Readonly<Record<string, readonly string[]>> = {
  'db.shop': ['10.0.0.1', '10.0.0.2', 'fd00::1'],
  'pod-1.shop': ['10.0.0.3'],
  'six.shop': ['fd00::1'],
  loop: ['127.0.0.1'],
  'blocked.shop': ['0.0.0.0', '::'],
}
const find = async (name: string) => table[name] ?? (await unknown(name))
const names: NameService = {
  lookup: (name) => (name === 'slow.shop' ? never() : find(name)),
  addresses: find,
  services: async (name) =>
    name === '_gossip._udp.shop'
      ? [
          { name: 'pod-1.shop', port: 7000 },
          { name: 'gone.shop', port: 7001 },
        ]
      : await unknown(name),
}

const resolve = (seeds: readonly string[], ipv6 = false) =>
  seedResolver({ ipv6, names, timeoutMs: 5 })(seeds)

async function targets(seed: string, ipv6 = false): Promise<readonly string[]> {
  return (await resolve([seed], ipv6)).targets.map(({ address }) => String(address))
}

test('an address is taken as it is, at the default port unless it names one', async () => {
  expect(await targets('10.0.0.1')).toEqual(['10.0.0.1:7946'])
  expect(await targets('10.0.0.1:1')).toEqual(['10.0.0.1:1'])
  expect(await targets('[fd00::2]:1', true)).toEqual(['[fd00::2]:1'])
})

test('a name stands for all its addresses that the socket can reach', async () => {
  expect(await targets('db.shop:5')).toEqual(['10.0.0.1:5', '10.0.0.2:5'])
  expect(await targets('dns:db.shop', true)).toEqual([
    '10.0.0.1:7946',
    '10.0.0.2:7946',
    '[fd00::1]:7946',
  ])
})

test('a service record names the port, and targets without an address are passed over', async () => {
  expect(await targets('dns:_gossip._udp.shop')).toEqual(['10.0.0.3:7000'])
  expect(await targets('dns:_gossip._udp.shop:9')).toEqual(['10.0.0.3:9'])
})

test('a loopback seed without a port stands for the ports from 7946 to 7965', async () => {
  for (const seed of ['127.0.0.1', 'loop']) {
    const found = await targets(seed)
    expect(found).toHaveLength(20)
    expect([found[0], found[19]]).toEqual(['127.0.0.1:7946', '127.0.0.1:7965'])
  }
  expect(await targets('127.0.0.1:7950')).toEqual(['127.0.0.1:7950'])
})

test('an address named by two seeds is dialled once', async () => {
  const { targets } = await resolve(['10.0.0.1', 'db.shop'])
  expect(targets.map(({ address, seed }) => `${seed} ${address}`)).toEqual([
    '10.0.0.1 10.0.0.1:7946',
    'db.shop 10.0.0.2:7946',
  ])
})

test('what has no address is told with the cause, and hinders no other seed', async () => {
  const seeds = [
    'nobody.shop',
    'slow.shop',
    'not a seed',
    'dns:_x._udp.shop',
    'six.shop',
    '10.0.0.1',
  ]
  const { targets, failures } = await resolve(seeds)
  expect(targets).toHaveLength(1)
  expect(failures.map(({ seed, reason }) => `${seed}: ${reason}`)).toEqual([
    'nobody.shop: name',
    'slow.shop: timeout',
    'not a seed: syntax',
    'dns:_x._udp.shop: name',
    'six.shop: name',
  ])
  expect(failures[4]?.detail).toContain('bind ::')
})

test('an address that stands for no one machine is never dialled', async () => {
  const seeds = ['0.0.0.0:1', '::', '[::ffff:0.0.0.0]:1', '224.0.0.1', 'blocked.shop', '10.0.0.1:0']
  const { targets, failures } = await resolve(seeds, true)
  expect(targets).toEqual([])
  expect(failures.map(({ seed, reason }) => `${seed}: ${reason}`)).toEqual([
    '0.0.0.0:1: syntax',
    '::: syntax',
    '[::ffff:0.0.0.0]:1: syntax',
    '224.0.0.1: syntax',
    'blocked.shop: name',
    '10.0.0.1:0: syntax',
  ])
  expect(failures[0]?.detail).toContain('give the address of another member')
})

test('the system resolves its own name', async () => {
  const { targets } = await seedResolver({ ipv6: true })(['localhost:1'])
  expect(targets.length).toBeGreaterThan(0)
})
