// Counts what a storm was made of: faults that struck, what the network did, turns that rows
// took and what hosts were told. A sweep that lacks one of them has proven nothing about it.

import type { AddressKey } from '../../core/index.ts'
import type { Observation, Transition } from '../observation.ts'

/** How often, by what: `fault crash`, `network lost`, `row alive -> suspect by own`… */
export type Counts = Readonly<Record<string, number>>

const TABLE_FULL = 'rx_drop_table_full_total'

export class Census {
  #counts = new Map<string, number>()
  /** By observer and subject: where it was. */
  #addressByRow = new Map<string, AddressKey>()

  get counts(): Counts {
    return Object.fromEntries(this.#counts)
  }

  count(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times)
  }

  observe(observation: Observation): void {
    if (observation.kind === 'transition') {
      const { from, to, cause } = observation
      // What follows the first word is a number: the accusation that was refuted.
      this.count(`row ${from} -> ${to} by ${cause.split(' ', 1)}`)
      this.#followAddress(observation.observer, observation)
    }
    if (observation.kind !== 'notice') return
    const { notice } = observation
    if (notice.kind === 'conflict') this.count('told conflict')
    if (notice.kind === 'state') {
      for (const { kind } of notice.changes) this.count(`state told ${kind}`)
    }
    if (notice.kind === 'member') {
      this.count(`told ${notice.rejoin ? 'rejoin' : notice.change}`)
    }
  }

  /** A name that goes to another address has been reclaimed from a holder that was gone. */
  #followAddress(observer: string, { subject, from, row }: Transition): void {
    if (row === undefined) return
    const key = `${observer} ${subject}`
    const before = this.#addressByRow.get(key)
    const { key: now } = row.address
    if (before !== undefined && before !== now) this.count(`row ${from} -> reclaimed`)
    this.#addressByRow.set(key, now)
  }

  /** Adds what a core has counted of replicated state, and of rows it had no room for. */
  takeCounters(counters: Readonly<Record<string, number>>): void {
    const refused = counters[TABLE_FULL] ?? 0
    if (refused > 0) this.count('refused table_full', refused)
    for (const [name, times] of Object.entries(counters)) {
      if (name.includes('state_') && times > 0) this.count(`state ${name}`, times)
    }
  }

  /** Adds counts that somebody else kept. */
  take(tally: object): void {
    for (const [what, times] of Object.entries<number>({ ...tally })) {
      this.count(`network ${what}`, times)
    }
  }
}

/** The sum of two counts. */
export function addCounts(one: Counts, other: Counts): Counts {
  const sum = new Map(Object.entries(one))
  for (const [what, times] of Object.entries(other)) sum.set(what, (sum.get(what) ?? 0) + times)
  return Object.fromEntries(sum)
}
