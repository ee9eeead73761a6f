// I5 for shared maps: what an observer reads of a key is what the join of all slots it ever held
// of it reads, be some of them gone by now. So a deleted value does not come back, a later one
// does not give way to an earlier, and no count is lost or counted twice on the way. Judged once
// a moment is over: streams are taken, dropped and adopted in several notices. Who was evicted
// begins anew with what others hold.
// A lease may read as nothing at any time, but never as less than it is.

import type { Notice } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import { isLease, NOTHING, readOf, textOf } from '../slot-text.ts'
import type { Checker } from './checker.ts'
import { SlotMemory, type SlotNotes } from './slot-memory.ts'

export class ReadsAreJoins implements Checker {
  readonly id = 'I5'
  readonly statement = 'what is read of shared maps is all that was ever held of them'
  readonly #memory = new SlotMemory()
  /** Names that somebody has evicted, and who have not heard of it yet. */
  readonly #evicted = new Set<string>()
  /** The newest life in which a name has written. */
  readonly #lifeByName = new Map<string, number>()

  observe(observation: Observation): string | undefined {
    const notes = this.#memory.of(observation)
    const isOver = observation.atMs > notes.touchedMs
    const problem = isOver && !this.#evicted.has(notes.name) ? judge(notes) : undefined
    if (observation.kind === 'started') {
      const { name } = observation.config
      this.#evicted.delete(name)
      this.#lifeByName.delete(name)
    }
    if (observation.kind === 'notice') this.#follow(observation.notice, notes.name)
    this.#memory.observe(observation)
    return problem
  }

  #follow(notice: Notice, name: string): void {
    if (notice.kind === 'resync') this.#evicted.delete(name)
    if (notice.kind === 'slots' && notice.node === name) {
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

function judge({ everBySlot, joinedBySlot, hidden, touched }: SlotNotes): string | undefined {
  for (const slot of touched) {
    const ever = readOf(slot, everBySlot.get(slot))
    const now = readOf(slot, joinedBySlot.get(slot))
    const isEver = isLease(slot, everBySlot.get(slot))
    if ((ever === NOTHING || isEver) && hidden.has(slot)) continue
    // Who never saw the writer of a lease live was never told of it.
    if (now === NOTHING && isEver) continue
    if (now !== ever) return `${textOf(slot)}: reads ${now}, not ${ever}`
  }
  touched.clear()
  return undefined
}
