// A hundred thousand damaged inputs against every decoder. More: `npm run fuzz`.

import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { fuzzCorpus } from '../../../bench/fuzz-corpus.ts'
import { fuzz } from '../../../bench/fuzz-engine.ts'
import { DROP_REASONS } from '../../../src/core/wire/limits.ts'

const corpus = fuzzCorpus(fileURLToPath(new URL('../../golden/data', import.meta.url)))

describe('damaged bytes', () => {
  it('never make a decoder throw, nor hold more than its caps', () => {
    const figures = fuzz({ inputs: 100_000, seed: 1, corpus })
    expect(figures.problems).toEqual([])
    expect(figures.accepted).toBeGreaterThan(10_000)
    // The fuzzer is worth its time only if it gets into every corner.
    const unreached = DROP_REASONS.filter((reason) => !figures.droppedByReason.get(reason))
    expect(unreached).toEqual([])
  })

  it('are the same for the same seed', () => {
    const once = fuzz({ inputs: 2000, seed: 3, corpus })
    expect(fuzz({ inputs: 2000, seed: 3, corpus })).toEqual(once)
    expect(fuzz({ inputs: 2000, seed: 4, corpus })).not.toEqual(once)
  })
})
