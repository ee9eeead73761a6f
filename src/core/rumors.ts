// When rumors are passed on: at once when they are news (eager), and at the gossip tick
// while any wait (SWIM §4.1, memberlist `gossip`). Eager sends spend the same copies a
// rumor has anyway, sooner; two of them go to fixed neighbours on a ring, so that nobody is
// missed by bad luck (hybrid dissemination, Voulgaris & van Steen 2007). A budget makes
// eager fall back to the tick under load, where packets fill.

import type { Parts } from './parts.ts'
import type { Rumor } from './queue.ts'
import type { Member } from './swim/member.ts'

/** Of a rumor's copies, the part that is sent at once; the rest covers losses at the ticks. */
const EAGER_SHARE = 0.7
/** Told and heard so often, a rumor may end before its limit. */
const TOLD_MIN = 2
const ECHOES_ENOUGH = 3

/** Something was queued: tell it now, or as soon as the budget allows. */
export function expectNews(parts: Parts): void {
  if (!parts.started) return
  if (!parts.config.strict && !parts.timers.has('eager')) {
    parts.timers.set('eager', parts.budgets.eager.nextAt(parts.now), { kind: 'eager' })
  }
  expectTick(parts)
}

/** Tells what is new to as many members as its first copies reach. */
export function tellEagerly(parts: Parts): void {
  const { outbox, members } = parts
  if (outbox.isEmpty) return
  parts.budgets.eager.spend(parts.now)
  const qualifies = receiverTest(parts)
  const receivers = [...members.neighbours(qualifies)]
  const more = members.pick(
    Math.max(0, eagerCopies(parts) - receivers.length),
    (member) => !receivers.includes(member) && qualifies(member),
  )
  for (const member of [...receivers, ...more]) outbox.gossip(member)
}

/** One round of gossip; waits for the next one while anything is left. */
export function gossipRound(parts: Parts): void {
  const { outbox, members, config } = parts
  if (!config.strict) dropWellKnown(parts)
  const receivers = outbox.isEmpty ? [] : members.pick(config.gossipNodes, receiverTest(parts))
  for (const member of receivers) if (!outbox.gossip(member) && config.strict) break
  // With nobody to tell there is nothing to wait for: a new member is news itself.
  if (receivers.length > 0 || config.strict) expectTick(parts)
}

/** Ticks keep their phase, so that members do not fall into step. */
function expectTick(parts: Parts): void {
  const { timers, config, outbox, now } = parts
  const every = config.gossipIntervalMs
  if (every === 0 || timers.has('gossip') || (outbox.isEmpty && !config.strict)) return
  const phase = parts.gossipPhase
  const next = (Math.floor((now - phase) / every) + 1) * every + phase
  timers.set('gossip', next > now ? next : now + every, { kind: 'gossip' })
}

/** Who may be gossiped to now: not the left, and the dead only for a while. */
function receiverTest(parts: Parts): (member: Member) => boolean {
  const { members, config, now } = parts
  const exclusive = parts.outbox.isExclusive
  return (member) => {
    if (member === members.self || member.status === 'left') return false
    if (exclusive && !member.hearsay) return false
    return member.status !== 'dead' || now - member.sinceMs <= config.gossipToTheDeadMs
  }
}

function eagerCopies(parts: Parts): number {
  return Math.round(parts.outbox.limit * EAGER_SHARE)
}

/** Ends rumors that need our voice no more: told first, then heard from others often enough. */
function dropWellKnown(parts: Parts): void {
  const { limit, membership, user } = parts.outbox
  for (const queue of [membership, user]) {
    const known: Rumor[] = []
    for (const rumor of queue) if (isWellKnown(rumor, limit)) known.push(rumor)
    for (const rumor of known) queue.remove(rumor)
  }
}

/** Each copy that comes back saves one of ours, as long as we have told some ourselves. */
function isWellKnown({ transmissions, echoes }: Rumor, limit: number): boolean {
  return transmissions >= TOLD_MIN && echoes >= ECHOES_ENOUGH && transmissions + echoes >= limit
}
