// Whatever the scenario, a run keeps its books, says the same for the same seed, and adds up
// with others in any grouping. Scenarios are drawn at random over all their options.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  mergeSamples,
  type ProtocolName,
  planOf,
  protocols,
  Runner,
  type RunResult,
  runScenario,
  type SpreadScenario,
  sampleMany,
  spreadOptions,
} from '../../../src/sim/index.ts'

const names = Object.keys(protocols).filter((name): name is ProtocolName =>
  Object.hasOwn(protocols, name),
)

/** Options over small ranges; those that a protocol does not take are left out. */
const scenarios: fc.Arbitrary<SpreadScenario> = fc
  .record({
    protocol: fc.constantFrom(...names),
    nodes: fc.integer({ min: 1, max: 120 }),
    fanout: fc.integer({ min: 1, max: 30 }),
    loss: fc.constantFrom(0, 0.05, 0.5, 0.9, 1),
    crash: fc.constantFrom(0, 0.1, 0.5, 0.99, 1),
    selection: fc.constantFrom('wor' as const, 'self' as const),
    limit: fc.integer({ min: 1, max: 40 }),
    limitUnit: fc.constantFrom('messages' as const, 'rounds' as const),
    direction: fc.constantFrom('push' as const, 'pull' as const),
    feedback: fc.constantFrom('blind' as const, 'feedback' as const),
    memory: fc.constantFrom('coin' as const, 'counter' as const),
    interest: fc.integer({ min: 1, max: 6 }),
    repairEvery: fc.integer({ min: 0, max: 5 }),
    roundsMax: fc.constant(400),
  })
  .map(({ protocol, nodes, ...rest }) => {
    const known = Object.entries(spreadOptions)
    const taken = Object.entries(rest).filter(([name]) =>
      known.some(([key, { only }]) => key === name && (only?.includes(protocol) ?? true)),
    )
    return { protocol, nodes, ...Object.fromEntries(taken) }
  })
const seeds = fc.integer({ min: -1_000_000, max: 2 ** 45 })

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function expectBooks(run: RunResult, scenario: SpreadScenario): void {
  const { sends, messages, alive, informed, rounds } = run
  expect(alive).toBe(planOf(scenario).alive)
  expect(sum(sends.values())).toBe(alive)
  expect(sum([...sends].map(([sent, nodes]) => sent * nodes))).toBe(messages)
  expect(sum(run.messagesByRound)).toBe(messages)
  expect(Math.max(...sends.keys())).toBe(run.busiest)
  expect(run.copies).toBeLessThanOrEqual(messages)
  expect(run.informedByRound.length).toBe(rounds + 1)
  expect(run.informedByRound.at(-1)).toBe(informed)
  expect(informed).toBeGreaterThanOrEqual(1)
  expect(informed).toBeLessThanOrEqual(alive)
  expect(run.toAll !== undefined).toBe(informed === alive)
  run.busiestByRound.forEach((busiest, round) => {
    expect(busiest).toBeLessThanOrEqual(run.messagesByRound[round] ?? 0)
  })
  for (let round = 1; round <= rounds; round++) {
    expect(run.informedByRound[round]).toBeGreaterThanOrEqual(run.informedByRound[round - 1] ?? 0)
    expect(run.msByRound[round]).toBeGreaterThanOrEqual(run.msByRound[round - 1] ?? 0)
  }
}

describe('any scenario', () => {
  test('keeps its books, and owes nothing to the runs before it', () => {
    fc.assert(
      fc.property(scenarios, seeds, (scenario, seed) => {
        const run = runScenario(scenario, seed)
        expectBooks(run, scenario)
        const runner = new Runner(scenario)
        runner.run(seed + 1)
        expect(runner.run(seed)).toEqual(run)
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  test('gives samples that add up in any grouping', () => {
    fc.assert(
      fc.property(scenarios, seeds, fc.integer({ min: 1, max: 5 }), (scenario, seed, first) => {
        const whole = sampleMany(scenario, { runs: 6, seed })
        const head = sampleMany(scenario, { runs: first, seed })
        const tail = sampleMany(scenario, { runs: 6 - first, seed, first })
        expect(mergeSamples([tail, head])).toEqual(whole)
      }),
      { numRuns: 60, seed: 1 },
    )
  })
})
