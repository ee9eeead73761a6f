// Takes over a table received in a push/pull (memberlist-wire §14.4), a slice a step, so
// that a large one holds nothing up. What others call dead is only suspected here: the
// accused gets its chance to answer.

import type { Merge } from './exchanges.ts'
import { drop, log, type Parts } from './parts.ts'
import { witnessSerfState } from './users.ts'
import { carry } from './verdicts.ts'
import type { NodeState, PushPull } from './wire/messages.ts'
import { checkNodeState } from './wire/semantics.ts'

const ENTRIES_A_STEP = 256
const STATES = ['alive', 'suspect', 'dead', 'left'] as const

export interface MergeOptions {
  readonly invited: boolean
  /** The member it came from, if known. */
  readonly via: string | undefined
  /** What it holds is news to nobody but us: a newcomer need not tell it on. */
  readonly quiet?: boolean
  readonly finished?: (merge: Merge) => void
}

/** Queues a received table and begins with it if nothing is before it. */
export function enqueueMerge(parts: Parts, table: PushPull, options: MergeOptions): void {
  const { nodes, userState, join } = table
  if (parts.config.strict && !versionsAgree(parts, nodes)) {
    drop(parts, 'vsn')
    log(parts, 'warn', 'version', 'refused a push/pull: protocol versions have nothing in common')
    options.finished?.({ ...blank(table, options), versionSkips: 1, others: 1 })
    return
  }
  parts.exchanges.merges.push({ ...blank(table, options), entries: nodes, userState, join })
  continueMerging(parts)
}

function blank(table: PushPull, options: MergeOptions): Merge {
  const { invited, via, quiet = false, finished } = options
  return {
    entries: [],
    userState: table.userState,
    join: table.join,
    invited,
    via,
    quiet,
    next: 0,
    versionSkips: 0,
    others: 0,
    finished: finished ?? (() => {}),
  }
}

/** Merges the next slice of the oldest table; asks for another turn while there is more. */
export function continueMerging(parts: Parts): void {
  const { merges } = parts.exchanges
  const merge = merges[0]
  if (merge === undefined) return
  const stop = Math.min(merge.entries.length, merge.next + ENTRIES_A_STEP)
  for (; merge.next < stop; merge.next++) {
    const entry = merge.entries[merge.next]
    if (entry !== undefined) mergeEntry(parts, entry, merge)
  }
  if (merge.next >= merge.entries.length) {
    merges.shift()
    witnessSerfState(parts, merge.userState)
    merge.finished(merge)
  }
  if (merges.length > 0) parts.timers.set('work', parts.now, { kind: 'work' })
}

function mergeEntry(parts: Parts, entry: NodeState, merge: Merge): void {
  const { membership, members, now } = parts
  const { name: node, incarnation } = entry
  const aboutOther = node !== members.self.name
  if (aboutOther) merge.others++
  const reason = checkNodeState(entry, parts.check)
  if (reason !== undefined) {
    if (aboutOther && reason === 'vsn') merge.versionSkips++
    return drop(parts, reason)
  }
  const hearing = { how: 'push-pull', via: merge.via, quiet: merge.quiet } as const
  const state = STATES[entry.state]
  if (state === 'alive') {
    const { addr, port, meta, vsn } = entry
    const update = { incarnation, node, addr, port, meta, vsn }
    const verdict = membership.alive(update, now, { invited: merge.invited })
    return carry(parts, verdict, node, hearing)
  }
  // A table tells what its owner heard; only who has looked for itself confirms a suspicion.
  if (state !== 'left' && !parts.config.strict && isSuspectedAlready(parts, entry)) return
  const from = state === 'left' ? node : members.self.name
  const accusation = { incarnation, node, from }
  const verdict =
    state === 'left' ? membership.dead(accusation, now) : membership.suspect(accusation, now)
  carry(parts, verdict, node, hearing)
}

function isSuspectedAlready({ members }: Parts, { name, incarnation }: NodeState): boolean {
  const member = members.find(name)
  return member?.suspicion !== undefined && incarnation <= member.incarnation
}

/** memberlist's all-or-nothing check of a push/pull (memberlist-wire §12). */
export function versionsAgree(parts: Parts, nodes: readonly NodeState[]): boolean {
  const local = [...parts.members.rows].map(({ vsn, status }) => ({
    vsn,
    alive: status === 'alive',
  }))
  const remote = nodes.map(({ vsn, state }) => ({ vsn, alive: state === 0 && vsn.length >= 5 }))
  const all = [...remote, ...local]
  const live = all.filter((row) => row.alive)
  const greatest = (at: number) => Math.max(0, ...live.map((row) => row.vsn[at] ?? 0))
  const least = (at: number) => Math.min(255, ...live.map((row) => row.vsn[at] ?? 0))
  const within = (value: number, low: number, high: number) => value >= low && value <= high
  const [pMin, pMax, dMin, dMax] = [greatest(0), least(1), greatest(3), least(4)]
  return all.every(({ vsn }) => {
    const known = vsn.length >= 6
    return (
      within(known ? (vsn[2] ?? 0) : 0, pMin, pMax) && within(known ? (vsn[5] ?? 0) : 0, dMin, dMax)
    )
  })
}
