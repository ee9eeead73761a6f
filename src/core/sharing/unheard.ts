// A node whose clock is ahead of all others' writes what nobody takes: own keys from a day on, as
// its life lies in the future, shared ones from a minute on (slots.ts). It cannot see their
// clocks, but they say so whenever they say what they hold (acknowledging.ts). Once most of them
// do, it writes nothing more that would count here alone.

import type { Acks, Millis, Outcome } from '../io.ts'
import { log, type Parts } from '../parts.ts'
import type { Owned } from '../state/owned.ts'
import type { Acknowledgement } from '../wire/acknowledgement.ts'
import { partnerTest } from './telling.ts'

const WORD_MS = 120_000
/** However seldom two members compare their stores. */
const WORD_ROUNDS = 3

/** Since when somebody must have been refused, or have said so, if it still counts. */
export function wordsSinceMs({ config, members, now }: Parts): Millis {
  return now - Math.max(WORD_MS, WORD_ROUNDS * config.stateSyncIntervalMs * members.size)
}

/** A member says whether what we write is too far ahead for it. */
export function noteAhead(parts: Parts, name: string, said: Acknowledgement): void {
  const { owned, shared } = parts.state
  const words = [
    [owned, said.ahead],
    [shared, said.sharedAhead],
  ] as const
  for (const [ours, word] of words) {
    if (ours === undefined) continue
    const { generation, replica } = ours.stream
    // What we have not written somebody else has, in our name.
    const isOurs = word?.generation === generation && word.base <= replica.base
    if (word !== undefined && isOurs) ours.aheadBy.note(name, word.ms, parts.now)
    else ours.aheadBy.forget(name)
  }
  const members = unheardBy(parts)
  if (members === 0) return
  const text = 'most members do not take what this node writes: its clock is ahead of theirs'
  log(parts, 'error', 'state-unheard', text, { members })
}

/** How many members refuse what we write as our clock is ahead, where those are most; else 0. */
export function unheardBy(parts: Parts): number {
  const { owned, shared } = parts.state
  return Math.max(refusing(parts, owned).length, refusing(parts, shared).length)
}

/**
 * Why something should not be written now, if so. Where there is but one other, its clock may as
 * well be behind: then only who asks for its word is refused.
 */
export function unheardProblem(
  parts: Parts,
  owned: Owned | undefined,
  acks: Acks | undefined,
): Outcome | undefined {
  const said = refusing(parts, owned)
  const members = said.length
  // Some may say what they like: as long as most are right, so is what lies in the middle.
  const aheadMs = said[Math.floor((members - 1) / 2)]
  if (aheadMs === undefined || (members === 1 && acks === undefined)) return undefined
  return { kind: 'unheard', members, aheadMs }
}

/**
 * By how much we are ahead of those who refuse it, the least first; nothing unless they are most
 * of the others: at least two, or all there are.
 */
function refusing(parts: Parts, owned: Owned | undefined): readonly Millis[] {
  if (owned === undefined || owned.aheadBy.size === 0) return []
  const sinceMs = wordsSinceMs(parts)
  const partners = [...parts.members.rows].filter(partnerTest(parts))
  const said = partners.flatMap(({ name }) => owned.aheadBy.of(name, sinceMs) ?? [])
  const isMost = said.length * 2 > partners.length && (said.length >= 2 || partners.length === 1)
  return isMost ? said.sort((one, other) => one - other) : []
}
