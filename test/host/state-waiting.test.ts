// Writes that wait until others hold them, and reads that catch up first, between whole nodes over
// a virtual network: whole, cut in two, and losing packets.

import { describe, expect, test } from 'vitest'
import { Random } from '../../src/core/index.ts'
import { codecs } from '../../src/index.ts'
import { type SimCluster, simCluster } from '../../src/testing/index.ts'

/** Lets the cluster run until a promise is settled. */
async function settled<T>(cluster: SimCluster, promise: Promise<T>): Promise<T> {
  let isOver = false
  const end = () => {
    isOver = true
  }
  promise.then(end, end)
  await cluster.until(() => isOver, { withinMs: 60_000 })
  return await promise
}

const map = (cluster: SimCluster, name: string) => cluster.node(name).state.map<number>('m')
const held = (cluster: SimCluster) => cluster.names.filter((name) => map(cluster, name).has('k'))

describe('a write that waits', () => {
  test('resolves once more than half hold it, within a few round trips', async () => {
    await using cluster = await simCluster({ nodes: 9, seed: 61 })
    const before = cluster.nowMs
    const write = map(cluster, 'n1').set('k', 1, { acks: 'majority' })
    const { acked, needed } = await settled(cluster, write)
    expect(needed).toBe(5)
    expect(acked).toBeGreaterThanOrEqual(5)
    expect(held(cluster).length).toBeGreaterThanOrEqual(5)
    expect(cluster.nowMs - before).toBeLessThan(200)
  })

  test('counts for every kind of write, this node included', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 62 })
    const { state } = cluster.node('n1')
    const all = { acks: 3 }
    const writes = [
      state.own.set('k', 'v', all),
      state.own.delete('k', all),
      state.counter('c').add(1, all),
      state.set('s').add('x', all),
      state.flag('f').raise(all),
      map(cluster, 'n1').set('k', 1, all),
      map(cluster, 'n1').delete('k', all),
    ]
    const results = await settled(cluster, Promise.all(writes))
    expect(results).toEqual(Array(7).fill({ acked: 3, needed: 3 }))
    expect(await state.own.set('k', 'v', { acks: 1 })).toEqual({ acked: 1, needed: 1 })
  })

  test('says how few hold it when time is over, and the write stays and spreads', async () => {
    await using cluster = await simCluster({ nodes: 5, seed: 63 })
    cluster.partition(['n1', 'n2'], { healMs: 30_000 })
    const write = map(cluster, 'n1').set('k', 1, { acks: 'majority', timeoutMs: 3000 })
    expect(await settled(cluster, write)).toEqual({ acked: 2, needed: 3 })
    expect(held(cluster)).toEqual(['n1', 'n2'])
    await cluster.run(60_000)
    expect(held(cluster)).toHaveLength(5)
  })

  test('comes through where a third of all packets is lost', async () => {
    await using cluster = await simCluster({ nodes: 8, seed: 64, loss: 0.3 })
    for (let i = 0; i < 10; i++) {
      const write = map(cluster, 'n3').set(`k${i}`, i, { acks: 'majority' })
      const { acked, needed } = await settled(cluster, write)
      expect(acked).toBeGreaterThanOrEqual(needed)
    }
  })

  test('counts members that are gone for now as members: two halves have no two majorities', async () => {
    await using cluster = await simCluster({ nodes: 4, seed: 65 })
    cluster.partition(['n1', 'n2'])
    await cluster.run(60_000)
    const writes = ['n1', 'n3'].map((name) =>
      map(cluster, name).set('k', 1, { acks: 'majority', timeoutMs: 2000 }),
    )
    const results = await settled(cluster, Promise.all(writes))
    expect(results).toEqual(Array(2).fill({ acked: 2, needed: 3 }))
  })

  test('ends with the node', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 66 })
    cluster.partition(['n1'])
    const write = map(cluster, 'n1').set('k', 1, { acks: 3 })
    const over = expect(write).rejects.toMatchObject({ code: 'HEARSAY_CLOSED' })
    await cluster.node('n1').close()
    await over
  })
})

