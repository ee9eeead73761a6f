// I5 for shared maps: what an observer reads of a key is what the join of all slots it ever held
// of it reads, be some of them gone by now. So a deleted value does not come back, a later one
// does not give way to an earlier, and no count is lost or counted twice on the way. Judged once
// a moment is over: streams are taken, dropped and adopted in several notices. Who was evicted
// begins anew with what others hold.

import { type Millis, slotKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import { isSlot, joinOf, readOf, textOf } from '../slot-text.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Notes {
  name: string
  /** By slot: the join of all that was ever held. */
  readonly everBySlot: Map<string, Uint8Array>
  /** By slot: what is held now, as the host was told. */
  readonly joinedBySlot: Map<string, Uint8Array>
  /** Slots that were told of, and when last. */
  readonly touched: Set<string>
  touchedMs: Millis
}

export class ReadsAreJoins implements Checker {
  readonly id = 'I5'
  readonly statement = 'what is read of shared maps is all that was ever held of them'
  #notes = new PerObserver<Notes>(() => ({
    name: '',
    everBySlot: new Map(),
    joinedBySlot: new Map(),
    touched: new Set(),
    touchedMs: 0,
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    const problem = observation.atMs > notes.touchedMs ? judge(notes) : undefined
    if (observation.kind === 'started') notes.name = observation.config.name
    if (observation.kind === 'notice') note(notes, observation)
    return problem
  }
}

function note(notes: Notes, { notice, atMs }: Extract<Observation, { kind: 'notice' }>): void {
  const { name, everBySlot, joinedBySlot, touched } = notes
  if (notice.kind === 'slots') {
    for (const { kind, key, value } of notice.changes) {
      if (kind !== 'set' || !isSlot(key)) continue
      const ever = joinOf(key, [everBySlot.get(key), value])
      if (ever !== undefined) everBySlot.set(key, ever)
    }
  }
  if (notice.kind === 'shared') {
    for (const change of notice.changes) {
      const slot = slotKey(change)
      touched.add(slot)
      if (change.joined === undefined) joinedBySlot.delete(slot)
      else joinedBySlot.set(slot, change.joined)
    }
    notes.touchedMs = atMs
  }
  // Of what it wrote in a life that others have ended, they may have deleted much.
  if (notice.kind === 'resync' || (notice.kind === 'evicted' && notice.node === name)) {
    everBySlot.clear()
    for (const [slot, joined] of joinedBySlot) everBySlot.set(slot, joined)
  }
}

function judge({ everBySlot, joinedBySlot, touched }: Notes): string | undefined {
  for (const slot of touched) {
    const ever = readOf(slot, everBySlot.get(slot))
    const now = readOf(slot, joinedBySlot.get(slot))
    if (now !== ever) return `${textOf(slot)}: reads ${now}, not ${ever}`
  }
  touched.clear()
  return undefined
}
