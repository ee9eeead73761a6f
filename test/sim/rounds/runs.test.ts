// Single runs of the rounds engine: what every protocol has in common, and the corners where
// there is nobody to tell, nobody who hears, or more targets than nodes.

import { describe, expect, test } from 'vitest'
import { HearsayError } from '../../../src/core/index.ts'
import {
  type ProtocolName,
  protocols,
  type RunResult,
  runScenario,
  type SpreadScenario,
} from '../../../src/sim/index.ts'

const names = Object.keys(protocols).filter((name): name is ProtocolName =>
  Object.hasOwn(protocols, name),
)
const endless: readonly ProtocolName[] = ['push', 'pull', 'pushpull']

function totalOf(sends: ReadonlyMap<number, number>): number {
  return [...sends].reduce((sum, [sent, nodes]) => sum + sent * nodes, 0)
}

function expectSound(run: RunResult, scenario: SpreadScenario): void {
  const nodes = [...run.sends.values()].reduce((sum, times) => sum + times, 0)
  expect(nodes, 'every alive node is counted once').toBe(run.alive)
  expect(totalOf(run.sends), 'messages by node add up').toBe(run.messages)
  expect(run.messagesByRound.reduce((sum, one) => sum + one, 0)).toBe(run.messages)
  expect(run.informedByRound).toEqual([...run.informedByRound].sort((a, b) => a - b))
  expect(run.informedByRound.length).toBe(run.rounds + 1)
  expect(run.informed).toBeLessThanOrEqual(run.alive)
  expect(run.copies).toBeLessThanOrEqual(run.messages)
  expect(run.alive).toBe(scenario.nodes - Math.round((scenario.crash ?? 0) * scenario.nodes))
}

describe.each(names)('%s', (protocol) => {
  test('gives the same run for the same seed, whatever was played before', () => {
    const scenario: SpreadScenario = { protocol, nodes: 300, loss: 0.1, crash: 0.1 }
    const first = runScenario(scenario, 5)
    expect(runScenario(scenario, 5)).toEqual(first)
    expect(runScenario(scenario, 6)).not.toEqual(first)
  })

  test.each([
    { loss: 0, crash: 0 },
    { loss: 0.3, crash: 0 },
    { loss: 0, crash: 0.4 },
    { loss: 0.2, crash: 0.2 },
    { loss: 0.2, crash: 0.2, repairEvery: 3 },
    { loss: 1, crash: 0, repairEvery: 2 },
  ])('keeps its books with %o', (mishaps) => {
    for (const nodes of [2, 3, 7, 64, 501]) {
      const scenario = { protocol, nodes, ...mishaps }
      expectSound(runScenario(scenario, nodes), scenario)
    }
  })

  test('is over at once where there is nobody else', () => {
    const run = runScenario({ protocol, nodes: 1 }, 1)
    expect(run).toMatchObject({ rounds: 0, informed: 1, toAll: 0, to99: 0, messages: 0 })
  })

  test('reaches the other one of two', () => {
    const run = runScenario({ protocol, nodes: 2, repairEvery: 2 }, 1)
    expect(run.informed).toBe(2)
  })

  test('ends where every message is lost, with the source alone', () => {
    const run = runScenario({ protocol, nodes: 50, loss: 1 }, 1)
    expect(run.informed).toBe(1)
    expect(run.toAll).toBeUndefined()
    expect(run.rounds).toBeLessThan(1000)
  })

  test('ends where all others have crashed, and everybody alive knows', () => {
    const run = runScenario({ protocol, nodes: 50, crash: 1 }, 1)
    expect(run).toMatchObject({ alive: 1, informed: 1, toAll: 0 })
  })

  test('reaches everybody once notes are compared, whatever is lost', () => {
    const run = runScenario({ protocol, nodes: 200, loss: 0.6, crash: 0.2, repairEvery: 4 }, 3)
    expect(run.informed).toBe(160)
  })
})

