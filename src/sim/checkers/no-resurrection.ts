// S2: what is dead or left comes alive again only with an incarnation above all that the
// observer admitted about it so far, or at a reclaimed address (S3 judges those).

import type { AddressKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Note {
  highest: number
  address: AddressKey | undefined
}

export class NoResurrection implements Checker {
  readonly id = 'S2'
  readonly statement = 'the dead return only with a higher incarnation'
  #notes = new PerObserver(() => new Map<string, Note>())

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind !== 'transition') return undefined
    const { subject, from, to, incarnation, row } = observation
    if (to === 'forgotten') {
      notes.delete(subject)
      return undefined
    }
    const before = from === 'unknown' ? undefined : notes.get(subject)
    const address = row?.address.key ?? before?.address
    const hasMoved = before !== undefined && address !== before.address
    const highest = Math.max(incarnation, hasMoved ? 0 : (before?.highest ?? 0))
    notes.set(subject, { highest, address })
    const returns = to === 'alive' && (from === 'dead' || from === 'left')
    if (!returns || before === undefined || hasMoved) return undefined
    if (incarnation > before.highest) return undefined
    return `${subject} came back ${from} -> alive at ${incarnation}, after ${before.highest}`
  }
}
