// What an invariant checker is, and the set of them that watches a run. A checker reads
// observations only: it never asks a core, so a doctored log can show that it bites.

import type { Observation } from '../observation.ts'

/** S: membership and the rest. I: replicated state. */
export type CheckerId = `S${number}` | `I${number}`

export interface Checker {
  readonly id: CheckerId
  /** What must hold, in one sentence. */
  readonly statement: string
  /** Takes note of an observation; a sentence if it breaks the invariant. */
  observe(observation: Observation): string | undefined
}

/** Thrown out of the run at the very observation that broke an invariant. */
export class InvariantViolation extends Error {
  readonly id: CheckerId

  constructor(checker: Checker, observation: Observation, what: string) {
    const { atMs, observer } = observation
    super(`${checker.id} (${checker.statement}) broken at ${atMs} ms by ${observer}: ${what}`)
    this.name = 'InvariantViolation'
    this.id = checker.id
  }
}

/** Feeds every checker and throws the first violation. */
export class Watch {
  #checkers: readonly Checker[]

  constructor(checkers: readonly Checker[]) {
    this.#checkers = checkers
  }

  observe(observation: Observation): void {
    for (const checker of this.#checkers) {
      const what = checker.observe(observation)
      if (what !== undefined) throw new InvariantViolation(checker, observation, what)
    }
  }
}
