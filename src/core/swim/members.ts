// The member table: rows by name and by address, the shuffled order in which they are
// probed (SWIM §4.3), random picks for gossip, and a fixed ring that gives every member
// two neighbours. Knows nothing of messages.

import type { AddressKey } from '../base/address.ts'
import type { Random } from '../base/random.ts'
import type { Member } from './member.ts'

/** What one look at the probe order came to. */
export interface ProbeChoice {
  readonly target: Member | undefined
  /** Rows that were dropped because they have been gone for too long. */
  readonly forgotten: readonly Member[]
}

export class Members {
  readonly self: Member
  readonly #random: Random
  readonly #rowByName = new Map<string, Member>()
  readonly #rowByAddress = new Map<AddressKey, Member>()
  #probeOrder: Member[] = []
  #probeIndex = 0
  /** Sorted by place; gone members are in it until they are forgotten. */
  readonly #ring: Member[] = []
  #revision = 0

  constructor(self: Member, random: Random) {
    this.self = self
    this.#random = random
    this.add(self)
  }

  /** Rows of any status, ourselves included: the n of every formula. */
  get size(): number {
    return this.#rowByName.size
  }

  /** Alive and suspect rows, ourselves included. */
  get livingCount(): number {
    let count = 0
    for (const row of this.#rowByName.values()) if (!row.isGone) count++
    return count
  }

  /** Whether anybody but us is alive or suspect. */
  get hasCompany(): boolean {
    for (const row of this.#rowByName.values()) if (row !== this.self && !row.isGone) return true
    return false
  }

  /** Rises whenever a row comes, goes, or changes its address, incarnation or status. */
  get revision(): number {
    return this.#revision
  }

  /** Says that a row was changed: whoever writes to one calls this. */
  touch(member: Member): void {
    member.checksum = undefined
    this.#revision++
  }

  get rows(): IterableIterator<Member> {
    return this.#rowByName.values()
  }

  find(name: string): Member | undefined {
    return this.#rowByName.get(name)
  }

  /** The member that last took this address. */
  findByAddress(key: AddressKey): Member | undefined {
    return this.#rowByAddress.get(key)
  }

  /** Inserts at a random place of the probe order. */
  add(member: Member): void {
    this.touch(member)
    this.#rowByName.set(member.name, member)
    this.#rowByAddress.set(member.address.key, member)
    const at = this.#random.below(this.#probeOrder.length + 1)
    this.#probeOrder.push(member)
    const last = this.#probeOrder.length - 1
    this.#probeOrder[last] = this.#probeOrder[at] as Member
    this.#probeOrder[at] = member
    this.#ring.splice(this.#ringIndex(member), 0, member)
  }

  remove(member: Member): void {
    this.touch(member)
    this.#rowByName.delete(member.name)
    if (this.#rowByAddress.get(member.address.key) === member) {
      this.#rowByAddress.delete(member.address.key)
    }
    const at = this.#probeOrder.indexOf(member)
    if (at >= 0) this.#probeOrder.splice(at, 1)
    if (at >= 0 && at < this.#probeIndex) this.#probeIndex--
    const ringAt = this.#ring.indexOf(member)
    if (ringAt >= 0) this.#ring.splice(ringAt, 1)
  }

  /** Re-files a member under its (perhaps new) address. */
  moved(member: Member, oldKey: AddressKey): void {
    this.touch(member)
    if (this.#rowByAddress.get(oldKey) === member) this.#rowByAddress.delete(oldKey)
    this.#rowByAddress.set(member.address.key, member)
  }

  /**
   * Walks the probe order to the next member worth probing. At its end, forgets rows gone
   * since before `forgetBeforeMs` and shuffles anew; the wrap counts as one look, and there
   * are no more looks than rows, as in memberlist: a small cluster skips some ticks.
   */
  nextToProbe(forgetBeforeMs: number): ProbeChoice {
    let forgotten: readonly Member[] = []
    const looks = this.#probeOrder.length
    for (let look = 0; look < looks; look++) {
      const candidate = this.#probeOrder[this.#probeIndex]
      if (candidate === undefined) {
        forgotten = [...forgotten, ...this.#forget(forgetBeforeMs)]
        this.#random.shuffle(this.#probeOrder)
        this.#probeIndex = 0
        continue
      }
      this.#probeIndex++
      if (candidate !== this.self && !candidate.isGone) return { target: candidate, forgotten }
    }
    return { target: undefined, forgotten }
  }

  /** Makes a member the next one to be probed. */
  probeNext(member: Member): void {
    const at = this.#probeOrder.indexOf(member)
    if (at < 0) return
    this.#probeOrder.splice(at, 1)
    if (at < this.#probeIndex) this.#probeIndex--
    this.#probeOrder.splice(this.#probeIndex, 0, member)
  }

  /** Up to `count` distinct random members that qualify. */
  pick(count: number, qualifies: (member: Member) => boolean): readonly Member[] {
    const rows = this.#probeOrder
    const picked: Member[] = []
    if (rows.length < 3 * count) {
      const copy = rows.slice()
      this.#random.shuffle(copy)
      for (const row of copy) {
        if (picked.length === count) break
        if (qualifies(row)) picked.push(row)
      }
      return picked
    }
    for (let draw = 0; draw < 3 * rows.length && picked.length < count; draw++) {
      const row = rows[this.#random.below(rows.length)] as Member
      if (!picked.includes(row) && qualifies(row)) picked.push(row)
    }
    return picked
  }

  /** The qualifying member that was heard last; undefined if none ever was. */
  heardLast(qualifies: (member: Member) => boolean): Member | undefined {
    let last: Member | undefined
    for (const row of this.rows) {
      if (row.seenMs === undefined || row.seenMs <= (last?.seenMs ?? 0)) continue
      if (row !== this.self && qualifies(row)) last = row
    }
    return last
  }

  /** The nearest qualifying members after and before us on the ring; none, one or two. */
  neighbours(qualifies: (member: Member) => boolean): readonly Member[] {
    const after = this.#nextOnRing(1, qualifies)
    const before = this.#nextOnRing(-1, qualifies)
    if (after === undefined || before === undefined) return []
    return after === before ? [after] : [after, before]
  }

  #nextOnRing(step: 1 | -1, qualifies: (member: Member) => boolean): Member | undefined {
    for (const row of this.fromSelf(step)) if (qualifies(row)) return row
    return undefined
  }

  /** All others in the order of the ring, beginning with the one after us, or before us. */
  *fromSelf(step: 1 | -1 = 1): IterableIterator<Member> {
    const length = this.#ring.length
    const start = this.#ringIndex(this.self)
    for (let distance = 1; distance < length; distance++) {
      const row = this.#ring[(start + step * distance + length * distance) % length]
      if (row !== undefined && row !== this.self) yield row
    }
  }

  /** Index of `member` on the ring, or where it belongs. */
  #ringIndex(member: Member): number {
    let low = 0
    let high = this.#ring.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.#ring[middle] as Member, member)) low = middle + 1
      else high = middle
    }
    return low
  }

  #forget(beforeMs: number): readonly Member[] {
    const forgotten = this.#probeOrder.filter((row) => row.isGone && row.sinceMs < beforeMs)
    for (const row of forgotten) if (row !== this.self) this.remove(row)
    return forgotten.filter((row) => row !== this.self)
  }
}

function isBefore(one: Member, other: Member): boolean {
  return one.place < other.place || (one.place === other.place && one.name < other.name)
}
