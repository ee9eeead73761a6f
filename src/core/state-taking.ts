// What all walks of replicated state share: who takes part, what the host is told, how a
// segment of somebody's stream is taken, and how we claim our own name's stream again after
// a restart. Nothing here sends.

import type { Millis } from './io.ts'
import { drop, log, notify, type Parts } from './parts.ts'
import type { StateTask } from './shared-state.ts'
import type { KeyChange } from './state/entry.ts'
import { Owned, type Write } from './state/owned.ts'
import type { Shortage, Stream } from './state/store.ts'
import { OWN_CHANNEL } from './state/stream-id.ts'
import type { Member } from './swim/member.ts'
import { announcesHearsay } from './views.ts'
import type { Acknowledgement } from './wire/state-messages.ts'
import type { Segment } from './wire/state-parts.ts'

const DAY_MS = 24 * 3_600_000

// ---- who ----------------------------------------------------------------------------------

/** Whether we take part at all: only members that announce hearsay do, until they leave. */
export function isSharing(parts: Parts): boolean {
  return parts.started && !parts.membership.leaving && announcesHearsay(parts.members.self.meta)
}

/** Whether a member may be sent state now. */
export function partnerTest(parts: Parts): (member: Member) => boolean {
  return (member) => member.hearsay && !member.isGone && member !== parts.members.self
}

/** Our word to a member about how far we hold its stream. */
export function acknowledgementOf(parts: Parts, name: string): Acknowledgement {
  const stream = parts.state.store.find(name)
  return { generation: stream?.generation ?? 0, base: stream?.replica.base ?? 0 }
}

// ---- when ---------------------------------------------------------------------------------

/** Sets a task, unless it is due sooner anyway. */
export function expectTask(parts: Parts, task: StateTask, at: Millis): void {
  const key = `state:${task}`
  const dueMs = parts.timers.dueAt(key)
  if (dueMs === undefined || at < dueMs) parts.timers.set(key, at, { kind: 'state', task })
}

/** Sees to it that stores are compared from now on: nobody does where there is no state. */
export function expectSync(parts: Parts): void {
  const { store } = parts.state
  const every = parts.config.stateSyncIntervalMs
  if (store.size === 0 || every === 0 || parts.timers.has('state:sync')) return
  expectTask(parts, 'sync', parts.now + every * parts.random.fraction())
}

/** A newcomer is shown what there is by its neighbours on the ring, at once. */
export function expectSyncWith(parts: Parts, member: Member): void {
  const { store, newcomers } = parts.state
  const isPartner = partnerTest(parts)
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
  const { nextExpiryMs } = parts.state.store
  if (nextExpiryMs !== Number.POSITIVE_INFINITY) expectTask(parts, 'expire', nextExpiryMs)
}

// ---- what the host is told ------------------------------------------------------------------

/** Tells the host of keys that look different, and the checkers how far a stream is held. */
export function tellChanges(parts: Parts, stream: Stream, changes: readonly KeyChange[]): void {
  const { name: node, generation, replica } = stream
  if (changes.length > 0) notify(parts, { kind: 'state', node, generation, changes })
  expectExpiry(parts)
  if (!parts.config.trace) return
  const { base, gcFloor } = replica
  notify(parts, { kind: 'replica', node, generation, base, gcFloor })
}

// ---- taking -----------------------------------------------------------------------------

/** Takes a segment; true if it held news. */
export function takeSegment(parts: Parts, segment: Segment): boolean {
  const reason = refusalOf(parts, segment)
  if (reason !== undefined) {
    drop(parts, reason)
    return false
  }
  if (segment.name === parts.config.name) {
    reclaim(parts, segment.generation, segment.upTo)
    return false
  }
  const admission = parts.state.store.admit(segment, parts.now)
  if (admission.kind === 'outdated') {
    drop(parts, 'state_outdated')
    return false
  }
  if (admission.kind === 'full') {
    tellShortage(parts, segment.name, admission.what)
    return false
  }
  if (!admission.isNews) return false
  parts.counters.add('state_segments_taken_total')
  tellChanges(parts, admission.stream, admission.changes)
  expectSync(parts)
  return true
}

function refusalOf(parts: Parts, { name, channel, generation }: Segment): string | undefined {
  if (channel !== 0) return 'state_channel'
  if (generation > parts.now + parts.wallOffsetMs + DAY_MS) return 'state_generation'
  if (isKnown(parts, name)) return undefined
  parts.state.store.refuse(name, parts.now)
  return 'state_owner'
}

/** Members, the departed that are remembered included. */
function isKnown({ members, departed }: Parts, name: string): boolean {
  return members.find(name) !== undefined || departed.find(name) !== undefined
}

