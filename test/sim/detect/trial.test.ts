// Every detector on small clusters of the real core, and the slice of Lifeguard's experiment
// that is cheap enough for every run of the tests; `hearsay sim detect --lifeguard` has all.

import { expect, test } from 'vitest'
import {
  compareWithSwim,
  type DetectorName,
  detectorNames,
  runTrial,
  type Scenario,
} from '../../../src/sim/index.ts'

const CORES: readonly DetectorName[] = ['swim', 'lifeguard', 'hearsay']

const calm: Scenario = {
  nodes: 24,
  crashes: 2,
  stalled: 0,
  stallMs: 0,
  betweenMs: 0,
  loss: 0,
  lengthMs: 120_000,
  seed: 1,
}

test.each(detectorNames)(
  '%s finds every crash of a calm cluster and accuses nobody else',
  (name) => {
    const { detections, falseAlarms, bytesPerNodeSecond } = runTrial(name, calm)
    expect(detections).toHaveLength(2)
    for (const { firstMs, allMs } of detections) {
      expect(firstMs).toBeGreaterThan(0)
      expect(allMs).toBeGreaterThanOrEqual(firstMs ?? Number.POSITIVE_INFINITY)
    }
    expect(falseAlarms).toBe(0)
    expect(bytesPerNodeSecond).toBeGreaterThan(0)
  },
)

test.each(detectorNames)('%s gives the same trial for the same scenario', (name) => {
  const scenario = { ...calm, nodes: 12, loss: 0.1, lengthMs: 40_000, seed: 7 }
  expect(runTrial(name, scenario)).toEqual(runTrial(name, scenario))
})

test('heartbeats cost bytes with every member, up to sixty-four, probes do not', () => {
  const bytes = (name: 'swim' | 'heartbeat', nodes: number) =>
    runTrial(name, { ...calm, crashes: 0, nodes, lengthMs: 20_000 }).bytesPerNodeSecond
  expect(bytes('heartbeat', 48) / bytes('heartbeat', 24)).toBeGreaterThan(1.4)
  expect(bytes('swim', 48) / bytes('swim', 24)).toBeLessThan(1.5)
})

test('a heartbeat needs 18.4 rounds of silence: it is found out later than a failed probe', () => {
  const first = (name: 'lifeguard' | 'heartbeat') =>
    runTrial(name, calm).detections[0]?.firstMs ?? 0
  expect(first('heartbeat')).toBeGreaterThan(18_000)
  expect(first('lifeguard')).toBeLessThan(18_000)
})

test('under stalls Lifeguard wrongs a twentieth of those plain SWIM does, and is as fast', () => {
  const stalls = { nodes: 48, crashes: 8, stalled: 6, stallMs: 16_384, betweenMs: 1024 }
  const trials = [1, 2].flatMap((seed) =>
    CORES.map((name) => runTrial(name, { ...calm, ...stalls, lengthMs: 90_000, seed })),
  )
  const [lifeguard, hearsay] = compareWithSwim(CORES, trials)
  expect(lifeguard?.falseAlarmsOfSwim).toBeGreaterThan(1000)
  expect(lifeguard).toMatchObject({ detector: 'lifeguard', holds: true })
  expect(hearsay?.falseAlarmsCut).toBeGreaterThan(20)
}, 120_000)
