// Clocks that are wrong: what is stamped far in the future waits, everywhere, and goes on by
// itself; whoever is so far ahead of his own clock may not write.

import { expect } from 'vitest'
import { encodeMessage } from '../../../src/core/wire/messages.ts'
import { encodeSync } from '../../../src/core/wire/state-messages.ts'
import type { Cluster, Pending } from '../../../src/sim/index.ts'
import { wordTo } from '../../core/word.ts'
import { minutes, seconds, story } from '../story.ts'

story('writes of a member whose clock runs five minutes ahead wait for their time', ({ start }) => {
  const cluster = start({ members: 4, seed: 521 })
  cluster.share('a', 'kv', 'x', 'before')
  cluster.run(seconds(1))
  cluster.jumpWall(['a'], minutes(5))
  cluster.share('a', 'kv', 'x', 'future')
  cluster.set('a', 'k', 'own')
  cluster.run(seconds(30))
  for (const id of ['b', 'c', 'd']) {
    expect(cluster.shared(id, 'kv')).toEqual(['x=before'])
    // Keys of one's own have no clock.
    expect(cluster.held(id, 'a')).toEqual(['k=own'])
    expect(cluster.notices(id, 'clock-skew')[0]?.node).toBe('a')
  }
  cluster.run(minutes(6))
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=future'])
})

story(
  'nobody writes registers while his own clock is a minute behind what he read',
  ({ start }) => {
    const cluster = start({ members: 3, seed: 522 })
    cluster.share('a', 'kv', 'x', '1')
    cluster.run(seconds(1))
    cluster.jumpWall(['b'], -minutes(3))
    const write = cluster.share('b', 'kv', 'x', '2')
    cluster.run(seconds(1))
    expect(write.outcome?.kind).toBe('clock-ahead')
    cluster.run(minutes(3))
    const later = cluster.share('b', 'kv', 'x', '3')
    cluster.run(seconds(1))
    expect(later.outcome?.kind).toBe('ok')
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=3'])
  },
)

story(
  'what waited for its time is taken at that time, however seldom stores are compared',
  ({ start }) => {
    const cluster = start({ members: 4, seed: 523, options: { stateSyncIntervalMs: 20_000 } })
    cluster.share('a', 'kv', 'x', 'before')
    cluster.run(seconds(60))
    cluster.jumpWall(['a'], seconds(90))
    cluster.share('a', 'kv', 'x', 'future')
    cluster.run(seconds(29))
    for (const id of ['b', 'c', 'd']) expect(cluster.shared(id, 'kv')).toEqual(['x=before'])
    cluster.run(seconds(2))
    for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=future'])
  },
)

story('who sets its clock right takes at once what was far ahead of the old one', ({ start }) => {
  const cluster = start({ members: 3, seed: 524 })
  cluster.jumpWall(['b'], -minutes(10))
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(seconds(5))
  expect(cluster.shared('b', 'kv')).toEqual([])
  cluster.jumpWall(['b'], 0)
  cluster.run(seconds(1))
  expect(cluster.shared('b', 'kv')).toEqual(['x=1'])
})

story('catching up does not count a member that holds what has to wait here', ({ start }) => {
  const cluster = start({ members: 3, seed: 525 })
  cluster.jumpWall(['a', 'b'], minutes(5))
  cluster.share('a', 'kv', 'x', 'future')
  cluster.run(seconds(5))
  expect(cluster.shared('b', 'kv')).toEqual(['x=future'])
  const sync = { kind: 'state-sync', peers: 1, timeoutMs: seconds(3) } as const
  const atC = cluster.command('c', sync)
  const atB = cluster.command('b', sync)
  cluster.run(seconds(4))
  expect(cluster.shared('c', 'kv')).toEqual([])
  expect(atC.outcome).toMatchObject({ kind: 'synced', synced: 0 })
  expect(atB.outcome).toMatchObject({ kind: 'synced', synced: 1 })
})

const THREE_YEARS_MS = 3 * 365 * 24 * minutes(60)

/** Members a, b … and one more whose clock is three years ahead. */
function withVisitor(cluster: Cluster): void {
  cluster.start('future')
  cluster.jumpWall(['future'], THREE_YEARS_MS)
  cluster.join('future', 'a')
  cluster.run(seconds(2))
}

