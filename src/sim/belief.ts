// Compares what members believe with what is true: the statuses each one holds, and
// whether all hold the same rows for the living (invariant L2: same incarnation,
// address, meta and versions; the departed may differ). Asked ten times a second of
// clusters with a million rows, so sizes are looked at before rows, and text comes last.

import { equalBytes, type MemberView, type Reads, type Status } from '../core/index.ts'

/** Names by the status a member should be held in; a status left out is not looked at. */
export type Belief = Partial<Readonly<Record<Status, readonly string[]>>>

export interface Believer {
  readonly id: string
  readonly machine: Reads
}

const STATUSES = ['alive', 'suspect', 'dead', 'left'] as const

/** The first disagreement with `expected`, or among the believers; undefined if none. */
export function disagreement(believers: readonly Believer[], expected: Belief): string | undefined {
  const wanted = new Wanted(expected)
  const wrong = believers.find((one) => !wanted.fitsSize(one)) ?? wanted.firstWrong(believers)
  if (wrong !== undefined) return wrongBelief(wrong, expected)
  return expected.alive === undefined ? undefined : differingRows(believers)
}

/** A belief, turned round for quick comparison. */
class Wanted {
  readonly #statusByName = new Map<string, Status>()
  readonly #countByStatus = new Map<Status, number>()

  constructor(expected: Belief) {
    for (const status of STATUSES) {
      const names = expected[status]
      if (names === undefined) continue
      this.#countByStatus.set(status, names.length)
      for (const name of names) this.#statusByName.set(name, status)
    }
  }

  /** Whether as many are alive and suspect as should be, where both are looked at. */
  fitsSize({ machine }: Believer): boolean {
    const [alive, suspect] = [this.#countByStatus.get('alive'), this.#countByStatus.get('suspect')]
    return alive === undefined || suspect === undefined || machine.size === alive + suspect
  }

  firstWrong(believers: readonly Believer[]): Believer | undefined {
    return believers.find(({ machine }) => !this.#fits(machine.memberViews()))
  }

  #fits(views: readonly MemberView[]): boolean {
    let fitting = 0
    for (const { name, status } of views) {
      if (!this.#countByStatus.has(status)) continue
      if (this.#statusByName.get(name) !== status) return false
      fitting++
    }
    return fitting === this.#statusByName.size
  }
}

/** What of `expected` a believer holds otherwise, as a sentence; undefined if nothing. */
function wrongBelief({ id, machine }: Believer, expected: Belief): string | undefined {
  const held: Record<Status, string[]> = { alive: [], suspect: [], dead: [], left: [] }
  for (const { name, status } of machine.memberViews()) held[status].push(name)
  for (const status of STATUSES) {
    const names = expected[status]
    if (names === undefined) continue
    const have = held[status].sort().join(' ')
    const want = [...names].sort().join(' ')
    if (have !== want) return `${id} holds ${status} [${have}] where [${want}] is true`
  }
  return undefined
}

/** The first row of a living member that two believers hold differently. */
function differingRows(believers: readonly Believer[]): string | undefined {
  const [first, ...others] = believers
  if (first === undefined) return undefined
  const rowByName = new Map<string, MemberView>()
  for (const view of first.machine.memberViews()) rowByName.set(view.name, view)
  for (const { id, machine } of others) {
    for (const view of machine.memberViews()) {
      if (view.status !== 'alive') continue
      const known = rowByName.get(view.name)
      if (known !== undefined && isSameRow(known, view)) continue
      const text = known === undefined ? 'nothing' : rowText(known)
      return `${id} holds ${rowText(view)}, but ${first.id} ${text}`
    }
  }
  return undefined
}

function isSameRow(one: MemberView, other: MemberView): boolean {
  return (
    one.status === other.status &&
    one.incarnation === other.incarnation &&
    one.address.key === other.address.key &&
    equalBytes(one.meta, other.meta) &&
    equalBytes(one.versions, other.versions)
  )
}

/** All of a row that must be the same everywhere, as text. */
function rowText({ name, status, address, incarnation, meta, versions }: MemberView): string {
  return `${name} ${status}@${incarnation} ${address} [${meta}] [${versions}]`
}
