// Trials for looking ahead: the same options give the same trial, costs follow what is asked,
// and figures scale as the core's own formulas do.

import { describe, expect, test } from 'vitest'
import { ipv4, makeConfig } from '../../src/core/index.ts'
import {
  outlookOf,
  type PlanTrialOptions,
  planTrial,
  sampleMany,
  summarise,
} from '../../src/sim/index.ts'

const asked: PlanTrialOptions = {
  members: 8,
  seed: 1,
  loss: 0,
  latencyMs: 1,
  tagBytes: 0,
  rumorsPerSecond: 2,
  rumorBytes: 100,
  options: {},
}
const trial = planTrial(asked)

describe('a trial', () => {
  test('is the same for the same options, and another for another seed', () => {
    expect(planTrial(asked)).toEqual(trial)
    expect(planTrial({ ...asked, seed: 2 })).not.toEqual(trial)
  })

  test('of a calm cluster doubts nobody, and finds the crash', () => {
    expect(trial).toMatchObject({ members: 8, wrongSuspicions: 0, falseAlarms: 0 })
    // Two packets a second: a ping and an ack.
    expect(trial.idlePackets).toBeCloseTo(2, 1)
    // A suspicion alone lasts four seconds.
    expect(trial.firstMs).toBeGreaterThan(4000)
    expect(trial.allMs).toBeGreaterThanOrEqual(trial.firstMs ?? 0)
  })

  test('costs by what the rumors weigh and how many there are', () => {
    const none = planTrial({ ...asked, rumorsPerSecond: 0 })
    const heavy = planTrial({ ...asked, rumorBytes: 400 })
    expect(none.rumorsBytes).toBe(0)
    expect(heavy.rumorsBytes).toBeGreaterThan(2 * trial.rumorsBytes)
    const tagged = planTrial({ ...asked, rumorsPerSecond: 0, tagBytes: 300 })
    expect(tagged.idleStreamBytes).toBeGreaterThan(none.idleStreamBytes)
  })

  test('on a network that loses much has members suspected that are well', () => {
    expect(planTrial({ ...asked, rumorsPerSecond: 0, loss: 0.4 }).wrongSuspicions).toBeGreaterThan(
      0,
    )
  })
})

describe('an outlook', () => {
  const spread = (nodes: number) => {
    const scenario = { protocol: 'hearsay', nodes } as const
    return summarise(scenario, sampleMany(scenario, { runs: 20, seed: 1 }))
  }
  const parts = {
    loss: 0,
    rumorsPerSecond: 2,
    rumorBytes: 100,
    config: makeConfig({ name: 'a', advertise: ipv4(127, 0, 0, 1, 7946) }),
    trials: [trial],
    spreadOfTrial: spread(8),
  }

  test('among as many as the trial had is what the trial measured', () => {
    const outlook = outlookOf({ ...parts, nodes: 8, spread: spread(8) })
    expect(outlook.isScaled).toBe(false)
    expect(outlook.firstMs.measured).toBe(trial.firstMs)
    expect(outlook.rumorsBytes.measured).toBeCloseTo(trial.rumorsBytes)
    expect(outlook.idleBytes.measured).toBeCloseTo(trial.idleDatagramBytes + trial.idleStreamBytes)
  })

  test('among more has longer suspicions, larger tables and more copies', () => {
    const outlook = outlookOf({ ...parts, nodes: 1000, spread: spread(1000) })
    expect(outlook.isScaled).toBe(true)
    expect(outlook.firstMs.measured).toBeCloseTo((trial.firstMs ?? 0) + 8000)
    expect(outlook.rumorsBytes.measured).toBeGreaterThan(trial.rumorsBytes)
    // A table 125 times as long, exchanged six times as seldom.
    const streams = (outlook.idleBytes.measured ?? 0) - trial.idleDatagramBytes
    expect(streams / trial.idleStreamBytes).toBeCloseTo(125 / 6)
  })

  test('says how many alarms there may be where none was seen', () => {
    const { falseAlarmsPerDay, memberHours } = outlookOf({ ...parts, nodes: 8, spread: spread(8) })
    expect(falseAlarmsPerDay.measured).toBe(0)
    expect(falseAlarmsPerDay.high).toBeCloseTo((3 / memberHours) * 24 * 8)
  })
})
