// What state costs where there is none, where nothing changes, and those who do not speak it.

import { expect } from 'vitest'
import { idsOf, minutes, seconds, story } from '../story.ts'

story('a cluster without state sends none of it', ({ start }) => {
  const cluster = start({ members: 5, seed: 421 })
  cluster.start('late')
  cluster.join('late', 'a')
  cluster.run(minutes(2))
  for (const id of cluster.living()) {
    expect(cluster.counter(id, 'state_messages_sent_total')).toBe(0)
  }
})

story('a hundred members at rest spend less than 400 bytes a second each on it', ({ start }) => {
  const cluster = start({ members: 100, seed: 422 })
  for (const id of idsOf(100)) cluster.set(id, 'role', 'search')
  cluster.run(seconds(30))
  const sent = () =>
    idsOf(100).reduce((sum, id) => sum + cluster.counter(id, 'state_bytes_sent_total'), 0)
  const before = sent()
  cluster.run(seconds(30))
  expect((sent() - before) / 100 / 30).toBeLessThan(250)
  for (const id of ['m1', 'm50', 'm100']) {
    const { streams, keys } = cluster.stats(id)
    expect([streams, keys]).toEqual([100, 100])
  }
})

story('a member that announces nothing gets nothing, and cannot share', ({ start }) => {
  const cluster = start({ members: 3, seed: 423 })
  cluster.start('raw', { meta: Uint8Array.of(1) })
  cluster.join('raw', 'a')
  cluster.settle()
  cluster.set('a', 'role', 'search')
  cluster.set('b', 'large', new Uint8Array(5000))
  const refused = cluster.set('raw', 'role', 'x')
  cluster.run(minutes(1))
  expect(refused.outcome).toEqual({ kind: 'unannounced' })
  for (const id of ['a', 'b', 'c']) expect(cluster.held(id, 'raw')).toEqual([])
  expect(cluster.counter('raw', 'rx_drop_state_unshared_total')).toBe(0)
  expect(cluster.counter('raw', 'state_messages_received_total')).toBe(0)
  expect(cluster.population.seat('raw').process.machine.state.nodes()).toEqual([])
})
