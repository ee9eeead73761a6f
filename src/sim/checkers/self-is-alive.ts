// S4: a member that has not called leave never believes itself suspect, dead or left, and
// raises its incarnation only to start, to change its tags, or to refute.

import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Notes {
  name: string
  isLeaving: boolean
  /** Starts and tag changes asked for, each good for one incarnation. */
  announcements: number
  incarnation: number
}

export class SelfIsAlive implements Checker {
  readonly id = 'S4'
  readonly statement = 'a member that has not left believes itself alive'
  #notes = new PerObserver<Notes>(() => ({
    name: '',
    isLeaving: false,
    announcements: 0,
    incarnation: 0,
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.name = observation.config.name
    if (observation.kind === 'command') note(notes, observation.command.kind)
    if (observation.kind !== 'transition' || observation.subject !== notes.name) return undefined
    const { to, incarnation, cause } = observation
    if (to !== 'alive' && !notes.isLeaving) return `it holds itself ${to}`
    const isRaised = incarnation > notes.incarnation
    notes.incarnation = incarnation
    if (!isRaised || cause.startsWith(REFUTATION)) return undefined
    if (notes.announcements-- > 0) return undefined
    return `its incarnation rose to ${incarnation} for ${cause}`
  }
}

/** Followed by the incarnation that is answered. */
const REFUTATION = 'refute '

function note(notes: Notes, command: string): void {
  if (command === 'leave') notes.isLeaving = true
  if (command === 'start' || command === 'set-tags' || command === 'set-meta') {
    notes.announcements++
  }
}
