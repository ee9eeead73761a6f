// Who crashes, who stalls, and when: a function of the scenario alone.

import { expect, test } from 'vitest'
import { plotOf, type Scenario, scenarioProblem } from '../../../src/sim/index.ts'

const scenario: Scenario = {
  nodes: 16,
  crashes: 2,
  stalled: 3,
  stallMs: 2000,
  betweenMs: 1000,
  loss: 0,
  lengthMs: 8000,
  seed: 1,
}

test('the same seed gives the same plot, another seed another', () => {
  expect(plotOf(scenario)).toEqual(plotOf({ ...scenario }))
  expect(plotOf({ ...scenario, seed: 2 }).crashing).not.toEqual(plotOf(scenario).crashing)
})

test('nobody both stalls and crashes, and all are members', () => {
  const { crashing, stalling } = plotOf(scenario)
  const struck = [...crashing, ...stalling]
  expect(new Set(struck).size).toBe(5)
  for (const member of struck) expect(member >= 0 && member < 16).toBe(true)
})

test('crashes come in the first half, so that there is time to see them', () => {
  const { faults } = plotOf(scenario)
  const times = faults.filter(({ kind }) => kind === 'crash').map(({ atMs }) => atMs)
  expect(times).toHaveLength(2)
  for (const time of times) expect(time).toBeLessThan(4000)
})

test('stalls begin and end together, and the last one ends with the trial', () => {
  const { faults, stalling } = plotOf(scenario)
  const [first = -1] = stalling
  const own = faults.filter((fault) => fault.member === first)
  expect(own.map(({ atMs, kind }) => `${kind} ${atMs}`)).toEqual([
    'stall 0',
    'unstall 2000',
    'stall 3000',
    'unstall 5000',
    'stall 6000',
    'unstall 8000',
  ])
})

test('faults come in the order of time', () => {
  const times = plotOf(scenario).faults.map(({ atMs }) => atMs)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

test('a scenario that cannot be played names its field and the range', () => {
  expect(scenarioProblem(scenario)).toBeUndefined()
  const problems: readonly [Partial<Scenario>, string][] = [
    [{ nodes: 1 }, 'nodes'],
    [{ nodes: 2.5 }, 'nodes'],
    [{ crashes: -1 }, 'crashes'],
    [{ stalled: 16 }, 'stalled'],
    [{ crashes: 8, stalled: 8 }, 'at least one member'],
    [{ loss: 1 }, 'loss'],
    [{ loss: Number.NaN }, 'loss'],
    [{ stallMs: 0 }, 'stallMs'],
    [{ betweenMs: 0 }, 'betweenMs'],
    [{ lengthMs: 0 }, 'lengthMs'],
  ]
  for (const [change, word] of problems) {
    expect(scenarioProblem({ ...scenario, ...change })).toContain(word)
  }
})
