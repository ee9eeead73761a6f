// S7: what a host is told about one member follows the automaton “join, updates, then failed
// or leave, then join or forget”: never two joins, never two deaths in a row, never a
// departure of somebody unknown.

import type { Change } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

type Standing = 'unknown' | 'in' | 'gone'

const ALLOWED: Readonly<Record<Change, readonly Standing[]>> = {
  join: ['unknown', 'gone'],
  update: ['in'],
  suspect: ['in'],
  failed: ['in'],
  leave: ['in'],
  forget: ['gone', 'in'],
}

const AFTER: Readonly<Record<Change, Standing>> = {
  join: 'in',
  update: 'in',
  suspect: 'in',
  failed: 'gone',
  leave: 'gone',
  forget: 'unknown',
}

export class OneDeathPerLife implements Checker {
  readonly id = 'S7'
  readonly statement = 'a member joins, then fails or leaves, in turn'
  #notes = new PerObserver(() => new Map<string, Standing>())

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind !== 'notice' || observation.notice.kind !== 'member') return undefined
    const { change, member } = observation.notice
    const before = notes.get(member.name) ?? 'unknown'
    notes.set(member.name, AFTER[change])
    if (ALLOWED[change].includes(before)) return undefined
    return `${change} of ${member.name}, who was ${before}`
  }
}
