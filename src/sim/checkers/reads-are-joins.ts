// I5 for shared maps: what an observer reads of a key is what the join of all slots it ever held
// of it reads, be some of them gone by now. So a deleted value does not come back, a later one
// does not give way to an earlier, and no count is lost or counted twice on the way. Judged once
// a moment is over: streams are taken, dropped and adopted in several notices. Who was evicted
// begins anew with what others hold.
// A lease may read as nothing at any time, but never as less than it is.

import { type Millis, type Notice, slotKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import { isLease, isSlot, joinOf, NOTHING, readOf, textOf } from '../slot-text.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

type SlotsNotice = Extract<Notice, { kind: 'slots' }>

interface Notes {
  name: string
  /** By slot: the join of all that was ever held. */
  readonly everBySlot: Map<string, Uint8Array>
  /** By slot: what is held now, as the host was told. */
  readonly joinedBySlot: Map<string, Uint8Array>
  /** Leases that ended. */
  readonly hidden: Set<string>
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
    hidden: new Set(),
    touched: new Set(),
    touchedMs: 0,
  }))

  /** Names that somebody has evicted, and who have not heard of it yet. */
  readonly #evicted = new Set<string>()
  /** By stream and slot: all that was ever said there, by its writer. */
  readonly #saidByPlace = new Map<string, Said[]>()
  /** The newest life in which a name has written. */
  readonly #lifeByName = new Map<string, number>()

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    const isOver = observation.atMs > notes.touchedMs
    const problem = isOver && !this.#evicted.has(notes.name) ? judge(notes) : undefined
    if (observation.kind === 'started') {
      notes.name = observation.config.name
      this.#evicted.delete(notes.name)
      this.#lifeByName.delete(notes.name)
    }
    if (observation.kind === 'notice') this.#follow(observation.notice, notes.name)
    if (observation.kind === 'notice') {
      note(notes, observation, (place, atVersion) =>
        this.#saidByPlace.get(place)?.findLast(({ version }) => version < atVersion),
      )
    }
    return problem
  }

  #log(place: string, said: Said): void {
    const all = this.#saidByPlace.get(place) ?? []
    this.#saidByPlace.set(place, all)
    if ((all.at(-1)?.version ?? 0) < said.version) all.push(said)
  }

  #follow(notice: Notice, name: string): void {
    if (notice.kind === 'resync') this.#evicted.delete(name)
    if (notice.kind === 'slots' && notice.node === name) {
      for (const { kind, key, version, value } of notice.changes) {
        if (kind === 'set') this.#log(placeIn(notice, key), { version, value })
      }
      this.#lifeByName.set(name, Math.max(this.#lifeByName.get(name) ?? 0, notice.generation))
    }
    if (notice.kind === 'member' && notice.change === 'forget') {
      const { name: gone } = notice.member
      if (!this.#lifeByName.has(gone)) this.#evicted.add(gone)
    }
    if (notice.kind !== 'evicted') return
    if (notice.node === name) this.#evicted.delete(name)
    else if (notice.generation === this.#lifeByName.get(notice.node)) {
      this.#evicted.add(notice.node)
    }
  }
}

/** A slot at a version. */
interface Said {
  readonly version: number
  readonly value: Uint8Array
}

function placeIn({ node, generation }: SlotsNotice, key: string): string {
  return `${node} ${generation} ${key}`
}

function note(
  notes: Notes,
  { notice, atMs }: Extract<Observation, { kind: 'notice' }>,
  saidBefore: (place: string, version: number) => Said | undefined,
): void {
  const { name, everBySlot, joinedBySlot, hidden, touched } = notes
  if (notice.kind === 'slots') {
    for (const { kind, key, version, value } of notice.changes) {
      if (!isSlot(key)) continue
      // What a slot said when it was withdrawn all know, whether they have held it or not.
      const said = kind === 'set' ? value : saidBefore(placeIn(notice, key), version)?.value
      const ever = joinOf(key, [everBySlot.get(key), said])
      if (ever !== undefined) everBySlot.set(key, ever)
    }
  }
  if (notice.kind === 'shared') {
    for (const change of notice.changes) {
      const slot = slotKey(change)
      touched.add(slot)
      if (change.kind === 'expire' && isLease(slot, change.joined)) hidden.add(slot)
      else hidden.delete(slot)
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

function judge({ everBySlot, joinedBySlot, hidden, touched }: Notes): string | undefined {
  for (const slot of touched) {
    const ever = readOf(slot, everBySlot.get(slot))
    const now = readOf(slot, joinedBySlot.get(slot))
    const mayBeHidden = ever === NOTHING || isLease(slot, everBySlot.get(slot))
    if (mayBeHidden && hidden.has(slot)) continue
    if (now !== ever) return `${textOf(slot)}: reads ${now}, not ${ever}`
  }
  touched.clear()
  return undefined
}
