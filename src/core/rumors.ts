// When rumors are passed on: at once when they are news (eager), and at the gossip tick
// while any wait (SWIM §4.1, memberlist `gossip`). Eager sends spend the same copies a
// rumor has anyway, sooner; two of them go to fixed neighbours on a ring, so that nobody is
// missed by bad luck (hybrid dissemination, Voulgaris & van Steen 2007). Budgets make eager
// fall back to the tick under load, where packets fill.

import type { Parts } from './parts.ts'
import type { Rumor } from './queue.ts'
import type { Member } from './swim/member.ts'

/** Of a rumor's copies, the part that is sent at once; the rest covers losses at the ticks. */
const EAGER_SHARE = 0.7
/** Members told at once of what can wait. */
const CALM_COPIES = 3
/** Heard so often from others, a rumor needs our voice no more. */
const ECHOES_ENOUGH = 3
const ECHOES_SPARE = 4

/**
 * `urgent`: what people or the accused wait for. `calm`: who came and what changed; it comes
 * in floods, and what it misses is found by comparing notes.
 */
export type Urgency = 'urgent' | 'calm'

const EAGER_KEY = { urgent: 'eager:urgent', calm: 'eager:calm' } as const

/** Something was queued: tell it now, or as soon as the budget allows. */
export function expectNews(parts: Parts, urgency: Urgency): void {
  if (!parts.started) return
  const { timers, budgets, config, now } = parts
  const key = EAGER_KEY[urgency]
  if (!config.strict && !timers.has(key)) {
    timers.set(key, budgets[urgency].nextAt(now), { kind: 'eager', urgency })
  }
  expectTick(parts)
}

/** Tells what is new to as many members as its first copies reach. */
export function tellEagerly(parts: Parts, urgency: Urgency): void {
  const { outbox, members } = parts
  parts.timers.clear(EAGER_KEY.calm)
  dropWellKnown(parts)
  if (outbox.isEmpty) return
  parts.budgets[urgency].spend(parts.now)
  const qualifies = receiverTest(parts)
  const neighbours = members.neighbours(qualifies)
  const receivers = urgency === 'urgent' ? [...neighbours] : neighbours.slice(0, 1)
  const copies = urgency === 'urgent' ? eagerCopies(parts) : CALM_COPIES
  const more = members.pick(
    Math.max(0, copies - receivers.length),
    (member) => !receivers.includes(member) && qualifies(member),
  )
  for (const member of [...receivers, ...more]) outbox.gossip(member)
  // What is left to tell goes out a whole interval later: a loss now may be over by then.
  if (parts.timers.has('gossip')) {
    parts.timers.set('gossip', parts.now + parts.config.gossipIntervalMs, { kind: 'gossip' })
  }
}

/**
 * Tells whoever we heard last, before all others. Who is half cut off would spend its few copies
 * on those it cannot reach, and condemn members that never had a chance to object.
 */
export function tellWhoHears(parts: Parts): void {
  const { config, members, outbox } = parts
  if (config.strict) return
  const member = members.heardLast(receiverTest(parts))
  if (member !== undefined) outbox.gossip(member)
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

/** Ends rumors that need our voice no more: told, and heard from others often enough. */
function dropWellKnown({ outbox }: Parts): void {
  const { limit, membership, user } = outbox
  const isOver = (rumor: Rumor) => isWellKnown(rumor, limit)
  membership.removeWhere(isOver)
  user.removeWhere(isOver)
}

/**
 * Unless comparing notes repairs it, each copy that comes back saves just one of ours, and
 * only beyond what is heard where a quarter of all packets is lost.
 */
function isWellKnown({ transmissions, echoes, repaired }: Rumor, limit: number): boolean {
  if (transmissions === 0 || echoes < ECHOES_ENOUGH) return false
  return repaired || transmissions + echoes >= limit + ECHOES_SPARE
}
