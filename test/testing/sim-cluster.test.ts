// Virtual clusters for the tests of applications: what a person who writes such tests relies on.

import { expect, test } from 'vitest'
import { simCluster } from '../../src/testing/index.ts'

test('nodes have found each other when the cluster is handed over', async () => {
  await using cluster = await simCluster({ nodes: 8, seed: 1 })
  expect(cluster.names).toEqual(['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'])
  for (const node of cluster.nodes) expect(node.members({ status: 'alive' })).toHaveLength(8)
})

test('the same seed tells the same story, another seed another', async () => {
  const play = async (seed: number): Promise<string> => {
    await using cluster = await simCluster({ nodes: 12, seed, loss: 0.1 })
    cluster.crash('n5')
    cluster.freeze('n7', 5000)
    await cluster.node('n2').broadcast('hello')
    await cluster.run(40_000)
    return cluster.explain()
  }
  const first = await play(4)
  expect(await play(4)).toBe(first)
  expect(await play(5)).not.toBe(first)
})

test('a crashed node is found out, and its promises are rejected', async () => {
  await using cluster = await simCluster({ nodes: 6, seed: 2 })
  const failed: string[] = []
  cluster.node('n1').on('member-failed', ({ member, why }) => {
    failed.push(`${member.name} ${why.evidence.length > 0}`)
  })
  const asked = cluster.node('n4').ping('n1')
  cluster.crash('n4')
  await expect(asked).rejects.toMatchObject({ code: 'HEARSAY_CLOSED' })
  await cluster.until(() => cluster.viewsAgree())
  expect(failed).toEqual(['n4 true'])
  expect(cluster.names).not.toContain('n4')
})

test('a node that starts again joins by itself', async () => {
  await using cluster = await simCluster({ nodes: 5, seed: 3 })
  cluster.crash('n1')
  await cluster.until(() => cluster.viewsAgree())
  const node = cluster.start('n1')
  await cluster.until(() => cluster.viewsAgree())
  expect(node.members({ status: 'alive' })).toHaveLength(5)
  cluster.start('late', { tags: { role: 'db' } })
  await cluster.until(() => cluster.viewsAgree())
  expect(cluster.node('n2').members({ tags: { role: 'db' } })).toHaveLength(1)
})

test('a partition ends when it was said to, and both sides are one again', async () => {
  await using cluster = await simCluster({ nodes: 6, seed: 4 })
  const side = ['n1', 'n2']
  const rest = ['n3', 'n4', 'n5', 'n6']
  cluster.partition(side, { healMs: 60_000 })
  await cluster.until(() => cluster.viewsAgree(side) && cluster.viewsAgree(rest))
  expect(cluster.viewsAgree()).toBe(false)
  await cluster.until(() => cluster.viewsAgree(), { withinMs: 120_000 })
  expect(cluster.nowMs).toBeGreaterThan(60_000)
})

test('a later partition outlives the end of an earlier one', async () => {
  await using cluster = await simCluster({ nodes: 4, seed: 5 })
  cluster.partition(['n1'], { healMs: 10_000 })
  cluster.partition(['n2'])
  await cluster.run(60_000)
  expect(cluster.viewsAgree(['n1', 'n3', 'n4'])).toBe(true)
  cluster.heal()
  await cluster.until(() => cluster.viewsAgree())
})

test('a frozen node accuses nobody when it goes on, and keeps its place', async () => {
  await using cluster = await simCluster({ nodes: 8, seed: 6 })
  const accused: string[] = []
  cluster.node('n3').on('member-suspect', ({ member }) => accused.push(member.name))
  cluster.freeze('n3', 4000)
  await cluster.run(4000)
  expect(cluster.node('n1').metrics().health_score).toBeGreaterThanOrEqual(0)
  await cluster.until(() => cluster.viewsAgree())
  expect(accused).toEqual([])
})

test('freezes that overlap end with the last of them', async () => {
  await using cluster = await simCluster({ nodes: 3, seed: 1 })
  cluster.freeze('n2', 10_000)
  cluster.freeze('n2', 2000)
  await cluster.run(8000)
  expect(cluster.explain()).toContain('n2 frozen')
  await cluster.run(3000)
  expect(cluster.explain()).not.toContain('n2 frozen')
})

test('a node can crash and start again in the same moment', async () => {
  await using cluster = await simCluster({ nodes: 4, seed: 2 })
  cluster.crash('n2')
  cluster.start('n2')
  await cluster.run(5000)
  await cluster.until(() => cluster.viewsAgree())
  expect(() => cluster.start('n2')).toThrow('n2 runs already')
})

