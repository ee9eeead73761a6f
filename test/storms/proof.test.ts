// A slice of `npm run prove:state`: random schedules of replicated state against a plain oracle.
// A seed that fails is run again by `npm run prove:state -- --seed S`.

import { expect, test } from 'vitest'
import { proveSchedule } from '../../src/sim/index.ts'

const SLICES = 6
const SLICE = 50

for (let slice = 0; slice < SLICES; slice++) {
  const from = 1 + slice * SLICE
  test(`replicas hold what was written in schedules ${from} to ${from + SLICE - 1}`, () => {
    for (let seed = from; seed < from + SLICE; seed++) {
      expect(proveSchedule(seed).flaw, `seed ${seed}`).toBeUndefined()
    }
  })
}

test.each([137, 931, 1763, 4407, 4936, 9881, 19828, 42815, 50962, 105348, 236150, 411938])(
  'schedule %i, in which members remove each other, holds',
  (seed) => expect(proveSchedule(seed).flaw).toBeUndefined(),
)

test.each([306, 665, 3990, 4971, 19966, 21179, 42999, 54737, 100502, 201807, 421182])(
  'schedule %i, in which clocks are wrong and disks are read, holds',
  (seed) => expect(proveSchedule(seed).flaw).toBeUndefined(),
)

test('a seed always tells the same run', () => {
  expect(proveSchedule(17)).toEqual(proveSchedule(17))
})
