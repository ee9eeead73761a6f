// What does not pass at all: one-way cuts, partitions into groups, carriers that are blocked,
// and hosts that nobody can dial although they dial others (behind a NAT or a firewall).

import type { Address, AddressKey } from '../core/index.ts'

export type Carrier = 'udp' | 'tcp'

export class Barriers {
  readonly #cutsFrom = new Map<AddressKey, Set<AddressKey>>()
  readonly #blocked = new Map<Carrier, Set<AddressKey> | 'all'>()
  readonly #undialable = new Set<AddressKey>()
  /** Undefined: no partition. Who is in no group belongs to those without. */
  #groupByKey: Map<AddressKey, number> | undefined

  /** Cuts what `from` sends to `to`, datagrams and streams; the way back stays open. */
  cut(from: AddressKey, to: AddressKey): void {
    const cuts = this.#cutsFrom.get(from)
    if (cuts === undefined) this.#cutsFrom.set(from, new Set([to]))
    else cuts.add(to)
  }

  /** Splits the hosts: within a group all is well, nothing passes between two groups. */
  partition(groups: readonly (readonly AddressKey[])[]): void {
    this.#groupByKey = new Map()
    for (const [index, keys] of groups.entries()) {
      for (const key of keys) this.#groupByKey.set(key, index)
    }
  }

  /** Drops one carrier, everywhere or to and from the hosts given. */
  block(carrier: Carrier, hosts?: readonly AddressKey[]): void {
    this.#blocked.set(carrier, hosts === undefined ? 'all' : new Set(hosts))
  }

  /** From now on nobody gets a connection to these hosts; they may dial others. */
  hide(hosts: readonly AddressKey[]): void {
    for (const host of hosts) this.#undialable.add(host)
  }

  heal(): void {
    this.#cutsFrom.clear()
    this.#blocked.clear()
    this.#undialable.clear()
    this.#groupByKey = undefined
  }

  isCut(carrier: Carrier, from: Address, to: Address): boolean {
    const blocked = this.#blocked.get(carrier)
    if (blocked !== undefined) {
      if (blocked === 'all' || blocked.has(from.key) || blocked.has(to.key)) return true
    }
    if (this.#cutsFrom.size > 0 && this.#cutsFrom.get(from.key)?.has(to.key) === true) return true
    if (this.#groupByKey === undefined) return false
    return this.#groupByKey.get(from.key) !== this.#groupByKey.get(to.key)
  }

  canDial(to: Address): boolean {
    return !this.#undialable.has(to.key)
  }
}
