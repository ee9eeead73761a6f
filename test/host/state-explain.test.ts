// Why a shared key reads as it does: the slots it is made of, and who is not known to hold ours.

import { expect, test } from 'vitest'
import { simCluster } from '../../src/testing/index.ts'

test('a key is explained by what each node has added to it', async () => {
  await using cluster = await simCluster({ nodes: 3, seed: 81 })
  const [one, two] = [cluster.node('n1').state, cluster.node('n2').state]
  await one.map('m').set('k', 1)
  await cluster.run(1000)
  await two.map('m').set('k', 2, { ttlMs: 60_000 })
  await cluster.run(5000)
  const { verdict, slots } = one.explain('m', 'k')
  expect(verdict).toBe('set by n2 5.0 s ago, ends in 55.0 s; made of 2 slots')
  expect(slots.map(({ node, self, text, coveredBy }) => ({ node, self, text, coveredBy }))).toEqual(
    [
      { node: 'n1', self: true, text: 'set by n1 6.0 s ago', coveredBy: ['n2'] },
      { node: 'n2', self: false, text: 'set by n2 5.0 s ago, ends in 55.0 s', coveredBy: [] },
    ],
  )
})

test('what is gone is told from what was never there', async () => {
  await using cluster = await simCluster({ nodes: 2, seed: 82 })
  const { state } = cluster.node('n1')
  await state.map('m').set('k', 1)
  await state.map('m').delete('k')
  expect(state.explain('m', 'k')).toMatchObject({
    verdict: 'it is gone; what is left (one slot) keeps older writes from coming back',
    slots: [{ text: 'says only that something is gone' }],
  })
  expect(state.explain('m', 'other')).toMatchObject({ slots: [] })
})

test('members that are not known to hold our part of it are named', async () => {
  await using cluster = await simCluster({ nodes: 3, seed: 83 })
  cluster.partition(['n3'])
  const { state } = cluster.node('n1')
  await state.set('s').add('x')
  await cluster.run(10_000)
  expect(state.explain('s', 'x', 'set').slots).toMatchObject([{ node: 'n1', unheard: ['n3'] }])
  expect(state.explain('s', 'x', 'set').waitingFor).toEqual([])
  await state.set('s').remove('x')
  await cluster.run(60_000)
  expect(state.explain('s', 'x', 'set').waitingFor).toEqual(['n3'])
  expect(state.explain('c', '', 'counter').verdict).toContain('never set')
  expect(() => state.explain('')).toThrow('name')
})

test('a lease says why it is not shown', async () => {
  await using cluster = await simCluster({ nodes: 3, seed: 85 })
  const [one, two] = [cluster.node('n1').state, cluster.node('n2').state]
  await two.map('m').set('k', 2, { lease: true, ttlMs: 60_000 })
  await cluster.run(1000)
  expect(one.explain('m', 'k')).toMatchObject({
    verdict: 'set by n2 1.0 s ago, for as long as it lives, ends in 59.0 s; made of one slot',
    slots: [{ hidden: undefined }],
  })
  void cluster.node('n2').leave()
  await cluster.run(2000)
  expect(one.map('m').get('k')).toBeUndefined()
  expect(one.explain('m', 'k')).toMatchObject({
    verdict: 'it is not shown: a lease of n2, and that has left; made of one slot',
    slots: [{ hidden: 'left' }],
  })
  await one.map('m').delete('k')
  expect(one.explain('m', 'k').verdict).toContain('it is gone')
})

test('each kind has its words', async () => {
  await using cluster = await simCluster({ nodes: 1, seed: 84 })
  const { state } = cluster.node('n1')
  await state.counter('c').add(3)
  await state.flag('f').raise()
  await state.max('x').offer(2)
  await state.multi('m').set('k', 1)
  await state.custom<number>('u', { merge: Math.max }).merge('k', 1)
  const said = [
    state.explain('c', '', 'counter'),
    state.explain('f', '', 'flag'),
    state.explain('x', '', 'max'),
    state.explain('m', 'k', 'multi'),
    state.explain('u', 'k', 'custom'),
  ].map(({ verdict }) => verdict.split(';')[0])
  expect(said).toEqual(['comes to 3', 'is raised', 'comes to 2', 'one value', 'a value of 1 bytes'])
})
