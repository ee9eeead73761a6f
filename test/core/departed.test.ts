// What is remembered of names that moved is bounded: four addresses a name, a thousand names.

import { expect, test } from 'vitest'
import { Departed } from '../../src/core/departed.ts'
import { peerAddress } from './rig.ts'

test('the last four addresses of a name are kept, each once', () => {
  const departed = new Departed()
  for (const n of [2, 3, 4, 2, 5, 6, 7]) departed.noteMove('a', peerAddress(n), 0)
  expect(departed.formerly('a')).toEqual([7, 6, 5, 2].map(peerAddress))
})

test('of a thousand and one names that moved the one that moved first is forgotten', () => {
  const departed = new Departed()
  for (let i = 0; i <= 1000; i++) departed.noteMove(`name-${i}`, peerAddress(2), 0)
  expect(departed.formerly('name-0')).toEqual([])
  expect(departed.formerly('name-1')).toEqual([peerAddress(2)])
  expect(departed.formerly('name-1000')).toEqual([peerAddress(2)])
})

test('a hundred thousand moves of strange names leave no more than a thousand', () => {
  const departed = new Departed()
  for (let i = 0; i < 100_000; i++) departed.noteMove(`name-${i}`, peerAddress(2 + (i % 200)), 0)
  const kept = Array.from({ length: 100_000 }, (_, i) => departed.formerly(`name-${i}`).length)
  expect(kept.reduce((sum, count) => sum + count, 0)).toBe(1000)
})
