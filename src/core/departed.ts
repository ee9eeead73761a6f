// Members the table has forgotten, remembered apart (ruling 24): for `members()`, for `why`
// and for the healer, which tries to find them again. Bounded in number and age.

import type { Address } from './base/address.ts'
import type { MemberView, Millis } from './io.ts'

const DEPARTED_MAX = 10_000
const KEPT_MS = 24 * 3_600_000

export class Departed {
  readonly #viewByName = new Map<string, MemberView>()

  get views(): IterableIterator<MemberView> {
    return this.#viewByName.values()
  }

  find(name: string): MemberView | undefined {
    return this.#viewByName.get(name)
  }

  /** Remembers a member; answers the one that had to make room, if any. */
  add(view: MemberView): MemberView | undefined {
    this.#viewByName.delete(view.name)
    this.#viewByName.set(view.name, view)
    if (this.#viewByName.size <= DEPARTED_MAX) return undefined
    const oldest = this.#viewByName.values().next()
    if (oldest.done === true) return undefined
    this.#viewByName.delete(oldest.value.name)
    return oldest.value
  }

  /** Whether this incarnation of `name`, or a later one, has gone from `address`. */
  remembers(name: string, address: Address, incarnation: number): boolean {
    const view = this.#viewByName.get(name)
    return view !== undefined && incarnation <= view.incarnation && view.address.equals(address)
  }

  /** True if it was remembered. */
  remove(name: string): boolean {
    return this.#viewByName.delete(name)
  }

  /** Drops and answers those gone for a day. */
  expire(now: Millis): readonly MemberView[] {
    const expired = [...this.#viewByName.values()].filter((view) => now - view.sinceMs > KEPT_MS)
    for (const view of expired) this.#viewByName.delete(view.name)
    return expired
  }
}