interface Claim {
  readonly from: string
  readonly to: string
  readonly ms: number
  /** The present life, unless given. */
  readonly generation?: number
  /** The first write, unless given. */
  readonly base?: number
}

/** A member says, whatever it holds, that what another writes is too far ahead. */
function sayAhead(cluster: Cluster, { from, to, ms, generation, base }: Claim): void {
  const { own, shared } = cluster.stats(to)
  const wordOf = (life = 0) => ({ generation: generation ?? life, base: base ?? 1, ms })
  const said = { ahead: wordOf(own?.generation), sharedAhead: wordOf(shared?.generation) }
  const acknowledged = wordTo(to, said)
  const head = { hops: 1, salt: 1, equalMask: 0, pullMask: 0, acknowledged }
  const bytes = encodeMessage({ kind: 'user', payload: encodeSync(head, []) })
  cluster.network.deliver({ from: cluster.address(from), to: cluster.address(to), bytes })
}

story('a node that begins years ahead is told that nobody takes what it writes', ({ start }) => {
  const cluster = start({ members: 3, seed: 526 })
  cluster.share('a', 'kv', 'x', '1')
  withVisitor(cluster)
  expect(cluster.set('future', 'k', 'lost').outcome?.kind).toBe('ok')
  expect(cluster.share('future', 'kv', 'x', 'lost').outcome?.kind).toBe('ok')
  cluster.run(seconds(10))
  expect(cluster.notices('b', 'clock-skew')[0]?.node).toBe('future')
  for (const id of ['a', 'b', 'c']) {
    expect(cluster.held(id, 'future')).toEqual([])
    expect(cluster.shared(id, 'kv')).toEqual(['x=1'])
    expect(cluster.stats(id).unheardBy).toBe(0)
  }
  expect(cluster.stats('future').unheardBy).toBe(3)
  const years = expect.closeTo(THREE_YEARS_MS, -6)
  const unheard = { kind: 'unheard', members: 3, aheadMs: years }
  expect(cluster.set('future', 'k', 'again').outcome).toMatchObject(unheard)
  expect(cluster.unset('future', 'k').outcome).toMatchObject(unheard)
  expect(cluster.share('future', 'kv', 'x', 'again').outcome).toMatchObject(unheard)
  expect(cluster.notices('future', 'log').some(({ level }) => level === 'error')).toBe(true)
  // To set the clock right is not enough: the life that it began lies in the future.
  cluster.jumpWall(['future'], 0)
  cluster.run(minutes(1))
  expect(cluster.set('future', 'k', 'again').outcome).toMatchObject(unheard)
  cluster.crash('future')
  cluster.restart('future', { wallAheadMs: 0 })
  cluster.join('future', 'a')
  cluster.run(seconds(5))
  expect(cluster.set('future', 'k', 'now').outcome?.kind).toBe('ok')
  cluster.run(minutes(1))
  for (const id of cluster.living()) expect(cluster.held(id, 'future')).toEqual(['k=now'])
  expect(cluster.stats('future').unheardBy).toBe(0)
})

story('a clock minutes ahead stops shared writes until others come near', ({ start }) => {
  const cluster = start({ members: 4, seed: 527 })
  cluster.share('a', 'kv', 'x', 'before')
  cluster.run(seconds(1))
  cluster.jumpWall(['a'], minutes(5))
  expect(cluster.share('a', 'kv', 'x', 'future').outcome?.kind).toBe('ok')
  cluster.run(seconds(10))
  const { outcome } = cluster.share('a', 'kv', 'x', 'more')
  expect(outcome).toMatchObject({ kind: 'unheard', members: 3 })
  expect(outcome).toHaveProperty('aheadMs', expect.closeTo(minutes(5) - seconds(5), -4))
  // Keys of one's own have no clock.
  expect(cluster.set('a', 'k', 'own').outcome?.kind).toBe('ok')
  cluster.run(minutes(5))
  expect(cluster.stats('a').unheardBy).toBe(0)
  for (const id of cluster.living()) expect(cluster.shared(id, 'kv')).toEqual(['x=future'])
})

