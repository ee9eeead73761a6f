// A ping by hand measures the way there and back, and says so if nobody answers.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('a ping measures the round trip, and times out where nobody answers', ({ start }) => {
  const cluster = start({ members: 3, seed: 85 })
  cluster.disturb({ delayMinMs: 40, delayMeanMs: 0 })
  const answered = cluster.command('a', { kind: 'ping', name: 'b', timeoutMs: 1000 })
  cluster.cut('a', ['c'])
  const silent = cluster.command('a', { kind: 'ping', name: 'c', timeoutMs: 1000 })
  const unknown = cluster.command('a', { kind: 'ping', name: 'x', timeoutMs: 1000 })
  cluster.run(seconds(2))
  const { outcome } = answered
  expect(outcome?.kind === 'rtt' && Math.round(outcome.rttMs)).toBe(80)
  expect([silent.outcome?.kind, unknown.outcome?.kind]).toEqual(['timeout', 'unknown'])
})
