// Samples of many runs: they must not depend on who played which run, and their figures must
// be those of the runs.

import { describe, expect, test } from 'vitest'
import { Random } from '../../../src/core/index.ts'
import {
  mergeSamples,
  type ProtocolName,
  Runner,
  runScenario,
  type SpreadScenario,
  sampleMany,
  seedOfRun,
  summarise,
} from '../../../src/sim/index.ts'
import { Draws } from '../../../src/sim/rounds/draws.ts'

const scenario: SpreadScenario = { protocol: 'push', nodes: 200, fanout: 2, loss: 0.1 }

describe('draws', () => {
  test('are the numbers of Random, a block at a time', () => {
    for (const seed of [0, 1, -7, 2 ** 40 + 3, 0.5]) {
      const one = new Random(seed)
      const many = new Draws(seed)
      for (let i = 0; i < 5000; i++) expect(many.bits()).toBe(one.bits())
      expect(many.drawn).toBe(5000)
    }
  })

  test('begin again where they are restarted', () => {
    const draws = new Draws(3)
    const first = Array.from({ length: 3000 }, () => draws.bits())
    draws.restart(3)
    expect(Array.from({ length: 3000 }, () => draws.bits())).toEqual(first)
  })

  test('give each run of each seed a seed of its own', () => {
    const seeds = new Set<number>()
    for (let seed = 0; seed < 100; seed++) {
      for (let run = 0; run < 100; run++) seeds.add(seedOfRun(seed, run))
    }
    expect(seeds.size).toBe(10_000)
    for (const seed of seeds) expect(Number.isSafeInteger(seed)).toBe(true)
  })
})

describe('a sample', () => {
  test('is the same in one piece and in shares, merged in any order', () => {
    const whole = sampleMany(scenario, { runs: 60, seed: 4 })
    const shares = [0, 13, 14, 40].map((first, i, all) =>
      sampleMany(scenario, { runs: (all[i + 1] ?? 60) - first, seed: 4, first }),
    )
    expect(mergeSamples(shares.toReversed())).toEqual(whole)
    expect(summarise(scenario, mergeSamples(shares))).toEqual(summarise(scenario, whole))
  })

  test('survives being posted to another thread', () => {
    const sample = sampleMany(scenario, { runs: 5, seed: 4 })
    expect(mergeSamples([structuredClone(sample)])).toEqual(sample)
  })

  test('holds the very runs that can be played again by their seeds', () => {
    const sample = sampleMany(scenario, { runs: 1, seed: 4, first: 17 })
    const run = runScenario(scenario, seedOfRun(4, 17))
    expect([...sample.messages.keys()]).toEqual([run.messages])
    expect(sample.byRound.map(({ informed }) => [...informed.keys()][0])).toEqual(
      run.informedByRound,
    )
  })

  test('keeps what is done when it is cancelled, and tells how far it is', () => {
    const signal = { aborted: false }
    const told: number[] = []
    const onProgress = (done: number) => {
      told.push(done)
      signal.aborted = done === 3
    }
    const sample = sampleMany(scenario, { runs: 100, seed: 4, onProgress, signal })
    expect(sample).toEqual(sampleMany(scenario, { runs: 3, seed: 4 }))
    expect(told).toEqual([1, 2, 3])
  })

  test('counts a run that ended early in every later round', () => {
    const rows = summarise(scenario, sampleMany(scenario, { runs: 50, seed: 4 })).byRound
    expect(rows.every(({ informed }) => informed.count === 50)).toBe(true)
    expect(rows.at(-1)).toMatchObject({ reachedAll: 1, informed: { min: 200, max: 200 } })
  })

  test('has the figures of its runs', () => {
    const runner = new Runner(scenario)
    const runs = Array.from({ length: 40 }, (_, i) => runner.run(seedOfRun(9, i)))
    const summary = summarise(scenario, sampleMany(scenario, { runs: 40, seed: 9 }))
    const rounds = runs.map(({ toAll = Number.NaN }) => toAll).sort((a, b) => a - b)
    const mean = rounds.reduce((sum, one) => sum + one, 0) / 40
    expect(summary.toAll.mean).toBeCloseTo(mean, 12)
    expect(summary.toAll.p50).toBe(rounds[19])
    expect(summary.toAll.max).toBe(rounds[39])
    expect(summary.reachedAll).toBe(1)
    expect(summary.sendsByNode.count).toBe(40 * 200)
  })
})

test('about ten rounds: of a thousand nodes all but one know after ten, with two targets each', () => {
  const seed: SpreadScenario = { protocol: 'push', nodes: 1000, fanout: 2 }
  const { byRound, toAll, messages } = summarise(seed, sampleMany(seed, { runs: 300, seed: 1 }))
  expect(byRound[10]?.informed.mean).toBeCloseTo(999.2, 0)
  expect(toAll.p50).toBe(11)
  expect(Math.abs(messages.mean - 8453)).toBeLessThan(4 * (messages.sd / Math.sqrt(300)))
})

describe('a seed gives the run that it gave when it was first written down', () => {
  const runs: readonly (readonly [ProtocolName, number, number, number, number])[] = [
    ['direct', 1, 397, 499, 449],
    ['tree', 8, 120, 155, 631],
    ['push', 11, 450, 4500, 3202],
    ['pull', 12, 450, 8858, 6495],
    ['pushpull', 7, 450, 6671, 4966],
    ['infect-and-die', 17, 307, 614, 950],
    ['transmit-limited', 12, 450, 5400, 2699],
    ['memberlist', 12, 450, 5400, 2699],
    ['rumor-mongering', 19, 409, 1403, 2806],
    ['hearsay', 8, 450, 4734, 9986],
  ]

  test.each(runs)('%s', (protocol, rounds, informed, messages, draws) => {
    const run = runScenario({ protocol, nodes: 500, loss: 0.1, crash: 0.1 }, 7)
    expect(run).toMatchObject({ rounds, informed, messages, draws })
  })

  test('round by round, and for each run of a sample', () => {
    const { informedByRound } = runScenario({ protocol: 'push', nodes: 1000, fanout: 2 }, 1)
    expect(informedByRound).toEqual([1, 3, 9, 27, 78, 211, 464, 788, 953, 990, 999, 1000])
    expect([seedOfRun(1, 0), seedOfRun(1, 1)]).toEqual([473_920_849_897_516, 6_492_710_299_422_710])
  })
})
