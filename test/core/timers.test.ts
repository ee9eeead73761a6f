// Timers against a naive list: what is due comes in order of time, ties in order of setting.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Timers } from '../../src/core/base/timers.ts'

type Step =
  | { readonly set: string; readonly at: number }
  | { readonly clear: string }
  | { readonly take: number }
  | { readonly postpone: string; readonly by: number }

const key = fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c')
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ set: key, at: fc.integer({ min: 0, max: 50 }) }),
  fc.record({ clear: key }),
  fc.record({ take: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ postpone: fc.constantFrom('a:', 'b:'), by: fc.integer({ min: 0, max: 9 }) }),
)

/** The same by sorting. */
class Naive {
  #rows: { key: string; at: number; order: number }[] = []
  #order = 0

  set(name: string, at: number): void {
    this.clear(name)
    this.#rows.push({ key: name, at, order: this.#order++ })
  }

  clear(name: string): void {
    this.#rows = this.#rows.filter((row) => row.key !== name)
  }

  postpone(prefix: string, by: number): void {
    for (const row of this.#rows.filter((one) => one.key.startsWith(prefix)))
      this.set(row.key, row.at + by)
  }

  get first() {
    return [...this.#rows].sort((x, y) => x.at - y.at || x.order - y.order)[0]
  }

  take(now: number): string | undefined {
    const { first } = this
    if (first === undefined || first.at > now) return undefined
    this.clear(first.key)
    return first.key
  }
}

it('timers come due as a sorted list would have them', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const timers = new Timers<string>()
      const naive = new Naive()
      for (const one of steps) {
        if ('set' in one) {
          timers.set(one.set, one.at, one.set)
          naive.set(one.set, one.at)
        } else if ('clear' in one) {
          timers.clear(one.clear)
          naive.clear(one.clear)
        } else if ('take' in one) {
          expect(timers.take(one.take)?.timer).toBe(naive.take(one.take))
        } else {
          timers.postpone(one.postpone, one.by)
          naive.postpone(one.postpone, one.by)
        }
        expect(timers.next).toBe(naive.first?.at ?? Number.POSITIVE_INFINITY)
      }
    }),
  )
})
