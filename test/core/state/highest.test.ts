// The highest of lately: what counts, and when it is forgotten.

import { expect, test } from 'vitest'
import { Highest } from '../../../src/core/state/highest.ts'

test('the highest of the last minute or two is kept, and nothing below 0', () => {
  const highest = new Highest()
  expect(highest.at(5)).toBe(0)
  for (const [value, nowMs] of [
    [7, 10],
    [9, 20],
    [3, 30],
    [-4, 40],
  ] as const)
    highest.note(value, nowMs)
  expect(highest.at(59_999)).toBe(9)
  highest.note(1, 65_000)
  expect(highest.at(120_000)).toBe(9)
  expect(highest.at(125_010)).toBe(1)
  expect(highest.at(400_000)).toBe(0)
})
