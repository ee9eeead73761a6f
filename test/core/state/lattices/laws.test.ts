// The laws that every kind of shared value must keep, on states that operations lead to.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { equalBytes } from '../../../../src/core/base/bytes.ts'
import { LATTICE_KINDS } from '../../../../src/core/state/lattices/index.ts'
import { latticeOf, stateOf, stepsOf, World } from './world.ts'

const RUNS = { numRuns: 150, seed: 4 }

for (const kind of LATTICE_KINDS) {
  describe(`a shared value of kind ${kind}`, () => {
    const lattice = latticeOf(kind)
    const { merge, covers } = lattice
    const state = stateOf(kind)

    test('merges alike in either order', () => {
      fc.assert(
        fc.property(state, state, (a, b) => {
          expect(merge(a, b)).toEqual(merge(b, a))
        }),
        RUNS,
      )
    })

    test('merges alike however three are grouped', () => {
      fc.assert(
        fc.property(state, state, state, (a, b, c) => {
          expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)))
        }),
        RUNS,
      )
    })

    test('is unchanged by what it says already', () => {
      fc.assert(
        fc.property(state, state, (a, b) => {
          expect(merge(a, a)).toEqual(a)
          expect(merge(merge(a, b), b)).toEqual(merge(a, b))
        }),
        RUNS,
      )
    })

    test('covers another exactly if merging changes nothing', () => {
      fc.assert(
        fc.property(state, state, (a, b) => {
          expect(covers(a, b)).toBe(equalBytes(merge(a, b), a))
          expect(covers(merge(a, b), a) && covers(merge(a, b), b)).toBe(true)
        }),
        RUNS,
      )
    })

    test('has one form: what is merged is fit to be a slot', () => {
      fc.assert(
        fc.property(state, state, (a, b) => {
          expect(lattice.isSlot(merge(a, b))).toBe(true)
        }),
        RUNS,
      )
    })

    test('is the same on all replicas once they hold the same slots', () => {
      fc.assert(
        fc.property(
          stepsOf(kind),
          fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
          (steps, order) => {
            const world = new World(kind)
            world.run(steps)
            world.settle()
            expect(world.joined(1, order)).toEqual(world.joined(0))
            expect(world.joined(2, order.toReversed())).toEqual(world.joined(0))
            expect(world.read(1)).toEqual(world.read(0))
          },
        ),
        RUNS,
      )
    })

    test('never throws on damaged bytes, and takes from strangers only what it would write', () => {
      const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 })
      fc.assert(
        fc.property(state, state, damage, fc.nat(), (a, b, flips, cut) => {
          const bytes = a.slice(0, a.length - (cut % 3))
          for (const [at, byte] of flips) if (bytes.length > 0) bytes[at % bytes.length] = byte
          const isSlot = lattice.isSlot(bytes)
          const merged = merge(bytes, b)
          lattice.read(bytes, 50)
          lattice.isTombstone(bytes, 50)
          lattice.stampOf(bytes)
          lattice.endsAt(bytes)
          covers(bytes, b)
          expect(merged).toEqual(merge(b, bytes))
          if (isSlot) expect(merge(bytes, bytes)).toEqual(bytes)
        }),
        { numRuns: 400, seed: 5 },
      )
    })
  })
}
