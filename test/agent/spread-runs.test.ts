// Runs shared out to a crew: taken over in order whoever is first, and cut off cleanly.

import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { spreadRuns } from '../../src/agent/sim/spread-runs.ts'

interface Piece {
  readonly from: number
  readonly to: number
}

/** A crew whose pieces take as many turns as `turns` says; what was taken over, in order. */
async function spread(size: number, runs: number, options: Partial<Options> = {}) {
  const taken: Piece[] = []
  let now = 0
  const done = await spreadRuns<Piece>({
    crew: { size },
    runs,
    signal: options.signal ?? new AbortController().signal,
    nowMs: () => now,
    play: async (from, to) => {
      for (let turn = options.turns?.(from) ?? 1; turn > 0; turn--) await setImmediate()
      now += options.msOfRun === undefined ? 0 : (to - from) * options.msOfRun
      return { from, to }
    },
    take: (piece) => {
      taken.push(piece)
      options.onTaken?.(piece)
    },
  })
  return { done, taken }
}

interface Options {
  readonly turns: (from: number) => number
  readonly msOfRun: number
  readonly signal: AbortSignal
  readonly onTaken: (piece: Piece) => void
}

test.each([1, 2, 3, 8])('%d workers play each run once, in the end in order', async (size) => {
  const { done, taken } = await spread(size, 1000, { turns: (from) => 1 + (from % 7) })
  expect(done).toBe(1000)
  expect(taken[0]?.from).toBe(0)
  for (const [at, piece] of taken.slice(1).entries()) expect(piece.from).toBe(taken[at]?.to)
})

test('pieces grow until one takes a tenth of a second', async () => {
  const { taken } = await spread(1, 1000, { msOfRun: 10 })
  const sizes = taken.map(({ from, to }) => to - from)
  expect(sizes.slice(0, 6)).toEqual([1, 2, 4, 8, 10, 10])
})

test('cut off, it keeps runs only up to the first that is missing', async () => {
  const controller = new AbortController()
  const { done, taken } = await spread(3, 1000, {
    signal: controller.signal,
    // The second piece never comes back in time; those after it do.
    turns: (from) => (from === 1 ? 50 : 1),
    onTaken: () =>
      setImmediate().then(async () => {
        for (let turn = 0; turn < 10; turn++) await setImmediate()
        controller.abort()
      }),
  })
  expect(taken).toEqual([{ from: 0, to: 1 }])
  expect(done).toBe(1)
})

test('cut off before it began, it plays nothing', async () => {
  const { done } = await spread(2, 10, { signal: AbortSignal.abort() })
  expect(done).toBe(0)
})

test('a run that fails ends it all', async () => {
  const failing = spreadRuns({
    crew: { size: 2 },
    runs: 10,
    signal: new AbortController().signal,
    nowMs: () => 0,
    play: async (from) => {
      if (from > 2) throw new Error('a mistake of ours')
    },
    take: () => undefined,
  })
  await expect(failing).rejects.toThrow('a mistake of ours')
})
