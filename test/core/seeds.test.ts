// Whose turn it is when somebody looks for the departed and for seeds.

import { expect, test } from 'vitest'
import { Seeds } from '../../src/core/seeds.ts'

test('members with other first turns do not start at the same place', () => {
  const starts = [7946, 7947, 7948].map((turn) => new Seeds(turn).takeTurn(['a', 'b', 'c']))
  expect(new Set(starts).size).toBe(3)
})

test('every choice gets its turn in one round', () => {
  const seeds = new Seeds(5)
  const taken = [1, 2, 3, 4].map(() => seeds.takeTurn(['a', 'b', 'c', 'd']))
  expect(taken.toSorted()).toEqual(['a', 'b', 'c', 'd'])
})
