// A machine that does what a test tells it: answers each input with the effects given for
// it, and remembers what it saw.

import type { Effect, Input, Machine, Millis } from '../../src/core/index.ts'

export class FakeMachine implements Machine {
  deadline: Millis = Number.POSITIVE_INFINITY
  readonly seen: { readonly now: Millis; readonly input: Input }[] = []
  readonly #answer: (input: Input, now: Millis) => readonly Effect[]

  constructor(answer: (input: Input, now: Millis) => readonly Effect[] = () => []) {
    this.#answer = answer
  }

  step(now: Millis, input: Input): readonly Effect[] {
    this.seen.push({ now, input })
    return this.#answer(input, now)
  }

  /** Kinds of the inputs so far, without the wall clock's. */
  kinds(): readonly string[] {
    return this.seen.map(({ input }) => input.kind).filter((kind) => kind !== 'wall')
  }
}