function tellShortage(parts: Parts, name: string, what: Shortage): void {
  drop(parts, 'state_full')
  const text = 'there is no room for the state of a member; what we hold of it goes stale'
  log(parts, 'warn', 'state-full', text, { member: name, limit: what })
}

/** Nobody remembers this member any more: neither do we remember its state. */
export function forgetState(parts: Parts, name: string): void {
  const { store, acknowledged } = parts.state
  acknowledged.forget(name)
  const stream = store.find(name)
  if (stream === undefined || isKnown(parts, name)) return
  const changes = store.drop(name)
  if (changes.length > 0) {
    notify(parts, { kind: 'state', node: name, generation: stream.generation, changes })
  }
}

// ---- our own ----------------------------------------------------------------------------

/** Our own stream, opened if there is none: its generation is the wall clock's time. */
export function openOwned(parts: Parts): Owned {
  const { state } = parts
  state.owned ??= startGeneration(parts, firstGeneration(parts))
  return state.owned
}

/** Of the streams that a life opens: on disk already where there is one. */
function firstGeneration({ state, now, wallOffsetMs }: Parts): number {
  return state.keeping?.generation ?? Math.max(1, Math.floor(now + wallOffsetMs))
}

/** Begins our stream anew, with the keys it had. */
export function startGeneration(parts: Parts, generation: number): Owned {
  const { store } = parts.state
  const kept = keysToCarry(parts)
  const owned = new Owned(
    store.open({ name: parts.config.name, generation, channel: OWN_CHANNEL }, parts.now),
  )
  const changes = store.update(owned.stream, (replica) => {
    // The first version says only that this life of ours has begun.
    const made = [...replica.write(undefined, parts.now)]
    for (const write of kept) made.push(...replica.write({ ...write, kind: 'set' }, parts.now))
    return made
  })
  store.watchExpiry(owned.stream, changes)
  tellChanges(parts, owned.stream, changes)
  expectSync(parts)
  return owned
}

/** What our stream holds now; before there is one, what the lives before have left on disk. */
function keysToCarry({ state, config, now, wallOffsetMs }: Parts): readonly Write[] {
  const before = state.store.find(config.name)
  if (before === undefined) {
    const wallMs = now + wallOffsetMs
    const former = state.keeping?.formerKeys(wallMs) ?? []
    return former.map(({ key, value, endsMs }) => ({
      ...{ key, value },
      ttlMs: endsMs === undefined ? undefined : endsMs - wallMs,
    }))
  }
  const entries = [...before.replica.entries].filter(({ kind }) => kind === 'set')
  return entries.map(({ key, value, expiresMs }) => ({
    ...{ key, value },
    ttlMs: expiresMs === Number.POSITIVE_INFINITY ? undefined : expiresMs - now,
  }))
}

/**
 * Somebody holds a stream of our name that we did not write in this life: what was ours
 * before a restart is over, and what we have now shall count from here on.
 */
export function reclaim(parts: Parts, generation: number, base: number): void {
  const { state } = parts
  const own = state.owned?.stream
  const isOurs =
    own !== undefined &&
    (generation < own.generation || (generation === own.generation && base <= own.replica.base))
  if (isOurs || !isSharing(parts)) return
  if (generation > parts.now + parts.wallOffsetMs + DAY_MS) return drop(parts, 'state_generation')
  if (state.keeping?.isAskedAbove(generation) === true) return
  if (!state.reclaims.spend(parts.now)) return drop(parts, 'state_reclaim')
  requestLife(parts, generation)
}

/** Begins a life above `above`: at once, or once the host has it on disk. */
function requestLife(parts: Parts, above: number): void {
  const { keeping } = parts.state
  const generation = Math.max(1, Math.floor(parts.now + parts.wallOffsetMs), above + 1)
  if (keeping === undefined) return lifeBegun(parts, generation)
  keeping.asked = generation
  parts.effects.unshift({ kind: 'keep', records: [{ record: 'life', generation }] })
}

/** A new life of ours begins: what we have now counts from here on. */
export function lifeBegun(parts: Parts, generation: number): void {
  const { state } = parts
  if (state.keeping !== undefined) state.keeping.generation = generation
  if (!isSharing(parts) || (state.owned?.stream.generation ?? 0) >= generation) return
  state.owned = startGeneration(parts, generation)
  parts.counters.add('state_generations_total')
  log(parts, 'info', 'state-generation', 'replaced what an earlier life of this name had shared', {
    member: parts.config.name,
  })
  expectTask(parts, 'tell', parts.now)
}