describe('catching up before a read', () => {
  test('finds what a majority held, though no rumor of it ever came', async () => {
    await using cluster = await simCluster({
      nodes: 5,
      seed: 67,
      options: { stateSyncIntervalMs: 600_000 },
    })
    cluster.partition(['n5'], { healMs: 3000 })
    const write = map(cluster, 'n1').set('k', 1, { acks: 'majority' })
    expect(await settled(cluster, write)).toMatchObject({ needed: 3 })
    await cluster.run(4000)
    expect(map(cluster, 'n5').has('k')).toBe(false)
    const result = await settled(cluster, cluster.node('n5').state.sync())
    expect(result).toMatchObject({ needed: 2 })
    expect(map(cluster, 'n5').get('k')).toBe(1)
  })

  test('compares once with each where there is nothing to fetch, and pulls what is much', async () => {
    await using cluster = await simCluster({
      nodes: 3,
      seed: 68,
      options: { stateSyncIntervalMs: 600_000 },
    })
    await settled(cluster, cluster.node('n2').state.sync({ peers: 2 }))
    expect(cluster.node('n2').metrics()).toMatchObject({ state_syncs_total: 2 })
    expect(cluster.node('n2').metrics().state_pulls_total ?? 0).toBe(0)
    cluster.partition(['n3'], { healMs: 5000 })
    for (let i = 0; i < 40; i++) await cluster.node('n1').state.own.set(`k${i}`, 'x'.repeat(20_000))
    await cluster.run(6000)
    await settled(cluster, cluster.node('n3').state.sync({ peers: 2 }))
    expect(cluster.node('n3').state.of('n1').entries('k')).toHaveLength(40)
  })

  test('rejects where too few can be reached', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 69 })
    cluster.partition(['n1'])
    const sync = cluster.node('n1').state.sync({ timeoutMs: 1000 })
    await expect(settled(cluster, sync)).rejects.toMatchObject({
      code: 'HEARSAY_TIMEOUT',
      message: expect.stringContaining('0 of 1 members'),
    })
    await expect(cluster.node('n1').state.sync({ peers: 0 })).rejects.toMatchObject({
      code: 'HEARSAY_CONFIG',
    })
  })

  test('says how many others there are where more were asked for', async () => {
    await using cluster = await simCluster({ nodes: 3, seed: 75 })
    const sync = cluster.node('n1').state.sync({ peers: 9, timeoutMs: 1000 })
    await expect(settled(cluster, sync)).rejects.toMatchObject({
      code: 'HEARSAY_TIMEOUT',
      message: expect.stringMatching(/2 of 9 members in 1000 ms; only 2 others /),
    })
  })

  test('is what every write with a majority meets, under loss and whoever asks', async () => {
    await using cluster = await simCluster({
      nodes: 5,
      seed: 70,
      loss: 0.2,
      options: { stateSyncIntervalMs: 600_000 },
    })
    for (let i = 1; i <= 15; i++) {
      const [writer, reader] = [`n${1 + (i % 5)}`, `n${1 + ((i * 3 + 1) % 5)}`]
      const write = map(cluster, writer).set('k', i, { acks: 'majority' })
      const { acked, needed } = await settled(cluster, write)
      expect(acked).toBeGreaterThanOrEqual(needed)
      await settled(cluster, cluster.node(reader).state.sync())
      expect(map(cluster, reader).get('k')).toBe(i)
    }
  })
})

/** Writes and reads by turns while the network is cut and nodes freeze; what was broken, if any. */
async function play(
  seed: number,
): Promise<{ readonly confirmed: number; readonly stale: string[] }> {
  // Hardly anything but what waits repairs what the network loses.
  const options = { stateSyncIntervalMs: 60_000 }
  await using cluster = await simCluster({ nodes: 5, seed, loss: 0.4, options })
  const random = new Random(seed)
  const any = () => `n${1 + random.below(5)}`
  const stale: string[] = []
  let confirmed = 0
  for (let i = 1; i <= 25; i++) {
    if (random.chance(0.2)) cluster.partition([any(), any()], { healMs: 3000 })
    if (random.chance(0.2)) cluster.freeze(any(), 1500)
    await cluster.run(10)
    const write = map(cluster, any()).set('k', i, { acks: 'majority', timeoutMs: 1500 })
    const { acked, needed } = await settled(cluster, write)
    if (acked >= needed) confirmed = i
    const reader = any()
    const sync = cluster.node(reader).state.sync({ timeoutMs: 1500 })
    const isSynced = await settled(cluster, sync).then(
      () => true,
      () => false,
    )
    const read = map(cluster, reader).get('k') ?? 0
    if (isSynced && read < confirmed) stale.push(`${reader} reads ${read} after ${confirmed}`)
  }
  return { confirmed, stale }
}

test('what a majority was said to hold is read by all who caught up with one', async () => {
  let confirmed = 0
  for (let seed = 1; seed <= 6; seed++) {
    const played = await play(seed)
    expect(played.stale, `seed ${seed}`).toEqual([])
    confirmed += played.confirmed
  }
  expect(confirmed).toBeGreaterThan(60)
})

describe('being ready', () => {
  test('means to have caught up with three members, or all there are', async () => {
    await using cluster = await simCluster({ nodes: 5, seed: 71 })
    await map(cluster, 'n1').set('k', 1)
    const late = cluster.start('late')
    expect(await settled(cluster, late.state.ready())).toEqual({ settled: true, peersSynced: 3 })
    expect(late.state.map('m').get('k')).toBe(1)
    await using two = await simCluster({ nodes: 2, seed: 72 })
    expect(await settled(two, two.node('n1').state.ready())).toMatchObject({ peersSynced: 1 })
    await using one = await simCluster({ nodes: 1, seed: 73 })
    expect(await settled(one, one.node('n1').state.ready())).toEqual({
      settled: true,
      peersSynced: 0,
    })
  })

  test('waits for the keys that are named, or says that it did not come so far', async () => {
    await using cluster = await simCluster({ nodes: 2, seed: 74 })
    const { state } = cluster.node('n2')
    const ready = state.ready({ keys: ['m/k'] })
    await cluster.run(2000)
    await map(cluster, 'n1').set('kk', 1)
    // Whatever its codec: all that is asked is whether it is there.
    await cluster.node('n1').state.map('m', { codec: codecs.text() }).set('k', 'no {json}')
    expect(await settled(cluster, ready)).toEqual({ settled: true, peersSynced: 1 })
    const vain = state.ready({ keys: ['m/never'], timeoutMs: 500 })
    expect(await settled(cluster, vain)).toEqual({ settled: false, peersSynced: 1 })
    await expect(state.ready({ timeoutMs: -1 })).rejects.toMatchObject({ code: 'HEARSAY_CONFIG' })
    for (const path of ['none', '/k', 'm/', '']) {
      await expect(state.ready({ keys: [path] })).rejects.toMatchObject({
        code: 'HEARSAY_CONFIG',
        message: expect.stringContaining(`as map/key, got "${path}"`),
      })
    }
  })
})