describe('fan-out', () => {
  test.each(endless)(
    '%s reaches all in one or two rounds with more targets than nodes',
    (protocol) => {
      const run = runScenario({ protocol, nodes: 20, fanout: 100 }, 1)
      expect(run.toAll).toBe(1)
      expect(run.busiestByRound[1]).toBeLessThanOrEqual(19 + 19)
    },
  )

  test('distinct targets without oneself leave nobody out when k is everybody else', () => {
    for (const nodes of [2, 5, 17, 18, 100]) {
      expect(runScenario({ protocol: 'push', nodes, fanout: nodes - 1 }, 9).toAll).toBe(1)
    }
  })
})

describe('load', () => {
  test('the source of a direct broadcast sends to everybody, the others nothing', () => {
    const { sends, busiest } = runScenario({ protocol: 'direct', nodes: 1000 }, 1)
    expect([...sends]).toEqual([
      [0, 999],
      [999, 1],
    ])
    expect(busiest).toBe(999)
  })

  test('a pushing node sends k a round and no more', () => {
    const run = runScenario({ protocol: 'push', nodes: 1000, fanout: 2 }, 1)
    expect(new Set(run.busiestByRound.slice(1))).toEqual(new Set([2]))
    expect(run.busiest).toBe(2 * run.rounds)
  })

  test('a tree sends one message to each node, at most k from one', () => {
    const run = runScenario({ protocol: 'tree', nodes: 1000, fanout: 3 }, 1)
    expect(run).toMatchObject({ messages: 999, busiest: 3, informed: 1000 })
    expect(run.rounds).toBe(6)
  })

  test('a limited node stops at its limit, and does not round it up to whole batches', () => {
    const run = runScenario({ protocol: 'memberlist', nodes: 1000 }, 1)
    expect(run.sends).toEqual(new Map([[16, 1000]]))
  })
})

describe('time', () => {
  test('rounds of gossip take the length of a tick, hops of a tree that of a message', () => {
    const push = runScenario({ protocol: 'push', nodes: 100, roundMs: 50 }, 1)
    expect(push.msByRound.at(-1)).toBe(50 * push.rounds)
    const tree = runScenario({ protocol: 'tree', nodes: 100, latencyMs: 3 }, 1)
    expect(tree.msByRound.at(-1)).toBe(3 * tree.rounds)
  })

  test("hearsay's copies at once cost hops, the rest waits for ticks", () => {
    const run = runScenario({ protocol: 'hearsay', nodes: 1000, latencyMs: 1 }, 1)
    expect(run.msByRound[run.toAll ?? 0]).toBeLessThan(10)
    expect(run.msByRound.at(-1)).toBeGreaterThan(200)
  })
})

describe('a scenario that cannot be played', () => {
  const problemsOf = (scenario: SpreadScenario): readonly string[] => {
    try {
      runScenario(scenario, 1)
      return []
    } catch (error) {
      expect(error).toBeInstanceOf(HearsayError)
      return error instanceof HearsayError ? error.problems : []
    }
  }

  test('is told every wrong value, with its range', () => {
    expect(problemsOf({ protocol: 'push', nodes: 0, loss: 1.5, fanout: 2.5 })).toEqual([
      'nodes is 0, it must be a whole number from 1 to 20000000',
      'loss is 1.5, it must be a number from 0 to 1',
      'fanout is 2.5, it must be a whole number from 1 to 10000',
    ])
  })

  test('is told which protocols understand an option that this one does not', () => {
    expect(problemsOf({ protocol: 'direct', nodes: 10, fanout: 2 })[0]).toContain(
      'fanout means nothing to direct, only to tree, push',
    )
  })

  test('is told of options and protocols that do not exist', () => {
    const mistyped: object = { protocol: 'push', nodes: 10, fannout: 2 }
    expect(problemsOf(mistyped as SpreadScenario)[0]).toContain(
      'there is no option fannout; there are nodes',
    )
    const unknown: object = { protocol: 'shout', nodes: 10 }
    expect(problemsOf(unknown as SpreadScenario)[0]).toContain(
      "protocol is 'shout', it must be one of direct",
    )
    const empty: object = { protocol: 'push' }
    expect(problemsOf(empty as SpreadScenario)).toEqual(['nodes is missing, e.g. nodes: 1000'])
  })
})