test('a promise that needs time is completed by letting time pass', async () => {
  await using cluster = await simCluster({ nodes: 5, seed: 7 })
  await cluster.complete(cluster.node('n2').leave())
  expect(cluster.names).toEqual(['n1', 'n3', 'n4', 'n5'])
  await cluster.until(() => cluster.viewsAgree())
  const { id } = await cluster.node('n1').broadcast('news')
  const report = await cluster.complete(cluster.node('n1').coverage(id))
  expect(report.heard.map(({ name }) => name).sort()).toEqual(['n1', 'n3', 'n4', 'n5'])
  const lost = cluster.complete(cluster.node('n1').ping('nobody'))
  await expect(lost).rejects.toMatchObject({ code: 'HEARSAY_NO_SUCH_MEMBER' })
})

test('what never comes true is an error that holds the seed and the story', async () => {
  await using cluster = await simCluster({ nodes: 4, seed: 8 })
  cluster.crash('n2')
  const waiting = cluster.until(() => cluster.names.length === 9, { withinMs: 20_000 })
  await expect(waiting).rejects.toMatchObject({
    code: 'HEARSAY_TIMEOUT',
    message: expect.stringMatching(
      /20000 ms of virtual time\nseed 8, .*3 of 4 nodes run\nn2 crashed/,
    ),
  })
  const never = cluster.complete(new Promise(() => {}), { withinMs: 1000 })
  await expect(never).rejects.toMatchObject({ code: 'HEARSAY_TIMEOUT' })
})

test('iterators and timers of an application run in virtual time', async () => {
  await using cluster = await simCluster({ nodes: ['a', 'b'], seed: 9 })
  const heard: string[] = []
  const listen = async () => {
    for await (const event of cluster.node('b').events({ kinds: ['user'] })) {
      if (event.kind === 'user') heard.push(event.text)
    }
  }
  const listening = listen()
  cluster.after(5000, () => void cluster.node('a').broadcast('tick', 'one'))
  await cluster.run(4900)
  expect(heard).toEqual([])
  await cluster.run(1100)
  expect(heard).toEqual(['one'])
  await cluster.node('b').close()
  await listening
})

test('two at once cannot let time pass', async () => {
  await using cluster = await simCluster({ nodes: 2 })
  const first = cluster.run(1000)
  await expect(cluster.run(1000)).rejects.toThrow('running already')
  await first
})

test('a time that makes no sense is refused, with what would', async () => {
  await using cluster = await simCluster({ nodes: 1 })
  await expect(cluster.run(-1)).rejects.toThrow('a time in ms from 0 to')
  await expect(cluster.until(() => true, { withinMs: Number.NaN })).rejects.toThrow('a time in ms')
  expect(() => cluster.freeze('n1', Number.POSITIVE_INFINITY)).toThrow('a time in ms')
})

test('a large cluster is handed over whole', async () => {
  await using cluster = await simCluster({ nodes: 120, seed: 5 })
  expect(cluster.nodes).toHaveLength(120)
  expect(cluster.viewsAgree()).toBe(true)
})

test('nodes take options, all alike or by name', async () => {
  await using cluster = await simCluster({
    nodes: ['db-1', 'web-1'],
    options: (name) => ({ tags: { role: name.split('-')[0] ?? '' }, probeIntervalMs: 500 }),
  })
  expect(cluster.node('web-1').members({ tags: { role: 'db' } })[0]?.name).toBe('db-1')
  expect(cluster.node('web-1').config()).toMatchObject({ probeIntervalMs: 500 })
})

test('wrong options are named, all of them', async () => {
  const wrong = simCluster({ nodes: 0, loss: 1, seed: Number.NaN, delayMs: -1 })
  await expect(wrong).rejects.toMatchObject({
    code: 'HEARSAY_CONFIG',
    problems: [
      expect.stringContaining('nodes:'),
      expect.stringContaining('seed:'),
      expect.stringContaining('loss:'),
      expect.stringContaining('delayMs:'),
    ],
  })
  const mistyped = { nodes: 2, drop: 0.1 }
  await expect(simCluster(mistyped)).rejects.toThrow('drop: no such option')
  await expect(simCluster({ nodes: 2, options: { probeIntervalMs: -1 } })).rejects.toThrow(
    'probeIntervalMs',
  )
  await expect(simCluster({ nodes: ['a', 'a'] })).rejects.toThrow('once')
})

test('a name that nobody has is an error that lists those there are', async () => {
  await using cluster = await simCluster({ nodes: 2 })
  expect(() => cluster.node('n9')).toThrow('there are n1, n2')
})

test('a condition that is a promise, and a loss that is no share, are refused', async () => {
  await using cluster = await simCluster({ nodes: 2, seed: 1 })
  const never = (async () => false) as unknown as () => boolean
  await expect(cluster.until(never)).rejects.toThrow('true or false at once')
  for (const share of [2, -1, Number.NaN]) {
    expect(() => cluster.lose(share)).toThrow('0 to below 1 expected')
  }
  const names = [null] as unknown as string[]
  await expect(simCluster({ nodes: names })).rejects.toThrow('names must be text')
})
