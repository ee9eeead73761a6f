// I7: a shared counter reads as what was counted. Each life of a member has sums of its own in
// it, and in the end everybody must read of each life what that life was told it had counted,
// up to some moment: the last one, if it lives on. So nothing is counted twice, whoever has
// adopted what from whom, and what is missing is the end of what the dead had counted.

import { type CommandId, type SlotOp, slotKey, tableOf } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import { textOf } from '../slot-text.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

type CounterOp = Extract<SlotOp, { lattice: 'counter' }>

interface Sums {
  readonly up: number
  readonly down: number
}

/** What one life of a writer has counted in one counter: its sums after each deed. */
interface Tally {
  readonly observer: string
  readonly slot: string
  readonly sums: Sums[]
}

interface Notes {
  name: string
  readonly deedById: Map<CommandId, { readonly slot: string; readonly by: number }>
  /** By counter: the life in which it wrote there last. */
  readonly lifeBySlot: Map<string, number>
  /** By counter: the join of all that is held. */
  readonly joinedBySlot: Map<string, Uint8Array>
}

const NONE: Sums = { up: 0, down: 0 }

export class CountsAddUp implements Checker {
  readonly id = 'I7'
  readonly statement = 'a counter reads as what was counted, each deed once'
  readonly #notes = new PerObserver<Notes>(() => ({
    name: '',
    deedById: new Map(),
    lifeBySlot: new Map(),
    joinedBySlot: new Map(),
  }))
  /** By writer and counter. */
  readonly #tallies = new Map<string, Tally>()
  readonly #running = new Set<string>()

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    const { observer, kind } = observation
    if (kind === 'started') {
      notes.name = observation.config.name
      this.#running.add(observer)
    }
    if (kind === 'stopped') this.#running.delete(observer)
    if (kind === 'command') noteDeed(notes, observation)
    if (kind === 'notice') this.#follow(notes, observation)
    return kind === 'agreed' ? this.#judge(notes) : undefined
  }

  #follow(notes: Notes, { notice, observer }: Extract<Observation, { kind: 'notice' }>): void {
    if (notice.kind === 'shared') {
      for (const change of notice.changes) {
        if (change.lattice !== 'counter') continue
        if (change.joined === undefined) notes.joinedBySlot.delete(slotKey(change))
        else notes.joinedBySlot.set(slotKey(change), change.joined)
      }
    }
    if (notice.kind === 'slots' && notice.node === notes.name) {
      for (const { key } of notice.changes) notes.lifeBySlot.set(key, notice.generation)
    }
    if (notice.kind !== 'done') return
    const deed = notes.deedById.get(notice.id)
    notes.deedById.delete(notice.id)
    const isDone = notice.outcome.kind === 'ok' || notice.outcome.kind === 'acknowledged'
    if (deed !== undefined && isDone) this.#count(notes, observer, deed)
  }

  /** The slot that the deed was written to was told of just before. */
  #count(
    { name, lifeBySlot }: Notes,
    observer: string,
    { slot, by }: { readonly slot: string; readonly by: number },
  ): void {
    const place = `${writerOf({ name, generation: lifeBySlot.get(slot) ?? 0 })} ${slot}`
    const tally = this.#tallies.get(place) ?? { observer, slot, sums: [] }
    this.#tallies.set(place, tally)
    const { up, down } = tally.sums.at(-1) ?? NONE
    tally.sums.push({ up: up + Math.max(0, by), down: down + Math.max(0, -by) })
  }

  #judge({ name, joinedBySlot }: Notes): string | undefined {
    const rows = new Map<string, Sums>()
    for (const [slot, joined] of joinedBySlot) {
      for (const row of tableOf(joined)) {
        const place = `${writerOf(row)} ${slot}`
        rows.set(place, row)
        const sums = this.#tallies.get(place)?.sums ?? []
        if (sums.some((one) => isSame(one, row))) continue
        const what = `${name} reads +${row.up} −${row.down} of ${writerOf(row)} in ${textOf(slot)}`
        return `${what}, which it has never counted`
      }
    }
    for (const [place, { observer, slot, sums }] of this.#tallies) {
      const last = sums.at(-1) ?? NONE
      if (!this.#running.has(observer) || isSame(rows.get(place) ?? NONE, last)) continue
      const what = `${observer} has counted +${last.up} −${last.down} in ${textOf(slot)}`
      return `${what}, and ${name} does not read that`
    }
    return undefined
  }
}

function noteDeed(
  { deedById }: Notes,
  { id, command }: Extract<Observation, { kind: 'command' }>,
): void {
  if (command.kind !== 'state-put' || command.op.lattice !== 'counter') return
  const { map, key } = command
  const { lattice, by }: CounterOp = command.op
  deedById.set(id, { slot: slotKey({ lattice, map, key }), by })
}

function writerOf({ name, generation }: { readonly name: string; readonly generation: number }) {
  return `${name} ${generation}`
}

function isSame(one: Sums, other: Sums): boolean {
  return one.up === other.up && one.down === other.down
}
