// What happens by itself now and then: push/pulls with random members, the early one after
// a change, and the healer that never stops looking for the departed and for seeds.

import { compareWith } from './asking.ts'
import type { Address } from './base/address.ts'
import { join, syncWith } from './dialling.ts'
import type { CommandId, JoinTarget, Millis } from './io.ts'
import { notify, type Parts } from './parts.ts'
import type { Member } from './swim/member.ts'
import { announceForgotten, COMPARE_QUIET_MS } from './verdicts.ts'

const COMPARE_LATEST_MS = 3000
/** Plain members that one of us sees to after a change; in a longer row some wait for their own. */
const WARDS_MAX = 3

// ---- push/pull --------------------------------------------------------------------------

/** memberlist's pace: every interval up to 32 members, slower with each doubling. */
export function pushPullIntervalMs(intervalMs: Millis, n: number): Millis {
  if (n <= 32) return intervalMs
  return intervalMs * (Math.ceil(Math.log2(n) - Math.log2(32)) + 1)
}

export function pushPullTick(parts: Parts): void {
  const { config, timers, members, now } = parts
  const wait = pushPullIntervalMs(config.pushPullIntervalMs, members.size)
  timers.set('push-pull', now + wait, { kind: 'push-pull' })
  // Who has left stops learning; its table would bring back what others have forgotten.
  if (parts.membership.leaving) return
  const [member] = members.pick(1, partnerTest(parts))
  if (member !== undefined) syncWith(parts, member.name, member.address, false)
}

/**
 * Soon after a change: does our neighbour on the ring see what we see? If every pair agrees,
 * all do. A stream is opened only if it differs, or cannot be asked in a packet.
 */
export function earlyPushPull(parts: Parts): void {
  const { members, timers, now } = parts
  if (parts.membership.leaving) return
  const restsAt = Math.min(
    parts.changedMs + COMPARE_QUIET_MS,
    parts.unrestSinceMs + COMPARE_LATEST_MS,
  )
  if (restsAt > now) return timers.set('early-push-pull', restsAt, { kind: 'early-push-pull' })
  const { plain, successor } = wardsOf(parts)
  if (plain.length === 0 && successor === undefined) return
  parts.counters.add('early_push_pulls_total')
  const few =
    plain.length <= WARDS_MAX ? plain : members.pick(WARDS_MAX, (one) => plain.includes(one))
  for (const { name, address } of few) syncWith(parts, name, address, false)
  if (successor !== undefined) compareWith(parts, successor)
}

/**
 * Our successor among those who announce hearsay, and the plain members before it on the ring:
 * they compare with nobody early, so whoever stands before them sees to it.
 */
function wardsOf(parts: Parts): { plain: readonly Member[]; successor: Member | undefined } {
  const isPartner = partnerTest(parts)
  const plain: Member[] = []
  for (const member of parts.members.fromSelf()) {
    if (!isPartner(member)) continue
    if (member.hearsay) return { plain, successor: member }
    plain.push(member)
  }
  return { plain, successor: undefined }
}

function partnerTest(parts: Parts): (member: Member) => boolean {
  return (member) => member.status === 'alive' && member !== parts.members.self
}

// ---- seeds and healing ------------------------------------------------------------------

/**
 * Seeds have been resolved: join them all while we are alone, one at a time otherwise. False
 * if there is nothing to dial; else the command `id` hears what came of it.
 */
export function takeSeeds(parts: Parts, targets: readonly JoinTarget[], id: CommandId): boolean {
  if (parts.membership.leaving) return false
  parts.seeds.set(targets)
  const unreached = unreachedSeeds(parts)
  const alone = !parts.members.hasCompany
  if (alone) expectSeedRetry(parts)
  const next = alone ? undefined : parts.seeds.dials.take(unreached)
  const dialled = alone ? unreached : next === undefined ? [] : [next]
  if (dialled.length > 0) join(parts, dialled, id)
  return dialled.length > 0
}

/** Still alone: ask for fresh addresses, which starts the next try. */
export function retrySeeds(parts: Parts): void {
  if (parts.members.hasCompany || parts.membership.leaving) return
  expectSeedRetry(parts)
  notify(parts, { kind: 'seeds-wanted' })
}

function expectSeedRetry(parts: Parts): void {
  if (parts.timers.has('seeds')) return
  const jitter = 0.9 + 0.2 * parts.random.fraction()
  const at = parts.now + parts.seeds.nextDelayMs() * jitter
  parts.timers.set('seeds', at, { kind: 'seeds' })
}

/** Every half minute one departed member or unreached seed is dialled, in turn, for certain. */
export function healTick(parts: Parts): void {
  const { config, timers } = parts
  const jitter = 0.9 + 0.2 * parts.random.fraction()
  timers.set('heal', parts.now + config.healIntervalMs * jitter, { kind: 'heal' })
  for (const view of parts.departed.expire(parts.now)) announceForgotten(parts, view)
  if (parts.membership.leaving) return
  const departed = lostAddresses(parts)
  const seeds = unreachedSeeds(parts).length > 0 ? [undefined] : []
  if (departed.length + seeds.length === 0) return
  parts.counters.add('heal_tries_total')
  const next = parts.seeds.searches.take([...departed, ...seeds])
  if (next === undefined) notify(parts, { kind: 'seeds-wanted' })
  else syncWith(parts, next[0], next[1], true)
}

/** Where the dead were last, and where their names lived before: the last holder may be false. */
function lostAddresses({ members, departed }: Parts): readonly (readonly [string, Address])[] {
  const lost: { readonly name: string; readonly address: Address }[] = []
  for (const row of members.rows) if (row.status === 'dead' && row.known) lost.push(row)
  for (const view of departed.views) {
    if (view.status === 'dead' && members.find(view.name) === undefined) lost.push(view)
  }
  return lost.flatMap(({ name, address }) =>
    [address, ...departed.formerly(name)].map((place) => [name, place] as const),
  )
}

function unreachedSeeds(parts: Parts): readonly JoinTarget[] {
  const { members, seeds } = parts
  return seeds.targets.filter(({ address }) => {
    if (address.equals(members.self.address)) return false
    const member = members.findByAddress(address.key)
    return member === undefined || member.isGone
  })
}
