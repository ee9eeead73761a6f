// The transmit-limited queue: each rumor goes out a limited number of times, the least told
// first, then the longest, then the newest. Follows memberlist `queue.go`; kept in one
// bucket per number of transmissions, each sorted, instead of a tree. The outbox owns one
// queue for membership and one for user rumors.

import { assert } from './base/assert.ts'

export interface Rumor {
  /** A newer rumor of the same name replaces this one; empty: never replaced. */
  readonly name: string
  readonly message: Uint8Array
  /** Only for members that announce hearsay. */
  readonly exclusive: boolean
  /** Whom it misses will find out by comparing notes. */
  readonly repaired: boolean
  /** Times it has been put into a packet. */
  transmissions: number
  /** Times others told us the same while it waited: how well it is known already. */
  echoes: number
  readonly order: number
  /** Called once: told often enough, replaced or pruned. */
  readonly finished: (() => void) | undefined
  /** True once it left the queue. */
  done: boolean
}

export interface RumorOptions {
  readonly name?: string
  readonly exclusive?: boolean
  readonly repaired?: boolean
  readonly finished?: (() => void) | undefined
}

export class TransmitQueue {
  readonly #tiers: Rumor[][] = []
  readonly #rumorByName = new Map<string, Rumor>()
  readonly #max: number
  #size = 0
  #bytes = 0
  #exclusive = 0
  #order = 0

  /** `max` is the number of rumors kept; beyond it the most told go first. */
  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#size
  }

  /** Bytes of all that waits. */
  get bytes(): number {
    return this.#bytes
  }

  /** Rumors that wait and may go to announcing members only. */
  get exclusive(): number {
    return this.#exclusive
  }

  find(name: string): Rumor | undefined {
    return this.#rumorByName.get(name)
  }

  /** Adds a rumor; a named one replaces the one of the same name. */
  add(message: Uint8Array, options: RumorOptions = {}): Rumor {
    const name = options.name ?? ''
    const old = name === '' ? undefined : this.#rumorByName.get(name)
    if (old !== undefined) this.remove(old)
    const rumor: Rumor = {
      name,
      message,
      exclusive: options.exclusive ?? false,
      repaired: options.repaired ?? false,
      transmissions: 0,
      echoes: 0,
      order: this.#order++,
      finished: options.finished,
      done: false,
    }
    if (name !== '') this.#rumorByName.set(name, rumor)
    this.#insert(rumor)
    if (this.#size > this.#max) this.prune(this.#max)
    return rumor
  }

  /** Takes a rumor out and reports it finished. */
  remove(rumor: Rumor): void {
    if (rumor.done) return
    this.#detach(rumor)
    this.#finish(rumor)
  }

  /**
   * Fills `room` bytes with rumors, each costing its length plus `overhead`, and counts one
   * transmission for each taken. `limit` is the number of transmissions after which a rumor
   * is finished; `admits` may leave some out for this receiver.
   */
  fetch(
    overhead: number,
    room: number,
    limit: number,
    admits?: (rumor: Rumor) => boolean,
  ): readonly Uint8Array[] {
    if (this.#size === 0) return NOTHING
    const taken: Rumor[] = []
    let used = 0
    for (const tier of this.#tiers) {
      let at = 0
      while (at < tier.length && taken.length < TAKE_MAX) {
        const free = room - used - overhead
        if (free <= 0) break
        at = firstThatFits(tier, at, free)
        const rumor = tier[at]
        if (rumor === undefined) break
        if (admits !== undefined && !admits(rumor)) {
          at++
          continue
        }
        tier.splice(at, 1)
        used += overhead + rumor.message.length
        taken.push(rumor)
      }
    }
    for (const rumor of taken) this.#countTransmission(rumor, limit)
    return taken.map((rumor) => rumor.message)
  }

  /** Drops the most told, shortest, oldest until at most `keep` are left. */
  prune(keep: number): void {
    for (let tier = this.#tiers.length - 1; tier >= 0 && this.#size > keep; tier--) {
      const rumors = this.#tiers[tier] ?? []
      while (rumors.length > 0 && this.#size > keep) this.remove(rumors[rumors.length - 1] as Rumor)
    }
  }

  /** Takes out every rumor that `isOver`, and reports it finished. */
  removeWhere(isOver: (rumor: Rumor) => boolean): void {
    if (this.#size === 0) return
    for (const tier of this.#tiers) {
      for (let at = tier.length - 1; at >= 0; at--) {
        const rumor = tier[at]
        if (rumor !== undefined && isOver(rumor)) this.remove(rumor)
      }
    }
  }

  /** Every rumor that waits, least told first. */
  *[Symbol.iterator](): IterableIterator<Rumor> {
    for (const tier of this.#tiers) yield* tier
  }

  #countTransmission(rumor: Rumor, limit: number): void {
    this.#discount(rumor)
    rumor.transmissions++
    if (rumor.transmissions < limit) {
      this.#insert(rumor)
      return
    }
    if (this.#rumorByName.get(rumor.name) === rumor) this.#rumorByName.delete(rumor.name)
    this.#finish(rumor)
  }

  #finish(rumor: Rumor): void {
    rumor.done = true
    rumor.finished?.()
  }

  #insert(rumor: Rumor): void {
    while (this.#tiers.length <= rumor.transmissions) this.#tiers.push([])
    const tier = this.#tiers[rumor.transmissions] as Rumor[]
    let low = 0
    let high = tier.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (comesBefore(tier[middle] as Rumor, rumor)) low = middle + 1
      else high = middle
    }
    tier.splice(low, 0, rumor)
    this.#size++
    this.#bytes += rumor.message.length
    if (rumor.exclusive) this.#exclusive++
  }

  #discount(rumor: Rumor): void {
    this.#size--
    this.#bytes -= rumor.message.length
    if (rumor.exclusive) this.#exclusive--
  }

  #detach(rumor: Rumor): void {
    const tier = this.#tiers[rumor.transmissions] ?? []
    const at = tier.indexOf(rumor)
    assert(at >= 0, 'a waiting rumor is in its tier')
    tier.splice(at, 1)
    this.#discount(rumor)
    if (this.#rumorByName.get(rumor.name) === rumor) this.#rumorByName.delete(rumor.name)
  }
}

/** Two fetches and the message they ride on stay below the 255 parts of a compound. */
const TAKE_MAX = 120
const NOTHING: readonly Uint8Array[] = []

function comesBefore(one: Rumor, other: Rumor): boolean {
  const longer = one.message.length - other.message.length
  return longer !== 0 ? longer > 0 : one.order > other.order
}

/** Index, from `at` on, of the first rumor not longer than `free`; the tier is longest first. */
function firstThatFits(tier: readonly Rumor[], at: number, free: number): number {
  let low = at
  let high = tier.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((tier[middle] as Rumor).message.length > free) low = middle + 1
    else high = middle
  }
  return low
}

/** memberlist's limit: mult · ⌈log10(n + 1)⌉ transmissions of each rumor by each member. */
export function transmitLimit(mult: number, n: number): number {
  return mult * Math.ceil(Math.log10(n + 1))
}
