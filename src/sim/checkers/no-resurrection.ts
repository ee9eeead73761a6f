// S2: what is dead or left comes alive again only with an incarnation above all that the
// observer admitted about it so far, or at a reclaimed address (S3 judges those). A row that
// was forgotten may come back as it was, but only if the member is there to answer for it.

import type { AddressKey, Millis } from '../../core/index.ts'
import type { Observation, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Note {
  readonly highest: number
  readonly address: AddressKey | undefined
  /** Dead or left when it was forgotten, and remembered apart. */
  readonly isDeparted: boolean
}

interface Notes {
  isStrict: boolean
  readonly noteByName: Map<string, Note>
}

/** An answer may have waited so long in a paused observer. */
const ANSWERED_MS = 30_000

export class NoResurrection implements Checker {
  readonly id = 'S2'
  readonly statement = 'the dead return only with a higher incarnation'
  #notes = new PerObserver<Notes>(() => ({ isStrict: false, noteByName: new Map() }))
  #homeByObserver = new Map<string, string>()
  /** By name and address: when the last process there stopped; Infinity while it runs. */
  #lastedMs = new Map<string, Millis>()

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    const { atMs, observer, kind } = observation
    if (kind === 'started') {
      const { name, advertise, strict } = observation.config
      notes.isStrict = strict
      const home = homeOf(name, advertise.key)
      this.#homeByObserver.set(observer, home)
      this.#lastedMs.set(home, Number.POSITIVE_INFINITY)
    }
    if (kind === 'command' && observation.command.kind === 'remove') {
      // What was remembered apart has no row, so that nothing else tells of its removal.
      const { name } = observation.command
      if (notes.noteByName.get(name)?.isDeparted === true) notes.noteByName.delete(name)
    }
    if (kind === 'stopped') this.#lastedMs.set(this.#homeByObserver.get(observer) ?? '', atMs)
    return kind === 'transition' ? this.#judge(notes, observation, atMs) : undefined
  }

  #judge({ noteByName, isStrict }: Notes, transition: Transition, atMs: Millis) {
    const { subject, from, to, incarnation, row, cause } = transition
    const before = noteByName.get(subject)
    if (to === 'forgotten') {
      if (before === undefined || cause === 'removed' || isStrict) noteByName.delete(subject)
      else noteByName.set(subject, { ...before, isDeparted: true })
      return undefined
    }
    const address = row?.address.key ?? before?.address
    const hasMoved = before !== undefined && address !== before.address
    const isNew = before === undefined || before.isDeparted || hasMoved
    const highest = Math.max(incarnation, isNew ? 0 : before.highest)
    noteByName.set(subject, { highest, address, isDeparted: false })
    if (to !== 'alive' || before === undefined || hasMoved) return undefined
    const returns = from === 'dead' || from === 'left' || before.isDeparted
    if (!returns || incarnation > before.highest) return undefined
    if (before.isDeparted && this.#mayAnswer(subject, address, atMs)) return undefined
    return `${subject} came back ${from} -> alive at ${incarnation}, after ${before.highest}`
  }

  #mayAnswer(name: string, address: AddressKey | undefined, atMs: Millis): boolean {
    const lastedMs = this.#lastedMs.get(homeOf(name, address))
    return lastedMs !== undefined && lastedMs + ANSWERED_MS >= atMs
  }
}

function homeOf(name: string, address: AddressKey | undefined): string {
  return `${name} ${address}`
}
