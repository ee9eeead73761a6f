// I4: once faults have ended, nothing is lost that one who lives on holds without a gap. In the
// end everybody holds each member's own keys as far as the furthest of them did, and reads of
// shared maps the join of what they held with all that anybody ever did since: it is there, or
// something later is. What a stream has become that is over counts in the stream that took it.

import type { Observation } from '../observation.ts'
import { isLease, isSlot, joinOf, NOTHING, readOf, textOf } from '../slot-text.ts'
import type { Checker } from './checker.ts'
import { type Held, type Holding, Holdings, isAtLeast } from './holdings.ts'
import { SlotMemory, type SlotNotes } from './slot-memory.ts'

/** Somebody who lives on, from the calm on. */
interface Survivor {
  readonly holding: Holding
  readonly notes: SlotNotes
  /** What it held when the calm began. */
  readonly atCalm: ReadonlyMap<string, Held>
}

export class NothingIsLost implements Checker {
  readonly id = 'I4'
  readonly statement = 'what a survivor holds without a gap is not lost'
  readonly #holdings = new Holdings()
  readonly #memory = new SlotMemory()
  readonly #survivors = new Map<string, Survivor>()
  readonly #closed = new Set<string>()

  observe(observation: Observation): string | undefined {
    const { observer, kind } = observation
    const notes = this.#memory.of(observation)
    const holding = this.#holdings.observe(observation)
    this.#memory.observe(observation)
    if (kind === 'notice' && observation.notice.kind === 'evicted') {
      const { node, generation } = observation.notice
      this.#closed.add(`${node} ${generation}`)
    }
    if (kind === 'stopped') this.#survivors.delete(observer)
    if (kind === 'calm') {
      this.#survivors.set(observer, { holding, notes, atCalm: new Map(holding.byPlace) })
    }
    return kind === 'agreed'
      ? (this.#missing(holding, observer) ?? this.#misread(notes))
      : undefined
  }

  /** Own keys of somebody that are not held as far as a survivor held them. */
  #missing({ name, byPlace }: Holding, observer: string): string | undefined {
    for (const [place, wanted] of this.#furthest(0)) {
      const held = byPlace.get(place)
      // Of who is gone, each may have forgotten all, or never have met him.
      const mayLack = !this.#isHere(place) && !this.#survivors.get(observer)?.atCalm.has(place)
      if (isAtLeast(held, wanted) || (held === undefined && mayLack)) continue
      if (this.#isForgotten(place)) continue
      return `${name} holds ${textOfHeld(held)} of ${place}, where ${textOfHeld(wanted)} was held`
    }
    return undefined
  }

  /** A shared key that does not read as all that survivors held. */
  #misread({ name, joinedBySlot, hidden }: SlotNotes): string | undefined {
    for (const [slot, kept] of this.#kept()) {
      const ever = [...this.#survivors.values()].map(({ notes }) => notes.everBySlot.get(slot))
      const all = joinOf(slot, [kept, ...ever])
      // A lease is told of, and its end, where its writer was seen to live: not what it came to since.
      const now = hidden.has(slot) ? undefined : joinedBySlot.get(slot)
      const [least, reads] = [readOf(slot, all), readOf(slot, now)]
      const isUntold = reads === NOTHING && isLease(slot, all)
      if (least === reads || isUntold) continue
      const wanted = least === NOTHING ? 'was deleted' : `${least} was held`
      return `${name} reads ${reads} of ${textOf(slot)}, where ${wanted}`
    }
    return undefined
  }

  /** How far survivors held each stream of a channel when the calm began. */
  #furthest(channel: number): ReadonlyMap<string, Held> {
    const furthest = new Map<string, Held>()
    for (const { atCalm } of this.#survivors.values()) {
      for (const [place, held] of atCalm) {
        if (held.channel === channel && !isAtLeast(furthest.get(place), held)) {
          furthest.set(place, held)
        }
      }
    }
    return furthest
  }

  /** By slot: the join of all that survivors held for certain. */
  #kept(): ReadonlyMap<string, Uint8Array> {
    const kept = new Map<string, Uint8Array>()
    for (const [place, { node, generation, base }] of this.#furthest(1)) {
      if (this.#closed.has(place)) continue
      for (const [slot, said] of this.#memory.said(node, generation)) {
        if (!isSlot(slot)) continue
        const last = said.findLast(({ version }) => version <= base)
        const joined = joinOf(slot, [kept.get(slot), last?.value])
        if (joined !== undefined) kept.set(slot, joined)
      }
    }
    return kept
  }

  #isHere(owner: string): boolean {
    return [...this.#survivors.values()].some(({ holding }) => holding.name === owner)
  }

  /** An operator has removed it somewhere: what is held of it is nobody's any more. */
  #isForgotten(owner: string): boolean {
    if (this.#isHere(owner)) return false
    return [...this.#survivors.values()].some(({ holding }) => holding.forgotten.has(owner))
  }
}

function textOfHeld(held: Held | undefined): string {
  return held === undefined ? 'nothing' : `version ${held.base} of life ${held.generation}`
}
