// Deleted keys that wait to be forgotten: at most 8 000 of one member. Who has failed is not waited
// for while they press; who lives is, and nothing more is deleted meanwhile.

import { expect, test } from 'vitest'
import { Core } from '../../../src/core/index.ts'
import { Cluster, type MemberOptions } from '../../../src/sim/index.ts'
import { minutes, seconds } from '../story.ts'

const LIMIT = 8000
const SILENT = { stateSyncIntervalMs: 0 }
const IDS = ['a', 'b', 'c', 'd', 'e', 'f']

/** Real cores without the checkers of stories: they take long over so many writes. */
function start(members: number, seed: number, options: MemberOptions = {}): Cluster {
  const cluster = new Cluster({
    ...{ seed, options, toldMax: 100_000 },
    make: (config, random) => new Core(config, { random }),
  })
  cluster.form(IDS.slice(0, members))
  cluster.run(seconds(3))
  return cluster
}

interface Keys {
  readonly set: (cluster: Cluster, key: string) => string | undefined
  readonly unset: (cluster: Cluster, key: string) => string | undefined
}

const own: Keys = {
  set: (cluster, key) => cluster.set('a', key, 'x').outcome?.kind,
  unset: (cluster, key) => cluster.unset('a', key).outcome?.kind,
}

const shared: Keys = {
  set: (cluster, key) => cluster.share('a', 'kv', key, 'x').outcome?.kind,
  unset: (cluster, key) => cluster.unshare('a', 'kv', key).outcome?.kind,
}

/** Sets and deletes keys, a hundred at a time; answers the outcomes of the deletions, each once. */
function churn(cluster: Cluster, { set, unset }: Keys, from: number, to: number, pauseMs = 0) {
  const outcomes = new Set<string | undefined>()
  for (let at = from; at < to; at++) {
    if (set(cluster, `key-${at}`) !== 'ok') throw new Error(`key-${at} is not set`)
    outcomes.add(unset(cluster, `key-${at}`))
    if (at % 100 === 99) cluster.run(pauseMs)
  }
  return [...outcomes]
}

for (const [what, keys] of [['own', own] as const, ['shared', shared] as const]) {
  test(`8 000 ${what} keys are deleted while nobody says that it knows, and no more`, () => {
    const cluster = start(2, 621, SILENT)
    expect(churn(cluster, keys, 0, LIMIT - 1)).toEqual(['ok'])
    for (const key of ['last', 'over', 'far']) expect(keys.set(cluster, key)).toBe('ok')
    expect(keys.unset(cluster, 'last')).toBe('ok')
    const refused = { kind: 'too-many-deleted', deleted: LIMIT }
    for (let i = 0; i < 500; i++) {
      expect(keys.unset(cluster, i % 2 === 0 ? 'over' : 'far')).toBe('too-many-deleted')
    }
    const { outcome } =
      what === 'own' ? cluster.unset('a', 'over') : cluster.unshare('a', 'kv', 'over')
    expect(outcome).toMatchObject(refused)
    // What is gone already, and what is only set, is no matter.
    expect(keys.unset(cluster, 'last')).toBe('ok')
    expect(keys.set(cluster, 'over')).toBe('ok')
    expect(cluster.stats('a').keys).toBe(LIMIT + 2)
  })
}

test('a living member that does not answer is named, and deleting goes on after it', () => {
  const cluster = start(3, 622)
  cluster.stall('c')
  expect(churn(cluster, own, 0, LIMIT)).toEqual(['ok'])
  cluster.set('a', 'x', '1')
  cluster.run(1500)
  const refused = { kind: 'too-many-deleted', deleted: LIMIT, waitingFor: ['c'] }
  expect(cluster.unset('a', 'x').outcome).toEqual(refused)
  cluster.unstall('c')
  cluster.run(seconds(15))
  expect(cluster.unset('a', 'x').outcome?.kind).toBe('ok')
  expect(cluster.stats('a').graves).toBe(1)
})

test('nobody waits for who has failed with the deletion of own keys that press', () => {
  const cluster = start(3, 623)
  cluster.set('a', 'kept', '1')
  cluster.set('a', 'gone', '1')
  cluster.run(seconds(2))
  cluster.crash('c', 'silent')
  cluster.run(minutes(2))
  cluster.unset('a', 'gone')
  expect(churn(cluster, own, 0, 5000, 100)).toEqual(['ok'])
  cluster.run(minutes(1))
  // They do not press yet: whoever is missing may come back for what it missed.
  expect(cluster.stats('a').graves).toBe(5001)
  expect(churn(cluster, own, 5000, 12_000, 500)).toEqual(['ok'])
  cluster.run(minutes(1))
  expect(cluster.stats('a').graves).toBeLessThan(6000)
  const said = cluster.notices('a', 'log').map(({ message }) => message)
  expect(said.filter((one) => one.includes('no longer waited for'))).not.toEqual([])
  cluster.restart('c')
  cluster.join('c', 'b')
  cluster.settle()
  cluster.run(minutes(2))
  for (const id of cluster.living()) expect(cluster.held(id, 'a')).toEqual(['kept=1'])
  expect(cluster.stats('a').graves).toBe(0)
})

test('nobody waits for who has failed with the deletion of shared keys that press', () => {
  const cluster = start(5, 624)
  cluster.share('d', 'kv', 'of d', '1')
  cluster.share('a', 'kv', 'old', '1')
  cluster.run(seconds(2))
  // One that has written, and one that has not.
  for (const id of ['d', 'e']) cluster.crash(id, 'silent')
  cluster.run(minutes(2))
  cluster.unshare('b', 'kv', 'old')
  expect(churn(cluster, shared, 0, 6100, 100)).toEqual(['ok'])
  cluster.run(minutes(4))
  expect(cluster.stats('a').sharedKeys).toBeLessThan(100)
  for (const id of ['a', 'b', 'c']) {
    expect(cluster.shared(id, 'kv')).toEqual(['of d=1'])
    expect(cluster.notices(id, 'evicted').map(({ node }) => node)).toEqual(['d'])
  }
  // Only a is pressed; the others go by its word.
  expect(cluster.notices('a', 'evicted')).toMatchObject([{ reason: 'pressure', by: 'a' }])
  expect(cluster.notices('b', 'evicted')).toMatchObject([{ reason: 'told', by: 'a' }])
  for (const id of ['d', 'e']) {
    cluster.restart(id)
    cluster.join(id, 'b')
  }
  cluster.run(minutes(1))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['of d=1'])
})

test('on the smaller side of a partition nobody is evicted for deletions', () => {
  const cluster = start(3, 625)
  for (const id of cluster.living()) cluster.share(id, 'kv', id, '1')
  cluster.run(seconds(2))
  cluster.partition(['a'], ['b', 'c'])
  cluster.run(minutes(2))
  expect(churn(cluster, shared, 0, LIMIT)).toEqual(['ok'])
  cluster.run(minutes(3))
  expect(cluster.notices('a', 'evicted')).toEqual([])
  expect(cluster.unshare('a', 'kv', 'a').outcome).toMatchObject({
    kind: 'too-many-deleted',
    waitingFor: ['b', 'c'],
  })
})
