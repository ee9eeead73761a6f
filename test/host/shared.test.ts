// Shared values as applications hold them, between whole nodes over a virtual network: every kind
// on both sides of a cut, watches and codecs. What is refused is in shared-refusals.test.ts.

import { describe, expect, test } from 'vitest'
import { codecs, type Node } from '../../src/index.ts'
import { simCluster } from '../../src/testing/index.ts'
import { all, apart } from './apart.ts'

interface Told {
  readonly kind?: string
  readonly value?: unknown
  readonly values?: unknown
}

describe('a map', () => {
  test('is written by all, and of two writes the later wins', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 41 })
    const config = (node: Node) => node.state.map<{ readonly limit: number }>('config')
    await config(cluster.node('n2')).set('api', { limit: 1 })
    await cluster.run(2000)
    await apart(
      cluster,
      (node) => config(node).set('api', { limit: 2 }),
      async (node) => {
        await cluster.run(50)
        await config(node).set('api', { limit: 3 })
      },
    )
    const read = all(cluster, (node) => config(node).get('api'))
    expect(read).toEqual([{ limit: 3 }, { limit: 3 }, { limit: 3 }])
    const meta = config(cluster.node('n1')).meta('api')
    expect(meta).toMatchObject({ writer: 'n3', expiresMs: undefined, counter: 0 })
    await config(cluster.node('n1')).delete('api')
    await cluster.run(2000)
    expect(all(cluster, (node) => config(node).has('api'))).toEqual([false, false, false])
    expect(config(cluster.node('n2')).entries()).toEqual([])
  })

  test('says who wrote what, sorted, and updates from what is there', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 42 })
    const sizes = cluster.node('n1').state.map<number>('sizes')
    for (const key of ['b', 'a', 'other']) await sizes.update(key, (value = 0) => value + 1)
    await sizes.update('a', (value = 0) => value + 1)
    await sizes.update('a', () => undefined)
    await cluster.run(1000)
    const there = cluster.node('n2').state.map<number>('sizes')
    expect(there.entries().map(({ key, value }) => `${key}=${value}`)).toEqual([
      'a=2',
      'b=1',
      'other=1',
    ])
    expect(there.entries('o')).toMatchObject([{ key: 'other', writer: 'n1', slots: 1 }])
  })

  test('has leases that are there while their node is', async () => {
    await using cluster = await simCluster({ nodes: 4, seed: 48 })
    const [one, two] = [cluster.node('n1'), cluster.node('n2')]
    const roles = one.state.map<string>('roles')
    const kinds: string[] = []
    const watching = (async () => {
      for await (const change of roles.watch()) kinds.push(change.kind)
    })()
    await two.state.map<string>('roles').set('leader', 'n2', { lease: true })
    await cluster.run(1000)
    expect(roles.get('leader')).toBe('n2')
    expect(roles.meta('leader')).toMatchObject({ writer: 'n2', lease: true })
    await expect(roles.set('x', '', { lease: JSON.parse('1') })).rejects.toThrow('lease')
    cluster.partition(['n2'])
    await cluster.run(40_000)
    expect([roles.has('leader'), roles.entries()]).toEqual([false, []])
    cluster.heal()
    await cluster.run(60_000)
    expect(roles.get('leader')).toBe('n2')
    void two.leave()
    await cluster.run(2000)
    expect(roles.has('leader')).toBe(false)
    void one.close()
    await watching
    expect(kinds).toEqual(['set', 'expire', 'set', 'expire'])
  })

  test('ends keys by time, its own or the one given', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 43 })
    const leases = cluster.node('n1').state.map<string>('leases', { ttlMs: 5000 })
    await leases.set('short', 'x', { ttlMs: 1000 })
    await leases.set('long', 'x')
    const there = cluster.node('n2').state.map<string>('leases')
    const read = async (afterMs: number) => {
      await cluster.run(afterMs)
      return there.entries().map(({ key }) => key)
    }
    expect([await read(900), await read(1000), await read(4000)]).toEqual([
      ['long', 'short'],
      ['long'],
      [],
    ])
  })

  test('is watched: what there is, then changes, the last of each key', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 44 })
    const here = cluster.node('n1').state.map<number>('m')
    const there = cluster.node('n2').state.map<number>('m')
    await here.set('a/1', 1)
    await cluster.run(1000)
    const watch = there.watch({ prefix: 'a/', initial: true })
    await here.set('b/1', 1)
    await here.set('a/2', 2)
    await here.set('a/2', 3)
    await cluster.run(1000)
    await here.delete('a/1')
    await here.set('a/3', 1, { ttlMs: 200 })
    await cluster.run(1000)
    const told: string[] = []
    const ended = (async () => {
      for await (const change of watch) {
        told.push(change.kind === 'gap' ? 'gap' : `${change.kind} ${change.key}`)
        if (told.length === 3) break
      }
    })()
    await ended
    expect(told).toEqual(['set a/2', 'delete a/1', 'expire a/3'])
  })

  test('takes any codec; what cannot be read by it is not there, and counted', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 45 })
    const text = cluster.node('n1').state.map('notes', { codec: codecs.text() })
    const raw = cluster.node('n1').state.map('raw', { codec: codecs.bytes() })
    await text.set('k', 'no {json}')
    await raw.set('k', Uint8Array.of(0xff, 0))
    await cluster.run(1000)
    const other = cluster.node('n2')
    expect(other.state.map('notes', { codec: codecs.text() }).get('k')).toBe('no {json}')
    expect(other.state.map('raw', { codec: codecs.bytes() }).get('k')).toEqual(
      Uint8Array.of(0xff, 0),
    )
    expect(other.state.map('notes').get('k')).toBeUndefined()
    expect(other.metrics().state_unreadable_total).toBe(1)
  })

  test('tells a watch that a key is gone where its new value cannot be read', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 58 })
    const [one, two] = [cluster.node('n1').state, cluster.node('n2').state]
    const raw = codecs.bytes()
    const garbled = Uint8Array.of(0xff, 0x7b)
    const told: unknown[] = []
    const follow = async (changes: AsyncIterable<Told>) => {
      for await (const { kind, value, values } of changes) told.push([kind, value ?? values])
    }
    void follow(one.map('m').watch())
    void follow(one.multi('m').watch())
    await two.map('m').set('k', 1)
    await two.multi('m').set('k', 2)
    await cluster.run(1000)
    await two.map('m', { codec: raw }).set('k', garbled)
    await two.multi('m', { codec: raw }).set('k', garbled)
    await cluster.run(1000)
    expect(told.splice(0)).toEqual([
      ['set', 1],
      ['set', [2]],
      ['delete', undefined],
      ['delete', undefined],
    ])
    expect([one.multi('m').get('k'), one.multi('m').entries()]).toEqual([[], []])
    await two.map('m').set('k', 3)
    await cluster.run(1000)
    expect(told).toEqual([['set', 3]])
  })

  test('has no door by which a key is there that cannot be read', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 59 })
    const numbers = cluster.node('n1').state.map<number>('m')
    const texts = cluster.node('n2').state.map('m', { codec: codecs.text() })
    await texts.set('k', 'no {json}')
    await cluster.run(1000)
    expect([numbers.get('k'), numbers.has('k'), numbers.meta('k'), numbers.entries()]).toEqual([
      undefined,
      false,
      undefined,
      [],
    ])
    await expect(numbers.update('k', (value = 0) => value + 1)).rejects.toMatchObject({
      code: 'HEARSAY_CONFIG',
      message: expect.stringMatching(/map\("m"\) cannot read "k" as n2 wrote it.*set\(\)/),
    })
    await cluster.run(1000)
    expect(texts.get('k')).toBe('no {json}')
    await numbers.set('k', 1)
    expect([await numbers.update('k', (value = 0) => value + 1), numbers.get('k')]).toMatchObject([
      { acked: 1 },
      2,
    ])
  })
})

