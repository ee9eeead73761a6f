// S5: a refutation is above what it answers: a member's own incarnation rises with each,
// never falls in one life (so never wraps), and never exceeds 2³²−2.

import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

const CEILING = 4_294_967_294
/** The cause of a refutation tells what it answers. */
const REFUTATION = /^refute (\d+)$/

interface Notes {
  name: string
  incarnation: number
}

export class RefutationWins implements Checker {
  readonly id = 'S5'
  readonly statement = 'an own incarnation only rises, up to 2³²−2'
  #notes = new PerObserver<Notes>(() => ({ name: '', incarnation: 0 }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.name = observation.config.name
    if (observation.kind !== 'transition' || observation.subject !== notes.name) return undefined
    const { incarnation, cause } = observation
    const before = notes.incarnation
    notes.incarnation = incarnation
    if (incarnation > CEILING) return `its incarnation ${incarnation} is above the ceiling`
    if (incarnation < before) return `its incarnation fell from ${before} to ${incarnation}`
    const accused = Number(REFUTATION.exec(cause)?.[1] ?? -1)
    // At the ceiling there is no answer above.
    if (incarnation <= accused && accused < CEILING)
      return `${incarnation} does not answer ${accused}`
    return undefined
  }
}
