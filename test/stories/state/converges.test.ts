// Whatever is lost, cut or restarted: in the end all hold the same.

import { expect } from 'vitest'
import type { Cluster } from '../../../src/sim/index.ts'
import { minutes, seconds, story } from '../story.ts'

function expectHeld(cluster: Cluster, name: string, held: readonly string[]): void {
  for (const id of cluster.living()) {
    expect({ id, held: cluster.held(id, name) }).toEqual({ id, held })
  }
}

story('with a third of all packets lost all come to the same', ({ start }) => {
  const cluster = start({ members: 10, seed: 411 })
  cluster.lose(0.3, 0.1)
  for (let round = 0; round < 20; round++) {
    cluster.set('a', `key-${round % 5}`, `${round}`)
    cluster.set('b', `key-${round % 7}`, `${round}`)
    cluster.run(50)
  }
  cluster.run(seconds(20))
  expectHeld(cluster, 'a', ['key-0=15', 'key-1=16', 'key-2=17', 'key-3=18', 'key-4=19'])
  expect(cluster.held('j', 'b')).toHaveLength(7)
  expectHeld(cluster, 'b', cluster.held('b', 'b'))
})

story('a split and its end lose no write of either side', ({ start }) => {
  const cluster = start({ members: 6, seed: 412 })
  cluster.set('a', 'k', 'before')
  cluster.run(seconds(2))
  cluster.partition(['a', 'b', 'c'], ['d', 'e', 'f'])
  cluster.run(minutes(1))
  cluster.set('a', 'k', 'left')
  cluster.set('d', 'k', 'right')
  cluster.run(seconds(5))
  expect(cluster.held('d', 'a')).toEqual(['k=before'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(5))
  expectHeld(cluster, 'a', ['k=left'])
  expectHeld(cluster, 'd', ['k=right'])
})

story('a key deleted while one is cut off stays deleted', ({ start }) => {
  const cluster = start({ members: 5, seed: 413 })
  cluster.set('a', 'gone', '1')
  cluster.set('a', 'kept', '1')
  cluster.run(seconds(2))
  cluster.partition(['a', 'b', 'c', 'd'], ['e'])
  cluster.run(seconds(1))
  cluster.unset('a', 'gone')
  cluster.run(minutes(10))
  expect(cluster.held('e', 'a')).toEqual(['gone=1', 'kept=1'])
  cluster.heal()
  cluster.settle()
  cluster.run(seconds(5))
  expectHeld(cluster, 'a', ['kept=1'])
})

story('deleted keys are forgotten once all know', ({ start }) => {
  const cluster = start({ members: 5, seed: 414 })
  for (const key of ['one', 'two', 'three']) cluster.set('a', key, 'x')
  cluster.run(seconds(2))
  for (const key of ['one', 'two', 'three']) cluster.unset('a', key)
  cluster.run(minutes(2))
  for (const id of cluster.living()) {
    const { stats } = cluster.population.seat(id).process.machine.state
    expect({ id, graves: stats().graves, keys: stats().keys }).toEqual({ id, graves: 0, keys: 0 })
  }
})

story('who joins late has everything within a second', ({ start }) => {
  const cluster = start({ members: 8, seed: 415 })
  for (const id of cluster.living()) cluster.set(id, 'name', id)
  cluster.run(seconds(5))
  cluster.start('late')
  cluster.join('late', 'a')
  cluster.run(1000)
  for (const id of cluster.living()) {
    if (id !== 'late') expect(cluster.held('late', id)).toEqual([`name=${id}`])
  }
})

story('after a restart the keys of the life before are gone', ({ start }) => {
  const cluster = start({ members: 5, seed: 416 })
  cluster.set('a', 'old', '1')
  cluster.run(seconds(2))
  cluster.crash('a')
  cluster.run(seconds(1))
  cluster.restart('a')
  cluster.join('a', 'b')
  cluster.run(seconds(10))
  expectHeld(cluster, 'a', [])
  cluster.set('a', 'new', '1')
  cluster.run(seconds(1))
  expectHeld(cluster, 'a', ['new=1'])
})

story('a value too large for a packet is fetched over a stream', ({ start }) => {
  const cluster = start({ members: 10, seed: 417 })
  cluster.set('a', 'large', new Uint8Array(65_536).fill(65))
  cluster.run(seconds(3))
  for (const id of cluster.living()) {
    expect(cluster.held(id, 'a').map(({ length }) => length)).toEqual([65_536 + 6])
  }
})

story('a stream of megabytes comes in pieces, at once or not at all', ({ start }) => {
  const cluster = start({ members: 3, seed: 418 })
  const value = new Uint8Array(4096).fill(65)
  for (let i = 0; i < 500; i++) cluster.set('a', `key-${i}`, value)
  cluster.run(seconds(10))
  cluster.start('late')
  cluster.join('late', 'b')
  cluster.run(seconds(5))
  expect(cluster.held('late', 'a')).toHaveLength(500)
})

story('a fetch that breaks off goes on where it was', ({ start }) => {
  const cluster = start({ members: 2, seed: 419 })
  const value = new Uint8Array(10_000).fill(65)
  for (let i = 0; i < 300; i++) cluster.set('a', `key-${i}`, value)
  cluster.start('late')
  cluster.disturb({ streamReset: 0.2 })
  cluster.join('late', 'a')
  cluster.run(minutes(1))
  expect(cluster.held('late', 'a')).toHaveLength(300)
  expect(cluster.counter('late', 'state_pulls_failed_total')).toBeGreaterThan(0)
  // Twelve pieces, and a few more for what broke: not twelve more for each break.
  const chunks =
    cluster.counter('a', 'state_chunks_sent_total') +
    cluster.counter('b', 'state_chunks_sent_total')
  expect(chunks).toBeLessThan(60)
})

story('many members with much state each are fetched in turn', ({ start }) => {
  const cluster = start({ members: 20, seed: 420 })
  const value = new Uint8Array(20_000).fill(65)
  for (const id of cluster.living()) for (let i = 0; i < 3; i++) cluster.set(id, `key-${i}`, value)
  cluster.run(seconds(10))
  cluster.start('late')
  cluster.join('late', 'a')
  cluster.run(seconds(3))
  for (const id of cluster.living()) {
    if (id !== 'late') expect(cluster.held('late', id)).toHaveLength(3)
  }
  // 1.2 MB are five pieces: from one neighbour, or half of it twice.
  expect(cluster.counter('late', 'state_pulls_total')).toBeLessThan(20)
})
