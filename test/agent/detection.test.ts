// The promise made at the start about how long a crash goes unnoticed.

import { expect, test } from 'vitest'
import { detectionTimes } from '../../src/agent/detection.ts'

const lan = { probeIntervalMs: 1000, suspicionMult: 4, suspicionMaxTimeoutMult: 6 }

test('five members with LAN defaults notice after about seven seconds, at most fourteen', () => {
  const { usualMs, worstMs } = detectionTimes({ members: 5, ...lan })
  expect(Math.round(usualMs / 100)).toBe(66)
  expect(worstMs).toBe(14_000)
})

test('with probing off, or nobody left, nothing is ever noticed', () => {
  expect(detectionTimes({ ...lan, members: 5, probeIntervalMs: 0 }).worstMs).toBe(Infinity)
  expect(detectionTimes({ ...lan, members: 1 }).worstMs).toBe(Infinity)
})

test('more members make the suspicion longer, never the usual case shorter', () => {
  const usual = [2, 5, 25, 100].map((members) => detectionTimes({ ...lan, members }).usualMs)
  expect(usual).toEqual([...usual].sort((a, b) => a - b))
})
