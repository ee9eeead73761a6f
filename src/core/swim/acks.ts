// Who waits for which ack: one sequence of numbers for probes, pings on behalf of others
// and pings of our own, as memberlist has it. Bounded; an ack with an unknown number is
// nobody's.

import type { Address } from '../base/address.ts'
import type { AliveUpdate } from './membership.ts'

export type Waiting =
  /** Our present probe round. */
  | { readonly kind: 'probe' }
  /** A ping we sent for `asker`, who knows it as `askerSeqNo`. */
  | {
      readonly kind: 'relay'
      readonly asker: Address
      readonly askerSeqNo: number
      readonly nack: boolean
    }
  /** A ping somebody here asked for. */
  | { readonly kind: 'command'; readonly id: number; readonly sentMs: number }
  /** A ping to the old address of a name that another address claims. */
  | {
      readonly kind: 'holder'
      readonly update: AliveUpdate
      readonly to: Address
      /** Its time was over when we woke up late: what came in meanwhile is read first. */
      readonly isLate?: boolean
    }
  /** A ping to a member gone and forgotten, of which old news may have come. */
  | { readonly kind: 'claim'; readonly update: AliveUpdate; readonly to: Address }

/** More than this many pings in flight are refused (threat model 4.8). */
const WAITING_MAX = 1024
/** Numbers from here on are of pings that are rare; the others count up from 1. */
const HALF = 2 ** 31

export class Acks {
  readonly #waitingBySeqNo = new Map<number, Waiting>()
  #seqNo = 0

  get size(): number {
    return this.#waitingBySeqNo.size
  }

  /** The number for a new ping; undefined if too many are in flight. */
  expect(waiting: Waiting): number | undefined {
    if (this.#waitingBySeqNo.size >= WAITING_MAX) return undefined
    this.#seqNo = (this.#seqNo + 1) >>> 0
    this.#waitingBySeqNo.set(this.#seqNo, waiting)
    return this.#seqNo
  }

  /**
   * The number for a ping whose answer decides about a name. It is taken from the time, so that
   * no ack of another life or member, come late or gone astray, has it too.
   */
  expectUnlike(waiting: Waiting, nowMs: number): number | undefined {
    if (this.#waitingBySeqNo.size >= WAITING_MAX) return undefined
    let seqNo = HALF + (Math.floor(nowMs) % HALF)
    while (this.#waitingBySeqNo.has(seqNo)) seqNo = HALF + ((seqNo + 1) % HALF)
    this.#waitingBySeqNo.set(seqNo, waiting)
    return seqNo
  }

  find(seqNo: number): Waiting | undefined {
    return this.#waitingBySeqNo.get(seqNo)
  }

  /** Changes what is known about a ping in flight. */
  replace(seqNo: number, waiting: Waiting): void {
    if (this.#waitingBySeqNo.has(seqNo)) this.#waitingBySeqNo.set(seqNo, waiting)
  }

  /** Ends the wait; undefined if nobody waited. */
  take(seqNo: number): Waiting | undefined {
    const waiting = this.#waitingBySeqNo.get(seqNo)
    this.#waitingBySeqNo.delete(seqNo)
    return waiting
  }

  /** Ends what waits for an answer about a name from `to`, where the question never went out. */
  dropChecks(to: Address): void {
    for (const [seqNo, waiting] of this.#waitingBySeqNo) {
      if ('update' in waiting && waiting.to.equals(to)) this.#waitingBySeqNo.delete(seqNo)
    }
  }

  /** True while somebody is asked whether an alive message with this name holds. */
  isChecking(name: string): boolean {
    for (const waiting of this.#waitingBySeqNo.values()) {
      if ('update' in waiting && waiting.update.node === name) return true
    }
    return false
  }
}
