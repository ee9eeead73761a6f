// Verdicts of a made-up trial: 0 crashes, 1 stalls, 2, 3 and 4 are well.

import { expect, test } from 'vitest'
import { VerdictLog } from '../../../src/sim/index.ts'

const newLog = () => new VerdictLog({ crashing: [0], stalling: [1], faults: [] }, 5)

test('a crash is found out by the first of the well and, in the end, by all of them', () => {
  const log = newLog()
  log.crash(0, 1000)
  log.failed(3, 0, 4000)
  log.failed(2, 0, 4500)
  expect(log.detections()).toEqual([
    { member: 0, crashedAtMs: 1000, firstMs: 3000, allMs: undefined },
  ])
  log.failed(4, 0, 7000)
  expect(log.detections()[0]?.allMs).toBe(6000)
  expect(log.falseAlarms).toBe(0)
})

test('what a stalled member believes of a crash counts for nobody', () => {
  const log = newLog()
  log.crash(0, 0)
  log.failed(1, 0, 10)
  expect(log.detections()[0]?.firstMs).toBeUndefined()
})

test('who held it as failed before it crashed has found out after no time', () => {
  const log = newLog()
  log.failed(2, 0, 500)
  log.crash(0, 1000)
  expect(log.falseAlarms).toBe(1)
  expect(log.detections()[0]?.firstMs).toBe(0)
})

test('a member that is well and held as failed is a false alarm for each who holds it', () => {
  const log = newLog()
  log.failed(1, 2, 0)
  log.failed(3, 2, 0)
  log.failed(4, 2, 0)
  expect([log.falseAlarms, log.falseAlarmsOfTheWell]).toEqual([3, 2])
})

test('a false alarm counts again only after it was taken back', () => {
  const log = newLog()
  log.failed(3, 2, 0)
  log.failed(3, 2, 1)
  expect(log.falseAlarms).toBe(1)
  log.back(3, 2)
  log.failed(3, 2, 2)
  expect(log.falseAlarms).toBe(2)
})

test('a stalled member held as failed is neither false nor a detection', () => {
  const log = newLog()
  log.failed(2, 1, 0)
  expect([log.falseAlarms, log.alarmsAboutStalled]).toEqual([0, 1])
})