story('of two that do not take from each other neither stops to write', ({ start }) => {
  const cluster = start({ members: 1, seed: 528 })
  withVisitor(cluster)
  for (const id of ['a', 'future']) cluster.set(id, 'k', 'first')
  cluster.run(minutes(1))
  expect(cluster.stats('future').unheardBy).toBe(1)
  expect(cluster.set('future', 'k', 'more').outcome?.kind).toBe('ok')
  const acks = { needed: 2, timeoutMs: seconds(5) } as const
  const value = Uint8Array.of(1)
  const asked = cluster.command('future', { kind: 'state-set', key: 'k', value, acks })
  expect(asked.outcome).toMatchObject({ kind: 'unheard', members: 1 })
})

story('who was cut off, or is slow to be heard, is refused nothing', ({ start }) => {
  const cluster = start({ members: 3, seed: 529 })
  cluster.set('a', 'k', '1')
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(minutes(3))
  cluster.partition(['a'], ['b', 'c'])
  const refused: Pending[] = []
  const write = (i: number) => {
    const value = `${i}`.padEnd(5000, 'v')
    const made = [
      cluster.set('a', `k${i % 10}`, value),
      cluster.share('a', 'kv', `x${i % 60}`, value),
    ]
    refused.push(...made.filter(({ outcome }) => outcome?.kind !== 'ok'))
  }
  for (let i = 0; i < 60; i++) {
    write(i)
    cluster.run(seconds(2))
  }
  cluster.heal()
  for (const loss of [0.3, 0.5]) {
    cluster.lose(loss)
    for (let i = 0; i < 100; i++) {
      write(i)
      cluster.run(500)
      expect(cluster.stats('a').unheardBy).toBe(0)
    }
  }
  expect(refused).toEqual([])
})

story('that a clock is ahead is believed of most others, and of no one else', ({ start }) => {
  const cluster = start({ members: 4, seed: 530 })
  cluster.set('a', 'k', '1')
  cluster.share('a', 'kv', 'x', '1')
  cluster.run(seconds(10))
  sayAhead(cluster, { from: 'b', to: 'a', ms: minutes(7) })
  expect(cluster.stats('a').unheardBy).toBe(0)
  expect(cluster.set('a', 'k', '2').outcome?.kind).toBe('ok')
  expect(cluster.share('a', 'kv', 'x', '2').outcome?.kind).toBe('ok')
  sayAhead(cluster, { from: 'c', to: 'a', ms: minutes(5) })
  expect(cluster.stats('a').unheardBy).toBe(2)
  const unheard = { kind: 'unheard', members: 2, aheadMs: minutes(5) }
  expect(cluster.set('a', 'k', '3').outcome).toMatchObject(unheard)
  expect(cluster.share('a', 'kv', 'x', '3').outcome).toMatchObject(unheard)
  // What they say next is the truth, and counts at once.
  cluster.run(seconds(10))
  expect(cluster.stats('a').unheardBy).toBe(0)
  expect(cluster.set('a', 'k', '4').outcome?.kind).toBe('ok')
})

story('such a word is over after a while, and with the life that it is about', ({ start }) => {
  const cluster = start({ members: 3, seed: 531, options: { stateSyncIntervalMs: 0 } })
  const lie = () => {
    for (const from of ['b', 'c']) sayAhead(cluster, { from, to: 'a', ms: minutes(5) })
  }
  cluster.set('a', 'k', '1')
  cluster.run(seconds(10))
  lie()
  cluster.run(seconds(110))
  expect(cluster.stats('a').unheardBy).toBe(2)
  cluster.run(seconds(11))
  expect(cluster.stats('a').unheardBy).toBe(0)
  for (const other of [{ generation: 1 }, { base: 2 ** 40 }]) {
    lie()
    expect(cluster.stats('a').unheardBy).toBe(2)
    // Of another life, or of what somebody else has written in our name.
    for (const from of ['b', 'c']) sayAhead(cluster, { from, to: 'a', ms: minutes(5), ...other })
    expect(cluster.stats('a').unheardBy).toBe(0)
  }
})
