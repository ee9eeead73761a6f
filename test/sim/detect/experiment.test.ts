// The series of Lifeguard's experiment, and the figures made of trials; made-up trials, so that
// every figure can be checked by eye.

import { describe, expect, test } from 'vitest'
import {
  compareWithSwim,
  type DetectorName,
  gridScenarios,
  lifeguardGrid,
  type Scenario,
  scenarioProblem,
  spreadOf,
  summariseDetector,
  type Trial,
} from '../../../src/sim/index.ts'

const scenario: Scenario = {
  nodes: 128,
  crashes: 1,
  stalled: 8,
  stallMs: 1000,
  betweenMs: 1000,
  loss: 0,
  lengthMs: 60_000,
  seed: 1,
}

/** A trial with one crash, found out after these times. */
function trial(detector: DetectorName, falseAlarms: number, firstMs?: number): Trial {
  const allMs = firstMs === undefined ? undefined : firstMs + 100
  return {
    detector,
    scenario,
    detections: [{ member: 0, crashedAtMs: 0, firstMs, allMs }],
    falseAlarms,
    falseAlarmsOfTheWell: falseAlarms / 2,
    alarmsAboutStalled: 1,
    bytesPerNodeSecond: 100,
    packetsPerNodeSecond: 2,
  }
}

describe('the grid', () => {
  test('plays every cell, each by a seed of its own, and every one can be played', () => {
    const scenarios = gridScenarios({ ...lifeguardGrid, runs: 2 })
    expect(scenarios).toHaveLength(60)
    expect(new Set(scenarios.map(({ seed }) => seed)).size).toBe(60)
    const cells = scenarios.map(({ stalled, stallMs }) => `${stalled} ${stallMs}`)
    expect(cells.slice(0, 30)).toEqual(cells.slice(30))
    expect(new Set(cells).size).toBe(30)
    expect(scenarios.map(scenarioProblem).filter((problem) => problem !== undefined)).toEqual([])
  })
})

describe('figures of a detector', () => {
  test('are of its own trials alone', () => {
    const trials = [trial('swim', 10, 1000), trial('swim', 30, 3000), trial('hearsay', 2, 500)]
    const summary = summariseDetector('swim', trials)
    expect(summary).toMatchObject({ trials: 2, crashes: 2, missed: 0, falseAlarms: 40 })
    expect(summary.firstMs).toMatchObject({ count: 2, mean: 2000, min: 1000, max: 3000 })
    expect(summary.allMs.p50).toBe(1100)
    expect(summary.bytesPerNodeSecond).toBe(100)
  })

  test('count a crash that nobody noticed as missed, and leave its time out', () => {
    const summary = summariseDetector('swim', [trial('swim', 0), trial('swim', 0, 2000)])
    expect(summary.missed).toBe(1)
    expect(summary.firstMs).toMatchObject({ count: 1, p50: 2000 })
  })

  test('percentiles are values that occurred', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at)
    expect(spreadOf(hundred)).toEqual({
      count: 100,
      mean: 50.5,
      min: 1,
      p5: 5,
      p50: 50,
      p95: 95,
      max: 100,
    })
    expect(spreadOf([])).toMatchObject({ count: 0, p50: Number.NaN })
  })
})

describe('the comparison with plain SWIM', () => {
  const names: readonly DetectorName[] = ['swim', 'lifeguard']
  const compare = (...trials: readonly Trial[]) => compareWithSwim(names, trials)[0]

  test('holds at a twentieth of the false alarms and 1.15 of the time', () => {
    expect(compare(trial('swim', 200, 1000), trial('lifeguard', 10, 1150))).toMatchObject({
      detector: 'lifeguard',
      falseAlarmsCut: 20,
      firstRatio: 1.15,
      holds: true,
    })
  })

  test('fails with one false alarm more, or a slower detection', () => {
    expect(compare(trial('swim', 200, 1000), trial('lifeguard', 11, 1000))?.holds).toBe(false)
    expect(compare(trial('swim', 200, 1000), trial('lifeguard', 1, 1200))?.holds).toBe(false)
  })

  test('fails where nothing was shown: SWIM raised no alarm, or nothing was found', () => {
    expect(compare(trial('swim', 0, 1000), trial('lifeguard', 0, 1000))?.holds).toBe(false)
    expect(compare(trial('swim', 200), trial('lifeguard', 0))?.holds).toBe(false)
  })

  test('counts no false alarm at all as one, so that a cut stays a number', () => {
    const one = compare(trial('swim', 200, 1000), trial('lifeguard', 0, 1000))
    expect(one?.falseAlarmsCut).toBe(200)
  })

  test('is a promise for Lifeguard and hearsay, and for heartbeats only a figure', () => {
    const all: readonly DetectorName[] = ['swim', 'lifeguard', 'hearsay', 'heartbeat']
    const trials = all.map((name) => trial(name, 0, 1000))
    const promised = compareWithSwim(all, trials).filter(({ isPromised }) => isPromised)
    expect(promised.map(({ detector }) => detector)).toEqual(['lifeguard', 'hearsay'])
  })

  test('needs SWIM among the detectors', () => {
    expect(compareWithSwim(['hearsay'], [trial('hearsay', 0, 1)])).toEqual([])
  })
})
