// The lives of our own streams. Each start of the process is a new life with a generation of its
// own, from the wall clock: versions are never given twice. Somebody may hold a stream of our
// name that we did not write in this life; then what we have now has to count from here on.
// Where the host keeps our state, a life is on disk before it begins.

import { drop, log, notify, type Parts, wallMs } from '../parts.ts'
import { Aside } from '../state/aside.ts'
import { encodeLedger, ledgerKeyOf } from '../state/ledger.ts'
import { Owned, segmentOf, type Write } from '../state/owned.ts'
import type { Stream } from '../state/store.ts'
import { OWN_CHANNEL, SHARED_CHANNEL } from '../state/stream-id.ts'
import type { Reach } from '../wire/acknowledgement.ts'
import { STATE_BYTES_HELD_MAX, STREAMS_HELD_MAX } from '../wire/state-limits.ts'
import { outliving } from './leases.ts'
import { isFutureLife } from './slots.ts'
import {
  dropShared,
  expectSync,
  expectTask,
  isSharing,
  partnerTest,
  tellChanges,
} from './telling.ts'

/** The stream of our own keys, opened if there is none: with the keys that are on disk. */
export function openOwned(parts: Parts): Owned {
  const { state } = parts
  state.owned ??= beginOwned(parts, firstGeneration(parts))
  return state.owned
}

/** What we add to shared maps in this life, opened if there is nothing yet. */
export function openShared(parts: Parts): Owned {
  const { state } = parts
  state.shared ??= begin(parts, SHARED_CHANNEL, firstGeneration(parts), [])
  return state.shared
}

/** Of the streams that a life opens: on disk already where there is one. */
function firstGeneration(parts: Parts): number {
  return parts.state.keeping?.generation ?? Math.max(1, Math.floor(wallMs(parts)))
}

/** Begins the stream of our own keys anew, with the keys it had. */
function beginOwned(parts: Parts, generation: number): Owned {
  return begin(parts, OWN_CHANNEL, generation, keysToCarry(parts))
}

function begin(
  parts: Parts,
  channel: number,
  generation: number,
  carried: readonly Write[],
): Owned {
  const { config, state, now } = parts
  const owned = new Owned(state.store.open({ name: config.name, generation, channel }, now))
  const changes = state.store.update(owned.stream, (replica) => {
    // The first version says only that this life of ours has begun.
    const made = [...replica.write(undefined, now)]
    for (const write of carried) made.push(...replica.write({ ...write, kind: 'set' }, now))
    return made
  })
  state.store.watchExpiry(owned.stream, changes)
  tellChanges(parts, owned.stream, changes)
  expectSync(parts)
  return owned
}

/**
 * What the life before had added stays as it is, until this one has adopted it. If others have
 * adopted it, because we were gone for too long, only what they had not heard of is still ours.
 */
function beginShared(parts: Parts, generation: number): Owned {
  const { state } = parts
  const { ledger, shared, outlived, ending } = state
  const before = shared?.stream
  if (before === undefined) return begin(parts, SHARED_CHANNEL, generation, [])
  const upTo = outlived ? Number.MAX_SAFE_INTEGER : endOf(ledger.upTo(before.key), before)
  if (upTo === undefined) {
    // We do not hold yet what others have made of it: until then it stays.
    const toldUpTo = ending?.key === before.key ? ending.upTo : Number.MAX_SAFE_INTEGER
    return begin(parts, SHARED_CHANNEL, generation, unheard(before, toldUpTo))
  }
  const kept = unheard(before, upTo)
  // Nobody remembers that our former life is over: we say so ourselves.
  const carried = outlived ? [...kept, wordOf(parts, before, upTo)] : kept
  const anew = begin(parts, SHARED_CHANNEL, generation, carried)
  resync(parts, { before, upTo, anew })
  state.outlived = false
  return anew
}

/** Up to where a life of ours was adopted; a word that says more than there is, is a lie. */
function endOf(upTo: number | undefined, { replica }: Stream): number | undefined {
  return upTo !== undefined && upTo > replica.base ? 0 : upTo
}

/** What nobody has adopted of a life of ours. */
function unheard({ replica }: Stream, upTo: number): readonly Write[] {
  const entries = [...replica.above(upTo)].filter(({ kind }) => kind === 'set')
  return entries.map(({ key, value }) => ({ key, value: outliving(key, value), ttlMs: undefined }))
}

export interface Resync {
  readonly before: Stream
  /** Others have adopted everything up to this version. */
  readonly upTo: number
  readonly anew: Owned
}

/** A former life is over, and we hold what others made of it: we take the rest from them, too. */
export function resync(parts: Parts, { before, upTo, anew }: Resync): void {
  const { key, replica } = before
  const kept = [...replica.above(upTo)].filter(({ kind }) => kind === 'set').length
  forgetOthers(parts, key, new Set([anew.stream.key, ...parts.state.ledger.holdersOf(key)]))
  notify(parts, { kind: 'resync', kept, dropped: replica.size - kept })
  const text = 'this node was evicted while it was away; it takes the shared maps of the others'
  log(parts, 'warn', 'state-resync', text, { kept })
}