describe('other shared values', () => {
  test('a counter adds up what both sides of a cut counted', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 46 })
    const hits = (node: Node) => node.state.counter('hits')
    expect(hits(cluster.node('n1')).value).toBe(0)
    await apart(
      cluster,
      (node) => hits(node).add(5),
      async (node) => {
        await hits(node).add()
        await hits(node).add(-3)
      },
    )
    expect(all(cluster, (node) => hits(node).value)).toEqual([3, 3, 3])
  })

  test('a counter says where it ends: at what one life may add', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 60 })
    const [one, two] = ['n1', 'n2'].map((name) => cluster.node(name).state.counter('c'))
    await one?.add(Number.MAX_SAFE_INTEGER)
    await expect(one?.add(1)).rejects.toMatchObject({
      code: 'HEARSAY_NO_ROOM',
      message: expect.stringMatching(/this life of the node adds.*at most 9007199254740991/),
    })
    await expect(one?.add(2 ** 53)).rejects.toMatchObject({ code: 'HEARSAY_CONFIG' })
    await cluster.run(1000)
    expect([one?.value, two?.value]).toEqual(Array(2).fill(Number.MAX_SAFE_INTEGER))
    await two?.add(5)
    await two?.add(-7)
    await cluster.run(1000)
    expect([one?.value, two?.value]).toEqual(Array(2).fill(Number.MAX_SAFE_INTEGER - 2))
  })

  test('an element that is added on one side stays, though the other removed it', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 47 })
    const tags = (node: Node) => node.state.set('tags')
    await tags(cluster.node('n2')).add('x')
    await tags(cluster.node('n2')).add('y')
    await cluster.run(2000)
    await apart(
      cluster,
      async (node) => {
        await tags(node).remove('x')
        await tags(node).remove('y')
      },
      (node) => tags(node).add('x'),
    )
    expect(all(cluster, (node) => tags(node).values())).toEqual([['x'], ['x'], ['x']])
    expect(tags(cluster.node('n1')).has('y')).toBe(false)
  })

  test('a flag stays raised, and the extremes are the extremes of both sides', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 48 })
    await apart(
      cluster,
      async ({ state }) => {
        await state.flag('ready').raise()
        await state.max('peak').offer(3)
        await state.min('floor').offer(3)
      },
      async ({ state }) => {
        await state.max('peak').offer(-1.5)
        await state.min('floor').offer(-1.5)
      },
    )
    const read = all(cluster, ({ state }) => [
      state.flag('ready').isRaised,
      state.max('peak').value,
      state.min('floor').value,
      state.max('other').value,
    ])
    expect(read).toEqual(Array(3).fill([true, 3, -1.5, undefined]))
  })

  test('a multi keeps what was written at once until somebody decides', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 49 })
    const choice = (node: Node) => node.state.multi<string>('choice')
    await apart(
      cluster,
      (node) => choice(node).set('k', 'left'),
      (node) => choice(node).set('k', 'right'),
    )
    expect(all(cluster, (node) => choice(node).get('k'))).toEqual(Array(3).fill(['left', 'right']))
    await choice(cluster.node('n2')).set('k', 'both')
    await cluster.run(2000)
    expect(choice(cluster.node('n3')).entries()).toEqual([{ key: 'k', values: ['both'] }])
    await choice(cluster.node('n2')).delete('k')
    await cluster.run(2000)
    expect(choice(cluster.node('n3')).get('k')).toEqual([])
  })

  test('each watch tells what its values become', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 50 })
    const { state } = cluster.node('n1')
    const watches = [
      state.counter('c').watch({ initial: true }),
      state.flag('f').watch(),
      state.max('x').watch(),
      state.set('s').watch(),
      state.multi('m').watch(),
    ]
    const other = cluster.node('n2').state
    await other.counter('c').add(2)
    await other.flag('f').raise()
    await other.max('x').offer(7)
    await other.set('s').add('e')
    await other.multi('m').set('k', 1)
    await cluster.run(1000)
    const first = await Promise.all(watches.map(async (one) => (await one.next()).value))
    expect(first).toEqual([
      { kind: 'set', value: 2 },
      { kind: 'set', value: true },
      { kind: 'set', value: 7 },
      { kind: 'add', element: 'e' },
      { kind: 'set', key: 'k', values: [1] },
    ])
  })
})

