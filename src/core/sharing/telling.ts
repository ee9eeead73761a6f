// What all walks of replicated state share: who takes part, when something is due, and what the
// host is told when keys look different. Nothing here sends.

import { notify, type Parts } from '../parts.ts'
import type { KeyChange } from '../state/entry.ts'
import { closedKeyOf } from '../state/ledger.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL } from '../state/stream-id.ts'
import type { Member } from '../swim/member.ts'
import { announcesHearsay } from '../views.ts'
import { lookForOutlived } from './leases.ts'
import { followSlots } from './slots.ts'
import { expectTask } from './tasks.ts'

export { expectTask } from './tasks.ts'

// ---- who ----------------------------------------------------------------------------------

/** Whether we take part at all: only members that announce hearsay do, until they leave. */
export function isSharing(parts: Parts): boolean {
  return parts.started && !parts.membership.leaving && announcesHearsay(parts.members.self.meta)
}

/** Whether a member may be sent state now. */
export function partnerTest(parts: Parts): (member: Member) => boolean {
  return (member) => member.hearsay && !member.isGone && member !== parts.members.self
}

/** Everybody who may hold something of ours, and come back with it. */
export function* roster({ members, departed }: Parts): Generator<string> {
  for (const row of members.rows) {
    if (row !== members.self && row.hearsay && row.status !== 'left') yield row.name
  }
  for (const { name, status, hearsay } of departed.views) {
    if (hearsay && status === 'dead' && members.find(name) === undefined) yield name
  }
}

// ---- when ---------------------------------------------------------------------------------

/** Sees to it that stores are compared from now on: nobody does where there is no state. */
export function expectSync(parts: Parts): void {
  const { store } = parts.state
  const every = parts.config.stateSyncIntervalMs
  if (store.size === 0 || every === 0 || parts.timers.has('state:sync')) return
  expectTask(parts, 'sync', parts.now + every * parts.random.fraction())
}

/** After a tick: what can wait stands back while the event loop does not keep up. */
export function noteStrain(parts: Parts): void {
  const { state, lagMs, now } = parts
  if (!state.strain.note(lagMs, now)) return
  parts.counters.add('state_strained_total')
  expectTask(parts, 'relief', state.strain.untilMs)
}

/** Once it keeps up again, what stood back is looked for at once. */
export function relieve(parts: Parts): void {
  const { strain, store } = parts.state
  if (strain.isOn(parts.now)) expectTask(parts, 'relief', strain.untilMs)
  else if (store.size > 0 && parts.config.stateSyncIntervalMs > 0) {
    expectTask(parts, 'sync', parts.now)
  }
}

/** A newcomer is shown what there is by its neighbours on the ring, at once. */
export function expectSyncWith(parts: Parts, member: Member): void {
  const { store, newcomers, roster } = parts.state
  const isPartner = partnerTest(parts)
  // Whoever was waited for is back, and may have been waiting for us.
  if (roster.absentFor(member.name, parts.now) !== undefined) {
    expectTask(parts, 'orphans', parts.now)
  }
  // Its state may have come before word of itself.
  store.welcome(member.name)
  if (store.size === 0 || parts.config.stateSyncIntervalMs === 0 || !isPartner(member)) return
  if (!parts.members.neighbours(isPartner).includes(member)) return
  newcomers.add(member.name)
  expectTask(parts, 'sync', parts.now + NEWCOMER_MS * (1 + parts.random.fraction()))
}

/** A newcomer has hardly heard of us when we hear of it. */
const NEWCOMER_MS = 20

/** Sees to it that keys end when they have lived their time. */
export function expectExpiry(parts: Parts): void {
  const { store, slotEnds } = parts.state
  const nextMs = Math.min(store.nextExpiryMs, slotEnds.next - parts.wallOffsetMs)
  if (nextMs !== Number.POSITIVE_INFINITY) expectTask(parts, 'expire', nextMs)
}

// ---- what the host is told ------------------------------------------------------------------

/** How often it is looked whose streams are over. */
export const ORPHANS_EVERY_MS = 5000

function sharedChanged(parts: Parts, stream: Stream, changes: readonly KeyChange[]): void {
  followSlots(parts, stream, changes)
  lookForOutlived(parts, stream)
  const counting = parts.state.ledger.follow(stream, changes)
  for (const entry of counting) parts.state.closing.set(closedKeyOf(entry), entry)
  // What was adopted is seen by no clean-up that has begun to look: it looks again.
  if (counting.length > 0 && parts.state.sweep?.snapshot !== undefined) {
    parts.state.sweep = undefined
  }
  expectTask(parts, 'orphans', counting.length > 0 ? parts.now : parts.now + ORPHANS_EVERY_MS)
}

/** Tells the host of keys that look different, and the checkers how far a stream is held. */
export function tellChanges(parts: Parts, stream: Stream, changes: readonly KeyChange[]): void {
  tellReaders(parts, stream, changes)
  if (!parts.config.trace) return
  const { name: node, generation, channel, replica } = stream
  const { base, gcFloor } = replica
  notify(parts, { kind: 'replica', node, generation, channel, base, gcFloor })
}

/** Forgets a stream of shared maps, and tells what reads differently without it. */
export function dropShared(parts: Parts, stream: Stream): void {
  const { name: node, generation, key } = stream
  tellReaders(parts, stream, parts.state.store.drop(key))
  if (parts.config.trace) notify(parts, { kind: 'dropped', node, generation })
}

function tellReaders(parts: Parts, stream: Stream, changes: readonly KeyChange[]): void {
  const { name: node, generation, channel } = stream
  // Before what it comes to for readers, which the checkers hold against it.
  if (channel === SHARED_CHANNEL && parts.config.trace && changes.length > 0) {
    notify(parts, { kind: 'slots', node, generation, changes })
  }
  if (channel === SHARED_CHANNEL) sharedChanged(parts, stream, changes)
  else if (changes.length > 0) notify(parts, { kind: 'state', node, generation, changes })
  expectExpiry(parts)
}
