// The same seed gives the same run, whatever happens in it (S21); another seed another one.

import { expect } from 'vitest'
import type { Cluster } from '../../src/sim/index.ts'
import { seconds, story } from './story.ts'

function chaos(cluster: Cluster): string {
  cluster.lose(0.2, 0.1)
  cluster.crash('d')
  cluster.run(seconds(20))
  cluster.partition(['a', 'b'])
  cluster.run(seconds(20))
  cluster.heal()
  cluster.restart('d')
  cluster.join('d', 'c')
  cluster.run(seconds(40))
  return `${cluster.journal.count} ${cluster.journal.hash} ${cluster.network.tally.sentBytes}`
}

story('one seed gives one run', ({ start }) => {
  const run = (seed: number) => chaos(start({ members: 8, seed }))
  expect(run(64)).toBe(run(64))
  expect(run(64)).not.toBe(run(65))
})