test.each([
  ['flag', (state: Node['state'], acks?: 'majority') => state.flag('f').raise({ acks })],
  ['max', (state: Node['state'], acks?: 'majority') => state.max('m').offer(5, { acks })],
  ['set', (state: Node['state'], acks?: 'majority') => state.set('s').remove('e', { acks })],
  ['map', (state: Node['state'], acks?: 'majority') => state.map('m').delete('k', { acks })],
  ['multi', (state: Node['state'], acks?: 'majority') => state.multi('m').delete('k', { acks })],
])('a %s that another has written already is not said to be where it is not', async (_, write) => {
  await using cluster = await simCluster({ nodes: 5, seed: 57 })
  const [one, two] = [cluster.node('n1').state, cluster.node('n2').state]
  await one.set('s').add('e')
  await one.map('m').set('k', 1)
  await one.multi('m').set('k', 1)
  await cluster.run(5000)
  cluster.partition(['n1', 'n2'])
  await write(one)
  await cluster.run(500)
  const written = write(two, 'majority')
  await cluster.run(10_000)
  expect(await written).toEqual({ acked: 2, needed: 3 })
  cluster.heal()
  await cluster.run(60_000)
  const again = write(two, 'majority')
  await cluster.run(1000)
  expect((await again).acked).toBeGreaterThanOrEqual(3)
})
