// Links that are clogged: what is sent over them is held, and comes out all at once when they
// are freed, as from a queue somewhere in a network that had lost its way.

import type { AddressKey } from '../core/index.ts'
import type { Recorded } from './recording.ts'

/** Datagrams held in all; the rest is dropped, as by any queue. */
const HELD_MAX = 5000

export class Clogs {
  readonly #from = new Set<AddressKey>()
  readonly #to = new Set<AddressKey>()
  #held: Recorded[] = []

  /** Clogs everything that comes from, or goes to, these hosts. */
  shut(direction: 'from' | 'to', host: AddressKey): void {
    if (direction === 'from') this.#from.add(host)
    else this.#to.add(host)
  }

  isShut(from: AddressKey, to: AddressKey): boolean {
    if (this.#from.size + this.#to.size === 0) return false
    return this.#from.has(from) || this.#to.has(to)
  }

  hold(packet: Recorded): void {
    if (this.#held.length < HELD_MAX) this.#held.push(packet)
  }

  /** Frees all links; what they held, in the order it was sent. */
  free(): readonly Recorded[] {
    const held = this.#held
    this.#held = []
    this.#from.clear()
    this.#to.clear()
    return held
  }
}
