// Members the table has forgotten, remembered apart (ruling 24): for `members()`, for `why`
// and for the healer, which tries to find them again. Also where a name lived before it moved:
// if its new holder dies, the old one may have been true. Bounded in number and age.

import type { Address } from './base/address.ts'
import type { MemberView, Millis } from './io.ts'

const DEPARTED_MAX = 10_000
const KEPT_MS = 24 * 3_600_000
/** Names of which former addresses are kept, and how many of each. */
const MOVED_MAX = 1000
const FORMER_MAX = 4

interface Former {
  readonly address: Address
  readonly untilMs: Millis
}

export class Departed {
  readonly #viewByName = new Map<string, MemberView>()
  readonly #formerByName = new Map<string, readonly Former[]>()

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

  // ---- names that moved -------------------------------------------------------------------

  /** Notes where a name lived before it went to another address, for a day. */
  noteMove(name: string, from: Address, now: Millis): void {
    const others = (this.#formerByName.get(name) ?? []).filter(({ address }) => {
      return !address.equals(from)
    })
    this.#formerByName.delete(name)
    this.#formerByName.set(
      name,
      [{ address: from, untilMs: now + KEPT_MS }, ...others].slice(0, FORMER_MAX),
    )
    const oldest = this.#formerByName.keys().next()
    if (this.#formerByName.size > MOVED_MAX && oldest.done !== true) {
      this.#formerByName.delete(oldest.value)
    }
  }

  /** Where a name lived before, the last first. */
  formerly(name: string): readonly Address[] {
    return (this.#formerByName.get(name) ?? []).map(({ address }) => address)
  }

  /** Forgets where a name lived before. */
  forgetMoves(name: string): void {
    this.#formerByName.delete(name)
  }

  // ---- age --------------------------------------------------------------------------------

  /** Drops what is a day old; answers the members among it. */
  expire(now: Millis): readonly MemberView[] {
    for (const [name, former] of this.#formerByName) {
      const kept = former.filter(({ untilMs }) => untilMs > now)
      if (kept.length === 0) this.#formerByName.delete(name)
      else if (kept.length < former.length) this.#formerByName.set(name, kept)
    }
    const expired = [...this.#viewByName.values()].filter((view) => now - view.sinceMs > KEPT_MS)
    for (const view of expired) this.#viewByName.delete(view.name)
    return expired
  }
}
