// Whose turn it is when somebody looks for the departed and for seeds.

import { expect, test } from 'vitest'
import { Seeds, Turns } from '../../src/core/seeds.ts'

test('members with other first turns do not start at the same place', () => {
  const starts = [7946, 7947, 7948].map((turn) => new Turns(turn).take(['a', 'b', 'c']))
  expect(new Set(starts).size).toBe(3)
})

test('every choice gets its turn in one round', () => {
  const turns = new Turns(5)
  const taken = [1, 2, 3, 4].map(() => turns.take(['a', 'b', 'c', 'd']))
  expect(taken.toSorted()).toEqual(['a', 'b', 'c', 'd'])
})

test('there is no turn where there is no choice', () => {
  expect(new Turns(3).take([])).toBeUndefined()
})

test('searches do not keep a seed from its turn to be dialled', () => {
  const { searches, dials } = new Seeds(1)
  const dialled = [1, 2, 3, 4].map(() => {
    searches.take(['the seeds'])
    return dials.take(['a', 'b', 'c', 'd'])
  })
  expect(dialled.toSorted()).toEqual(['a', 'b', 'c', 'd'])
})
