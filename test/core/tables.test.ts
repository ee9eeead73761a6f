// memberlist's formulas, value by value, as the Go program gave them.

import { describe, expect, it } from 'vitest'
import { pushPullIntervalMs } from '../../src/core/periodic.ts'
import { transmitLimit } from '../../src/core/queue.ts'
import { Awareness } from '../../src/core/swim/awareness.ts'
import { Suspicion, suspicionLengthMs, suspicionMinMs } from '../../src/core/swim/suspicion.ts'
import { vectors } from '../golden/golden.ts'

interface Cell<I> {
  readonly name: string
  readonly in: I
  readonly decoded: number
}

const NS = 1_000_000

describe('formulas of memberlist', () => {
  it('the shortest suspicion', () => {
    const cells = vectors<Cell<{ n: number; suspicionMult: number; intervalNs: number }>>(
      'tables-suspicion-timeout',
    )
    expect(cells.length).toBeGreaterThan(100)
    for (const { name, in: given, decoded } of cells) {
      const ms = suspicionMinMs(given.suspicionMult, given.n, given.intervalNs / NS)
      expect(Math.round(ms * NS), name).toBe(decoded)
    }
  })

  it('the time left of a suspicion, after confirmations', () => {
    const cells = vectors<
      Cell<{ n: number; k: number; elapsedNs: number; minNs: number; maxNs: number }>
    >('tables-remaining-suspicion')
    for (const { name, in: given, decoded } of cells) {
      const total = suspicionLengthMs(given.n, given.k, given.minNs / NS, given.maxNs / NS)
      expect(Math.round(total * NS) - given.elapsedNs, name).toBe(decoded)
    }
  })

  it('how often a rumor is sent', () => {
    const cells = vectors<Cell<{ n: number; retransmitMult: number }>>('tables-retransmit-limit')
    for (const { name, in: given, decoded } of cells) {
      expect(transmitLimit(given.retransmitMult, given.n), name).toBe(decoded)
    }
  })

  it('the pace of push/pulls', () => {
    const cells = vectors<Cell<{ n: number; intervalNs: number }>>('tables-push-pull-scale')
    for (const { name, in: given, decoded } of cells) {
      expect(pushPullIntervalMs(given.intervalNs / NS, given.n) * NS, name).toBe(decoded)
    }
  })

  it('the health score', () => {
    interface Change {
      readonly delta: number
      readonly score: number
      readonly scaled1s: number
    }
    for (const { in: given, decoded } of vectors<{
      in: { max: number }
      decoded: readonly Change[]
    }>('tables-awareness')) {
      const awareness = new Awareness(given.max)
      for (const { delta, score, scaled1s } of decoded) {
        awareness.add(delta)
        expect([awareness.score, awareness.scale(1000) * NS]).toEqual([score, scaled1s])
      }
    }
  })
})

describe('a suspicion', () => {
  const make = () => new Suspicion({ from: 'a', startMs: 0, needed: 2, minMs: 4000, maxMs: 24_000 })

  it('shortens with each new accuser, down to the minimum', () => {
    const suspicion = make()
    expect(suspicion.deadlineMs).toBe(24_000)
    expect(suspicion.confirm('b')).toBe(true)
    expect(suspicion.deadlineMs).toBe(11_381)
    expect(suspicion.confirm('c')).toBe(true)
    expect(suspicion.deadlineMs).toBe(4000)
  })

  it('counts nobody twice, and not the first accuser', () => {
    const suspicion = make()
    expect(suspicion.confirm('a')).toBe(false)
    suspicion.confirm('b')
    expect(suspicion.confirm('b')).toBe(false)
    expect(suspicion.confirmations).toBe(1)
  })

  it('gives back the time in which we stood still', () => {
    const suspicion = make()
    suspicion.postpone(3000)
    expect(suspicion.deadlineMs).toBe(27_000)
  })
})
