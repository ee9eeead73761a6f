// What a reader of shared maps may see although it looks like a flaw, since docs/state.md says so:
// an evicted member knows less than others until it has heard of it, what it kept is new when it
// returns, and a newcomer may meet old copies first. Each excuse is for one member, slot or life.

import { equalBytes, type Notice } from '../../core/index.ts'
import { joinOf, placeOf } from '../slot-text.ts'
import type { OwnWrite } from './operations.ts'
import type { Resident } from './resident.ts'
import { type SharedLog, streamOf } from './shared-log.ts'

type Slots = Extract<Notice, { kind: 'slots' }>

/** What one resident is excused for, in this life of its. */
interface Excused {
  /** Slots taken from streams, or copies, that others had finished with: it will hear of that. */
  readonly outdated: Set<string>
  /** Members that it has removed and held nothing of, until it meets them again. */
  readonly forgotten: Set<string>
}

export class Excuses {
  readonly #log: SharedLog
  readonly #excusedByResident = new Map<Resident, Excused>()
  readonly #presentByName: ReadonlyMap<string, Resident>
  /** By member without whom others withdraw slots, and that has not heard of it: its life. */
  readonly #unaware = new Map<string, number>()
  /** Lives that somebody has met after it forgot their member, or may meet. */
  readonly #returned = new Set<string>()
  /** What members that were evicted have kept, as nobody had heard of it, by slot. */
  readonly #keptBySlot = new Map<string, Uint8Array[]>()
  /** Writes that were the latest when nobody held a later deletion any more, by slot. */
  readonly #anewBySlot = new Map<string, Uint8Array[]>()

  constructor(log: SharedLog, presentByName: ReadonlyMap<string, Resident>) {
    this.#log = log
    this.#presentByName = presentByName
  }

  started(resident: Resident): void {
    const excused = { outdated: new Set<string>(), forgotten: new Set<string>() }
    this.#excusedByResident.set(resident, excused)
    // Who has a disk comes back with what others may have finished with.
    if (resident.disk === undefined) this.#unaware.delete(resident.name)
  }

  /** Somebody finished with a life of another. */
  evicted(name: string, generation: number): void {
    if (this.#lifeOf(name) === generation) this.#unaware.set(name, generation)
  }

  /** A member has heard that a life of its own is over, if not an earlier one. */
  heard(name: string, generation: number): void {
    if (generation >= (this.#unaware.get(name) ?? 0)) this.#unaware.delete(name)
  }

  /** Whom somebody forgot it waits for no more: what that life has written meanwhile is new. */
  met(
    resident: Resident,
    { change, member: { name } }: Extract<Notice, { kind: 'member' }>,
    holds: (stream: string) => boolean,
  ): void {
    const forgotten = this.#excusedByResident.get(resident)?.forgotten
    const life = this.#lifeOf(name)
    // Of a life that is held the ledger tells, and up to where it was adopted.
    const isHeld = life !== undefined && holds(streamOf(name, life))
    if (change === 'forget' && !isHeld) {
      forgotten?.add(name)
      this.#unaware.set(name, life ?? 0)
    } else if (change !== 'forget' && (change !== 'join' || forgotten?.delete(name) !== true))
      return
    // They may come by others first, or from its disk; or it has begun another life when it comes.
    const earlier = [...this.#log.streams].map(([stream]) => stream)
    const lives = earlier.filter((stream) => stream.startsWith(`${name} `))
    if (life !== undefined) lives.push(streamOf(name, life))
    for (const stream of lives) if (!holds(stream)) this.#returned.add(stream)
  }

  /** A resident took a slot that others had finished with. */
  tookOutdated(resident: Resident, slot: string): void {
    this.#excusedByResident.get(resident)?.outdated.add(slot)
  }

  /** A life takes over, from the one before or from disk, what that had written unheard. */
  carried(name: string, changes: Slots['changes']): void {
    for (const { kind, key, value } of changes) {
      if (kind !== 'set' || !this.#wasUnheard(name, key, value)) continue
      this.#keptBySlot.set(key, [...(this.#keptBySlot.get(key) ?? []), value])
    }
  }

  /** An operation by a clock behind that of a deletion which all have forgotten by proof. */
  wroteAnew({ slot, value }: OwnWrite): void {
    this.#anewBySlot.set(slot, [...(this.#anewBySlot.get(slot) ?? []), value])
  }

  /** Whether what a resident reads now is no flaw; what was excused once is judged again. */
  has(resident: Resident, slot: string, joined: Uint8Array | undefined): boolean {
    const isUnaware = this.#unaware.has(resident.name) && this.#log.wasWithdrawn(slot)
    if (isUnaware || this.#isKept(slot, joined)) return true
    return this.#excusedByResident.get(resident)?.outdated.delete(slot) === true
  }

  #lifeOf(name: string): number | undefined {
    return this.#presentByName.get(name)?.core.state.stats().shared?.generation
  }

  /** Whether a life of that name wrote this above what its adopters had, or one of them. */
  #wasUnheard(name: string, key: string, value: Uint8Array): boolean {
    return this.#log.adopted(name).some(({ stream, upTo }) => {
      const writes = this.#log.at(stream, key)
      const last = writes.findLast((write) => write.value && equalBytes(write.value, value))
      return last !== undefined && last.version > upTo
    })
  }

  /**
   * Whether a reader sees what a returned member has kept. Such a write is new, even to a key
   * that was deleted after it, if the deletion has been forgotten meanwhile.
   */
  #isKept(slot: string, joined: Uint8Array | undefined): boolean {
    if (joined === undefined) return false
    const unmet = [...this.#returned].flatMap((stream) =>
      this.#log.at(stream, slot).flatMap(({ value }) => value ?? []),
    )
    const kept = [...(this.#keptBySlot.get(slot) ?? []), ...unmet]
    const anew = this.#anewBySlot.get(slot) ?? []
    // Of two registers one is read: it must be the very one.
    if (placeOf(slot).lattice === 'register') {
      return [...kept, ...anew].some((one) => equalBytes(one, joined))
    }
    return kept.some((one) => equalBytes(joinOf(slot, [joined, one]) ?? one, joined))
  }

  /** All have come to the same: whatever comes back from now on has no excuse. */
  settled(): void {
    this.#unaware.clear()
    this.#returned.clear()
    this.#keptBySlot.clear()
    for (const { outdated } of this.#excusedByResident.values()) outdated.clear()
  }
}
