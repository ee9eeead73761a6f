// Something for each directed link, or for all links from or to a host: looked up for every
// packet, so without making a text of both ends.

import type { AddressKey } from '../core/index.ts'

/** What is left out means every host. */
export interface Where {
  readonly from?: AddressKey
  readonly to?: AddressKey
}

const ANY: unique symbol = Symbol('any host')
type End = AddressKey | typeof ANY

interface Ends {
  readonly from?: End
  readonly to?: End
}

export class ByLink<T> {
  readonly #byFrom = new Map<End, Map<End, T>>()

  get isEmpty(): boolean {
    return this.#byFrom.size === 0
  }

  /** What was set for exactly these ends. */
  get({ from = ANY, to = ANY }: Ends): T | undefined {
    return this.#byFrom.get(from)?.get(to)
  }

  /** What holds on the link between two hosts: what was set for it, for its start or its end. */
  between(from: AddressKey, to: AddressKey): T | undefined {
    return this.get({ from, to }) ?? this.get({ from }) ?? this.get({ to })
  }

  set({ from = ANY, to = ANY }: Ends, value: T): void {
    const byTo = this.#byFrom.get(from)
    if (byTo === undefined) this.#byFrom.set(from, new Map([[to, value]]))
    else byTo.set(to, value)
  }

  /** Replaces every value. */
  mapValues(change: (value: T) => T): void {
    for (const byTo of this.#byFrom.values()) {
      for (const [to, value] of byTo) byTo.set(to, change(value))
    }
  }

  clear(): void {
    this.#byFrom.clear()
  }
}
