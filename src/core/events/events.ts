// User events (Serf §6.4–6.5): told to all, delivered once. Remembers which were seen, in
// as many slots as Serf has, and who told us first, so that a rumor's path can be asked for.

import { equalBytes } from '../base/bytes.ts'
import { LamportClock } from './lamport.ts'

export interface UserEvent {
  readonly ltime: bigint
  readonly name: string
  readonly payload: Uint8Array
}

/** Who told us of an event first, and when. */
export interface FirstReceipt {
  readonly name: string
  readonly payload: Uint8Array
  /** Empty if it is our own. */
  readonly from: string
  readonly atMs: number
}

const SLOTS = 512n
/** Distinct events under one logical time (threat model 4.4). */
const EVENTS_PER_SLOT_MAX = 64

interface Slot {
  readonly ltime: bigint
  readonly receipts: FirstReceipt[]
}

export type Hearing = 'new' | 'echo' | 'old' | 'full'

export class EventLog {
  readonly clock = new LamportClock()
  readonly #slotByIndex = new Map<bigint, Slot>()

  /** Takes note of an event; only a `new` one is to be delivered and passed on. */
  hear(event: UserEvent, from: string, atMs: number): Hearing {
    this.clock.witness(event.ltime)
    const time = this.clock.time
    if (time > SLOTS && event.ltime < time - SLOTS) return 'old'
    const slot = this.#slotFor(event.ltime)
    for (const seen of slot.receipts) {
      if (seen.name === event.name && equalBytes(seen.payload, event.payload)) return 'echo'
    }
    if (slot.receipts.length >= EVENTS_PER_SLOT_MAX) return 'full'
    slot.receipts.push({ name: event.name, payload: event.payload, from, atMs })
    return 'new'
  }

  /** The record of the first time we heard of an event, if it is still kept. */
  receipt(ltime: bigint, name: string): FirstReceipt | undefined {
    const slot = this.#slotByIndex.get(ltime % SLOTS)
    if (slot === undefined || slot.ltime !== ltime) return undefined
    return slot.receipts.find((receipt) => receipt.name === name)
  }

  #slotFor(ltime: bigint): Slot {
    const index = ltime % SLOTS
    const present = this.#slotByIndex.get(index)
    if (present !== undefined && present.ltime === ltime) return present
    const slot: Slot = { ltime, receipts: [] }
    this.#slotByIndex.set(index, slot)
    return slot
  }
}