function wordOf(parts: Parts, { name, generation }: Stream, upTo: number): Write {
  const entry = { name, generation, upTo, atMs: wallMs(parts) }
  return { key: ledgerKeyOf(entry), value: encodeLedger(entry), ttlMs: undefined }
}

/**
 * What others had added before we were away may be over by now: it comes anew from them. Streams
 * that say that a life of ours is over have in them what was adopted of it.
 */
function forgetOthers(parts: Parts, over: string, stay: ReadonlySet<string>): void {
  const { store, newcomers } = parts.state
  for (const stream of [...store.streams]) {
    const { channel, key } = stream
    if (channel !== SHARED_CHANNEL || stay.has(key)) continue
    if (key !== over) setAside(parts, stream)
    dropShared(parts, stream)
  }
  for (const { name } of parts.members.pick(ASKED_AT_ONCE, partnerTest(parts))) newcomers.add(name)
  expectTask(parts, 'sync', parts.now)
}

const ASKED_AT_ONCE = 3

/**
 * They may have finished with some of it. But until it has come anew we may be the last that
 * holds a write: it is taken again, late, as from anybody. After a month nobody knows what is over.
 */
function setAside({ state, now }: Parts, stream: Stream): void {
  if (state.outlived) return
  const piece = stream.replica.deltaAbove(0, { nowMs: now, bytesMax: ALL, entriesMax: ALL })
  if (piece === undefined) return
  state.aside ??= new Aside(ASIDE_LIMITS)
  state.aside.add(segmentOf(stream, piece), now)
}

const ALL = Number.POSITIVE_INFINITY
const ASIDE_LIMITS = { streamsMax: STREAMS_HELD_MAX, bytesMax: STATE_BYTES_HELD_MAX }

/** What our stream holds now; before there is one, what the lives before have left on disk. */
function keysToCarry(parts: Parts): readonly Write[] {
  const { state, config, now } = parts
  const before = state.store.find(config.name)
  if (before === undefined) {
    const at = wallMs(parts)
    const former = state.keeping?.formerKeys(at) ?? []
    return former.map(({ key, value, endsMs }) => ({
      ...{ key, value },
      ttlMs: endsMs === undefined ? undefined : endsMs - at,
    }))
  }
  const entries = [...before.replica.entries].filter(({ kind }) => kind === 'set')
  return entries.map(({ key, value, expiresMs }) => ({
    ...{ key, value },
    ttlMs: expiresMs === Number.POSITIVE_INFINITY ? undefined : expiresMs - now,
  }))
}

// ---- claiming our name again ------------------------------------------------------------

/**
 * Somebody holds a stream of our name that we did not write in this life: what was ours
 * before a restart is over, and what we have now shall count from here on.
 */
export function reclaim(parts: Parts, held: Reach & { readonly channel: number }): void {
  const { state } = parts
  const { channel, generation, base } = held
  const own = (channel === OWN_CHANNEL ? state.owned : state.shared)?.stream
  const isOurs =
    own !== undefined &&
    (generation < own.generation || (generation === own.generation && base <= own.replica.base))
  if (isOurs || !isSharing(parts)) return
  if (isFutureLife(parts, generation)) return drop(parts, 'state_generation')
  state.renewing.add(channel)
  if (state.keeping?.isAskedAbove(generation) === true) return
  if (!state.reclaims.spend(parts.now)) return drop(parts, 'state_reclaim')
  requestLife(parts, generation)
}

/** Begins a life above `above`: at once, or once the host has it on disk. */
function requestLife(parts: Parts, above: number): void {
  const { keeping } = parts.state
  const generation = Math.max(1, Math.floor(wallMs(parts)), above + 1)
  if (keeping === undefined) return lifeBegun(parts, generation)
  // The life that is on disk may be above already, and not begun in this channel.
  if (keeping.generation > above) return lifeBegun(parts, keeping.generation)
  keeping.asked = generation
  parts.effects.unshift({ kind: 'keep', records: [{ record: 'life', generation }] })
}

/** A new life of ours begins: what we have now counts from here on. */
export function lifeBegun(parts: Parts, generation: number): void {
  const { state } = parts
  if (state.keeping !== undefined) state.keeping.generation = generation
  if (!isSharing(parts)) return
  for (const channel of state.renewing) renew(parts, channel, generation)
  state.renewing.clear()
}

function renew(parts: Parts, channel: number, generation: number): void {
  const { state, counters, config, now } = parts
  const own = (channel === OWN_CHANNEL ? state.owned : state.shared)?.stream
  if ((own?.generation ?? 0) >= generation) return
  if (channel === OWN_CHANNEL) state.owned = beginOwned(parts, generation)
  else state.shared = beginShared(parts, generation)
  counters.add('state_generations_total')
  log(parts, 'info', 'state-generation', 'replaced what an earlier life of this name had shared', {
    member: config.name,
  })
  expectTask(parts, 'tell', now)
}
