// Shared values between whole nodes on real sockets: written by all at once, waited for, read after
// catching up, and known to who comes later.

import { expect, test } from 'vitest'
import type { Node } from '../../src/index.ts'
import { create } from './fast-nodes.ts'

async function three(): Promise<readonly [Node, Node, Node]> {
  const a = await create({ name: 'a' })
  const b = await create({ name: 'b', join: a.bound })
  const c = await create({ name: 'c', join: a.bound })
  await Promise.all([a, b, c].map((node) => node.ready({ atLeast: 3 })))
  return [a, b, c]
}

const ALL = { acks: 3, timeoutMs: 10_000 }

test('what all write at once is the same everywhere once all hold it', async () => {
  const nodes = await three()
  const written = await Promise.all(
    nodes.flatMap(({ name, state }, index) => [
      state.counter('visits').add(index + 1, ALL),
      state.set('names').add(name, ALL),
      state.map<string>('config').set('limit', name, ALL),
      state.max('peak').offer(index, ALL),
    ]),
  )
  expect(written).toEqual(Array(12).fill({ acked: 3, needed: 3 }))
  const seen = nodes.map(({ state }) => [
    state.counter('visits').value,
    state.set('names').values(),
    state.max('peak').value,
  ])
  expect(seen).toEqual(Array(3).fill([6, ['a', 'b', 'c'], 2]))
  const [first, ...rest] = nodes.map(({ state }) => state.map('config').get('limit'))
  expect(rest).toEqual([first, first])
})

test('a newcomer is ready once it has caught up and holds the keys it needs', async () => {
  const [a] = await three()
  await a.state.map('config').set('limit', 10)
  for (let i = 0; i < 200; i++) await a.state.map('bulk').set(`key-${i}`, 'x'.repeat(5000))
  const late = await create({ name: 'late', join: a.bound })
  expect(await late.state.ready({ keys: ['config/limit'] })).toEqual({
    settled: true,
    peersSynced: 3,
  })
  expect(late.state.map('bulk').entries()).toHaveLength(200)
  const watch = late.state.map('config').watch({ initial: true })
  expect((await watch.next()).value).toMatchObject({ key: 'limit', value: 10, writer: 'a' })
  await a.state.map('config').set('limit', 20)
  expect((await watch.next()).value).toMatchObject({ kind: 'set', value: 20 })
  await late.close()
  expect(await watch.next()).toMatchObject({ done: true })
})

test('a majority is found by who catches up with one', async () => {
  const [a, b, c] = await three()
  const nodes = [a, b, c]
  for (let i = 0; i < 12; i++) {
    const writer = nodes[i % 3] ?? a
    const reader = nodes[(i * 2 + 1) % 3] ?? b
    await writer.state.map('m').set('k', i, { acks: 'majority' })
    await reader.state.sync()
    expect(reader.state.map('m').get('k')).toBe(i)
  }
})
