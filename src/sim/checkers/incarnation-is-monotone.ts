// S1: the incarnation an observer stores about a member never falls. A row that is
// forgotten starts anew, and so does a name whose address was reclaimed (ruling 11).

import type { AddressKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Note {
  readonly incarnation: number
  readonly address: AddressKey | undefined
}

export class IncarnationIsMonotone implements Checker {
  readonly id = 'S1'
  readonly statement = 'a stored incarnation never falls'
  #notes = new PerObserver(() => new Map<string, Note>())

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind !== 'transition') return undefined
    const { subject, from, to, incarnation, row } = observation
    const before = from === 'unknown' ? undefined : notes.get(subject)
    if (to === 'forgotten') notes.delete(subject)
    else notes.set(subject, { incarnation, address: row?.address.key ?? before?.address })
    if (before === undefined || to === 'forgotten' || incarnation >= before.incarnation) {
      return undefined
    }
    const isGone = from === 'dead' || from === 'left'
    if (isGone && row?.address.key !== before.address) return undefined
    return `${subject} fell from ${before.incarnation} to ${incarnation}`
  }
}
