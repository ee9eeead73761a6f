// Compares what members believe with what is true: the statuses each one holds, and
// whether all hold the same rows for the living (invariant L2: same incarnation,
// address, meta and versions; the departed may differ).

import type { MemberView, Reads, Status } from '../core/index.ts'

/** Names by the status a member should be held in; a status left out is not looked at. */
export type Belief = Partial<Readonly<Record<Status, readonly string[]>>>

export interface Believer {
  readonly id: string
  readonly machine: Reads
}

/** The first disagreement with `expected`, or among the believers; undefined if none. */
export function disagreement(believers: readonly Believer[], expected: Belief): string | undefined {
  return (
    firstOf(believers, (believer) => wrongBelief(believer, expected)) ??
    (expected.alive === undefined ? undefined : differingRows(believers))
  )
}

function wrongBelief({ id, machine }: Believer, expected: Belief): string | undefined {
  const held: Record<Status, string[]> = { alive: [], suspect: [], dead: [], left: [] }
  for (const { name, status } of machine.memberViews()) held[status].push(name)
  for (const [status, names] of Object.entries(expected)) {
    const have = held[statusOf(status)].sort().join(' ')
    const want = [...names].sort().join(' ')
    if (have !== want) return `${id} holds ${status} [${have}] where [${want}] is true`
  }
  return undefined
}

function statusOf(text: string): Status {
  return text === 'suspect' || text === 'dead' || text === 'left' ? text : 'alive'
}

/** The first row of a living member that two believers hold differently. */
function differingRows(believers: readonly Believer[]): string | undefined {
  const [first, ...others] = believers
  if (first === undefined) return undefined
  const rowByName = new Map<string, string>()
  for (const view of first.machine.memberViews()) rowByName.set(view.name, rowText(view))
  return firstOf(others, ({ id, machine }) =>
    firstOf(machine.memberViews(), (view) => {
      if (view.status !== 'alive') return undefined
      const text = rowText(view)
      const known = rowByName.get(view.name)
      return known === text ? undefined : `${id} holds ${text}, but ${first.id} ${known}`
    }),
  )
}

/** All of a row that must be the same everywhere, as text. */
export function rowText({
  name,
  status,
  address,
  incarnation,
  meta,
  versions,
}: MemberView): string {
  return `${name} ${status}@${incarnation} ${address} [${meta}] [${versions}]`
}

function firstOf<T>(
  items: readonly T[],
  look: (item: T) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = look(item)
    if (found !== undefined) return found
  }
  return undefined
}
