// A slice of the reference values (`npm run oracles` checks all of them), and proof that the
// checks can fail: doctored cells must be caught.

import { describe, expect, test } from 'vitest'
import type { Check } from '../../../bench/oracles/checks.ts'
import {
  cumulativeOf,
  meanAgrees,
  median,
  p99,
  quantileAgrees,
  sameDigits,
  shareAgrees,
} from '../../../bench/oracles/checks.ts'
import { cellsOf, OWN_FILE, readCells } from '../../../bench/oracles/file.ts'
import { holds, judge } from '../../../bench/oracles/verdict.ts'

const cells = readCells(OWN_FILE)
const effort = { factor: 0.02, seed: 1 }
/** Among cells of up to a thousand nodes each of so many; primes, so that no parameter is missed. */
const EVERY = 67

function failuresOf(checks: readonly Check[]): readonly Check[] {
  return checks.filter(({ holds }) => !holds)
}

describe('the reference', () => {
  test('has all of its cells', () => {
    expect(cells.length).toBe(1644)
    expect(new Set(cells.map(({ place }) => place)).size).toBe(1644)
  })

  const small = cells.filter(({ label }) => !/N=10000/.test(label))
  const slice = small.filter(
    ({ label }, index) => index % EVERY === 0 || !/ k=.* loss=/.test(label),
  )
  test.each(slice)('$label', (cell) => {
    const verdict = judge(cell, effort)
    expect(failuresOf(verdict.checks)).toEqual([])
    expect(holds(verdict)).toBe(true)
  })
})

describe('a doctored cell', () => {
  const cell = {
    ...{ N: 100, k: 2, loss: 0, crash: 0, sel: 'wor', alive: 100, mode: 'pull', method: 'exact' },
    full: { mean: 6.26679, sd: 0.730291, p50: 6, p90: 7, p99: 8, p999: 9, max: 13 },
    cov99: { mean: 6.08989, sd: 0.725563, p50: 6, p90: 7, p99: 8, p999: 9, max: 13 },
  }
  const failures = (changed: object): readonly string[] => {
    const [one] = cellsOf({ dissemination: [{ ...cell, ...changed }] })
    if (one === undefined) return []
    return failuresOf(judge(one, effort).checks).map(({ what }) => what)
  }

  test('holds as long as it is not', () => {
    expect(failures({})).toEqual([])
  })

  test('is caught by the exact law in the sixth digit', () => {
    const exact = failures({ full: { ...cell.full, mean: cell.full.mean * 1.00002 } })
    expect(exact).toContain('exact full mean')
  })

  test('is caught by samples and by the exact law if its model differs', () => {
    const other = failures({ mode: 'push' })
    expect(other).toContain('exact full mean')
    expect(other).toContain('full mean')
  })

  test('is caught if it lacks a figure or cannot be played', () => {
    const problem = (changed: object): string | undefined => {
      const [one] = cellsOf({ dissemination: [{ ...cell, ...changed }] })
      const verdict = one === undefined ? undefined : judge(one, effort)
      expect(verdict !== undefined && holds(verdict)).toBe(false)
      return verdict?.problem
    }
    expect(problem({ full: { mean: 6 } })).toContain('full.sd must be a number')
    expect(problem({ loss: 2 })).toContain('loss is 2, it must be a number from 0 to 1')
  })

  test('is caught if nobody could check it', () => {
    expect(() => failures({ mode: 'shout' })).toThrow(/mode must be one of push, pull, pushpull/)
    expect(() => cellsOf({})).toThrow('there is no cell in this file')
    expect(() => cellsOf({ disemination: [] })).toThrow(/file has disemination; known are/)
  })
})

describe('agreement', () => {
  test('of digits is to one unit of the sixth', () => {
    expect(sameDigits('x', 1.23456, 1.234565).holds).toBe(true)
    expect(sameDigits('x', 1.23456, 1.23458).holds).toBe(false)
    expect(sameDigits('x', 3.79525e-96, 3.79525e-96).holds).toBe(true)
  })

  test('of means is within four standard errors, of both sides where both are samples', () => {
    const ours = { mean: 10.5, sd: 1, count: 100 }
    expect(meanAgrees('x', { value: 10, sd: 1 }, ours).holds).toBe(false)
    expect(meanAgrees('x', { value: 10.2, sd: 1 }, ours)).toMatchObject({ holds: true })
    expect(meanAgrees('x', { value: 10, sd: 1, runs: 100 }, ours).holds).toBe(true)
    expect(meanAgrees('x', { value: 10, sd: 1, runs: 10_000 }, ours).holds).toBe(false)
  })

  test('of shares is binomial, and never finer than one run', () => {
    expect(shareAgrees('p', { value: 1e-6 }, { share: 0.01, count: 100 }).holds).toBe(true)
    expect(shareAgrees('p', { value: 1e-6 }, { share: 0.02, count: 100 }).holds).toBe(false)
    expect(shareAgrees('p', { value: 0.5 }, { share: 0.69, count: 100 }).holds).toBe(true)
    expect(shareAgrees('p', { value: 0.5 }, { share: 0.71, count: 100 }).holds).toBe(false)
  })

  test('of a median allows a step only where one half is crossed just there', () => {
    const at = (below: number) =>
      cumulativeOf(
        new Map([
          [7, below],
          [8, 1_000_000 - below],
        ]),
      )
    expect(quantileAgrees('p50', { value: 8 }, at(490_000), median).holds).toBe(true)
    expect(quantileAgrees('p50', { value: 8 }, at(510_000), median).holds).toBe(true)
    expect(quantileAgrees('p50', { value: 8 }, at(540_000), median).holds).toBe(false)
    expect(quantileAgrees('p50', { value: 7 }, at(460_000), median).holds).toBe(false)
  })

  test('of a 99th percentile allows one step', () => {
    const ours = cumulativeOf(
      new Map([
        [7, 980_000],
        [8, 20_000],
      ]),
    )
    expect(quantileAgrees('p99', { value: 9 }, ours, p99).holds).toBe(true)
    expect(quantileAgrees('p99', { value: 7 }, ours, p99).holds).toBe(true)
    expect(quantileAgrees('p99', { value: 6 }, ours, p99).holds).toBe(false)
    expect(quantileAgrees('p99', { value: 10 }, ours, p99).holds).toBe(false)
  })
})
