// How long a write takes to come to all.

import { expect, test } from 'vitest'
import { Stability } from '../../../src/core/state/stability.ts'

const at = (base: number) => () => [{ generation: 1, base }]
const yes = () => true
const no = () => false

test('the lag is that of the write that came to all, from when it was made', () => {
  const stability = new Stability()
  expect(stability.lagMs(0)).toBe(0)
  stability.written(at(1), 100)
  stability.look(no, 600)
  expect(stability.lagMs(900)).toBe(800)
  stability.look(yes, 1000)
  expect(stability.lagMs(5000)).toBe(900)
})

test('writes that follow do not move the one that is looked for', () => {
  const stability = new Stability()
  stability.written(at(1), 100)
  stability.written(at(2), 200)
  const asked: number[] = []
  stability.look(([own]) => asked.push(own?.base ?? 0) > 0, 300)
  expect(asked).toEqual([1])
  expect(stability.lagMs(900)).toBe(200)
})

test('a write on its way counts once it takes longer than the last', () => {
  const stability = new Stability()
  stability.written(at(1), 0)
  stability.look(yes, 500)
  stability.written(at(2), 1000)
  expect(stability.lagMs(1400)).toBe(500)
  expect(stability.lagMs(3000)).toBe(2000)
})
