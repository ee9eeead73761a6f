// What each observer has ever held of shared maps, slot by slot, and what it reads now. Nothing
// that was joined once may be missing later, so the join of all that was ever there is what a
// reader must read, be some of the slots gone by now. Who was evicted begins anew with what
// others hold. For the checkers of I4 and I5, which judge it.

import { type Millis, type Notice, slotKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import { isLease, isSlot, joinOf } from '../slot-text.ts'
import { PerObserver } from './per-observer.ts'

type SlotsNotice = Extract<Notice, { kind: 'slots' }>

/** What one observer was told of. */
export interface SlotNotes {
  name: string
  /** By stream and slot: what is held now. */
  readonly heldByStream: Map<string, Map<string, Uint8Array>>
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

/** A slot at a version; without a value it was withdrawn. */
export interface Said {
  readonly version: number
  readonly value: Uint8Array | undefined
}

export class SlotMemory {
  readonly #notes = new PerObserver<SlotNotes>(() => ({
    name: '',
    heldByStream: new Map(),
    everBySlot: new Map(),
    joinedBySlot: new Map(),
    hidden: new Set(),
    touched: new Set(),
    touchedMs: 0,
  }))
  /** By stream and slot: all that was ever said there, by its writer. */
  readonly #saidByStream = new Map<string, Map<string, Said[]>>()

  /** The notes of an observer as they were before this observation. */
  of(observation: Observation): SlotNotes {
    return this.#notes.of(observation)
  }

  /** Takes note of an observation. */
  observe(observation: Observation): void {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.name = observation.config.name
    if (observation.kind !== 'notice') return
    const { notice, atMs } = observation
    if (notice.kind === 'slots') this.#noteSlots(notes, notice)
    if (notice.kind === 'shared') noteShared(notes, notice, atMs)
    // Of what it wrote in a life that others have ended, they may have deleted much.
    if (notice.kind === 'resync' || (notice.kind === 'evicted' && notice.node === notes.name)) {
      beginAnew(notes)
    }
    if (notice.kind === 'dropped') {
      notes.heldByStream.delete(streamOf(notice.node, notice.generation))
    }
  }

  /** All that was ever said in a stream, by slot, each list rising. */
  said(node: string, generation: number): ReadonlyMap<string, readonly Said[]> {
    return this.#saidByStream.get(streamOf(node, generation)) ?? new Map()
  }

  /** The newest thing said of a slot up to a version. */
  #saidBefore({ node, generation }: SlotsNotice, key: string, atVersion: number) {
    const said = this.said(node, generation).get(key)
    return said?.findLast(({ version, value }) => version < atVersion && value !== undefined)
  }

  #noteSlots({ name, everBySlot, heldByStream }: SlotNotes, notice: SlotsNotice): void {
    const stream = streamOf(notice.node, notice.generation)
    const held = heldByStream.get(stream) ?? new Map<string, Uint8Array>()
    heldByStream.set(stream, held)
    for (const { kind, key, version, value } of notice.changes) {
      if (notice.node === name) this.#log(notice, key, { version, value: setTo(kind, value) })
      if (!isSlot(key)) continue
      if (kind === 'set') held.set(key, value)
      else held.delete(key)
      // What a slot said when it was withdrawn all know, whether they have held it or not.
      const said = setTo(kind, value) ?? this.#saidBefore(notice, key, version)?.value
      const ever = joinOf(key, [everBySlot.get(key), said])
      if (ever !== undefined) everBySlot.set(key, ever)
    }
  }

  #log({ node, generation }: SlotsNotice, key: string, said: Said): void {
    const stream = streamOf(node, generation)
    const bySlot = this.#saidByStream.get(stream) ?? new Map<string, Said[]>()
    this.#saidByStream.set(stream, bySlot)
    const all = bySlot.get(key) ?? []
    bySlot.set(key, all)
    // A former life of the same name is heard of from others, and was written long ago.
    if ((all.at(-1)?.version ?? 0) < said.version) all.push(said)
  }
}

/** What is held now counts, and not what was told of last: a deletion that changes is not told. */
function beginAnew({ everBySlot, heldByStream }: SlotNotes): void {
  everBySlot.clear()
  for (const held of heldByStream.values()) {
    for (const [slot, value] of held) {
      const ever = joinOf(slot, [everBySlot.get(slot), value])
      if (ever !== undefined) everBySlot.set(slot, ever)
    }
  }
}

function noteShared(
  notes: SlotNotes,
  { changes }: Extract<Notice, { kind: 'shared' }>,
  atMs: Millis,
): void {
  for (const change of changes) {
    const slot = slotKey(change)
    notes.touched.add(slot)
    if (change.kind === 'expire' && isLease(slot, change.joined)) notes.hidden.add(slot)
    else notes.hidden.delete(slot)
    if (change.joined === undefined) notes.joinedBySlot.delete(slot)
    else notes.joinedBySlot.set(slot, change.joined)
  }
  notes.touchedMs = atMs
}

function setTo(kind: string, value: Uint8Array): Uint8Array | undefined {
  return kind === 'set' ? value : undefined
}

/** A shared stream, by its author and life. */
export function streamOf(node: string, generation: number): string {
  return `${node} ${generation}`
}
