// The exact laws against small cases that can be worked out by hand, against each other, and
// against samples; the cells of the reference have a test of their own.

import { describe, expect, test } from 'vitest'
import { HearsayError } from '../../../src/core/index.ts'
import {
  type ExactSpread,
  exactReach,
  exactSpread,
  hasExactReach,
  hasExactSpread,
  meanHeardAt,
  runScenario,
  type SpreadScenario,
  sampleMany,
  summarise,
} from '../../../src/sim/index.ts'

const push3: SpreadScenario = { protocol: 'push', nodes: 3, fanout: 1 }

function expectSumsToOne(law: ExactSpread): void {
  const chances = law.toAll.above.map((_, round) => law.toAll.chanceOf(round))
  expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12)
}

describe('by hand', () => {
  test('three nodes, one target each: two know after a round, then each round misses by 1/4', () => {
    const { byRound, toAll } = exactSpread(push3)
    expect(byRound[1]).toMatchObject({ mean: 2, sd: 0, reachedAll: 0 })
    // Both tellers have to hit each other: 1/2 · 1/2.
    expect(byRound[2]?.reachedAll).toBeCloseTo(3 / 4, 14)
    expect(byRound[3]?.reachedAll).toBeCloseTo(15 / 16, 14)
    expect(toAll.mean).toBeCloseTo(1 + 1 / (1 - 1 / 4), 12)
    expect(toAll.quantile(0.5)).toBe(2)
    expect(toAll.quantile(0.99)).toBe(5)
  })

  test('with oneself among the targets two nodes need a geometric number of rounds', () => {
    const { toAll } = exactSpread({ protocol: 'push', nodes: 2, fanout: 1, selection: 'self' })
    expect(toAll.mean).toBeCloseTo(2, 12)
    expect(toAll.sd).toBeCloseTo(Math.SQRT2, 12)
  })

  test('a pull works if request and answer both arrive', () => {
    const { toAll } = exactSpread({ protocol: 'pull', nodes: 2, fanout: 1, loss: 0.5 })
    expect(toAll.mean).toBeCloseTo(4, 12)
  })

  test('infect and die among three, one target each, reaches the third half the time', () => {
    const { all, mean, messagesPerNode } = exactReach({
      protocol: 'infect-and-die',
      nodes: 3,
      fanout: 1,
    })
    expect(all).toBeCloseTo(1 / 2, 14)
    expect(mean).toBeCloseTo(2.5, 14)
    expect(messagesPerNode).toBe(1)
  })

  test('nobody else is there: it is over before it begins', () => {
    const { toAll, byRound } = exactSpread({ protocol: 'push', nodes: 1 })
    expect([toAll.mean, toAll.sd, byRound.length]).toEqual([0, 0, 1])
    expect(exactReach({ protocol: 'memberlist', nodes: 1 })).toMatchObject({ all: 1, mean: 1 })
  })
})

describe('chances', () => {
  test.each(['push', 'pull', 'pushpull'] as const)('of %s add up to 1', (protocol) => {
    for (const nodes of [2, 5, 40]) {
      for (const selection of ['wor', 'self'] as const) {
        const mishaps = { loss: 0.3, crash: 0.25, selection }
        expectSumsToOne(exactSpread({ protocol, nodes, fanout: 3, ...mishaps }))
      }
    }
  })

  test('of each reach add up to 1', () => {
    for (const protocol of ['infect-and-die', 'transmit-limited', 'memberlist'] as const) {
      const { chances } = exactReach({ protocol, nodes: 50, loss: 0.2, crash: 0.3 })
      expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12)
    }
  })
})

describe('a sample agrees with the exact law within four standard errors', () => {
  const runs = 2000
  test.each([
    { protocol: 'push', nodes: 60, fanout: 2, loss: 0.2 },
    { protocol: 'push', nodes: 60, fanout: 40, crash: 0.5, loss: 0.6 },
    { protocol: 'pull', nodes: 60, fanout: 1, crash: 0.3 },
    { protocol: 'push', nodes: 100, fanout: 16, loss: 0.8, crash: 0.3 },
    { protocol: 'pull', nodes: 100, fanout: 16, loss: 0.8, crash: 0.3 },
    { protocol: 'pull', nodes: 200, fanout: 3, loss: 0.5, selection: 'self' },
    { protocol: 'pushpull', nodes: 60, fanout: 2, selection: 'self', loss: 0.1 },
  ] satisfies SpreadScenario[])('%o', (scenario) => {
    const law = exactSpread(scenario)
    const sample = summarise(scenario, sampleMany(scenario, { runs, seed: 2 }))
    const off = Math.abs(sample.toAll.mean - law.toAll.mean)
    expect(off).toBeLessThan((4 * law.toAll.sd) / Math.sqrt(runs))
    for (const { round, mean, sd } of law.byRound.slice(0, 8)) {
      const informed = sample.byRound[round]?.informed.mean ?? law.plan.alive
      expect(Math.abs(informed - mean)).toBeLessThanOrEqual((4 * sd) / Math.sqrt(runs) + 1e-3)
    }
  })

  test('of a limited one', () => {
    const scenario: SpreadScenario = { protocol: 'memberlist', nodes: 60, loss: 0.5, crash: 0.4 }
    const law = exactReach(scenario)
    const { informed } = summarise(scenario, sampleMany(scenario, { runs, seed: 2 }))
    expect(Math.abs(informed.mean - law.mean)).toBeLessThan((4 * law.sd) / Math.sqrt(runs))
  })
})

describe('where there is no exact law', () => {
  test('it says so, and what to do', () => {
    const tooMany: SpreadScenario = { protocol: 'push', nodes: 1001 }
    expect(hasExactSpread(tooMany)).toBe(false)
    expect(() => exactSpread(tooMany)).toThrow(HearsayError)
    expect(() => exactSpread(tooMany)).toThrow(/at most 1000 nodes.*Take a sample/)
    expect(hasExactSpread({ protocol: 'hearsay', nodes: 10 })).toBe(false)
    expect(hasExactSpread({ protocol: 'push', nodes: 10, loss: 1 })).toBe(false)
    expect(hasExactReach({ protocol: 'push', nodes: 10 })).toBe(false)
    expect(() => exactReach({ protocol: 'push', nodes: 10 })).toThrow(/Take a sample/)
  })
})

test('the mean round of hearing leaves the source out', () => {
  const run = runScenario({ protocol: 'tree', nodes: 7, fanout: 2 }, 1)
  expect(run.informedByRound).toEqual([1, 3, 7])
  expect(meanHeardAt(run)).toBeCloseTo((2 * 1 + 4 * 2) / 6, 12)
})
