// Keeps datagrams for replays: a sample of all that were ever sent, each as likely to be in it
// as any other (Vitter's algorithm R), so that the oldest may come back as well as the newest.

import type { Address, Random } from '../core/index.ts'

export interface Recorded {
  readonly from: Address
  readonly to: Address
  readonly bytes: Uint8Array
}

const KEPT_MAX = 20_000

export class Recording {
  readonly #random: Random
  readonly #kept: Recorded[] = []
  #seen = 0

  constructor(random: Random) {
    this.#random = random
  }

  add(packet: Recorded): void {
    this.#seen++
    if (this.#kept.length < KEPT_MAX) {
      this.#kept.push(packet)
      return
    }
    const place = this.#random.below(this.#seen)
    if (place < KEPT_MAX) this.#kept[place] = packet
  }

  /** Any datagram that was kept; undefined if there is none. */
  pick(): Recorded | undefined {
    return this.#kept[this.#random.below(this.#kept.length)]
  }
}
