// Streams of shared maps whose author writes them no more: it lives a newer life, said goodbye,
// was gone for too long, or was removed. They stay as they are until somebody has adopted them:
// the author itself if it is back, else the member that a hash chooses, else the next in its
// order (rendezvous hashing, Thaler and Ravishankar 1998). Nobody adopts on the smaller side of
// a partition, nor soon after somebody came, who may know better.

import { type Parts, wallMs } from '../parts.ts'
import { decodeLedger, isLedgerKey } from '../state/ledger.ts'
import { mix, placeOf } from '../state/place.ts'
import type { Seen } from '../state/roster.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL } from '../state/stream-id.ts'
import { isAnyAhead } from './acknowledging.ts'
import { adopt, close, sayEvicted } from './adopting.ts'
import { keepCompany } from './keeping.ts'
import { reclaim } from './lives.ts'
import { evictAfterMs, isPressed } from './pressing.ts'
import { takeAside } from './returning.ts'
import type { Ending } from './shared-state.ts'
import { expectTask, isSharing, ORPHANS_EVERY_MS } from './telling.ts'
import { deleteEntry } from './writing.ts'

const DAY_MS = 24 * 3_600_000
/** A stream that still comes in is not adopted yet. */
const SETTLED_MS = 2000
/** What is left of a large stream is adopted this soon. */
const NEXT_SLICE_MS = 10
/** After somebody came nobody is evicted for so long: it may bring the word that we were. */
const QUIET_MS = 60_000
/** The next in order waits so much longer. */
const RANK_MS = 30_000
/** Who comes back so long after its eviction is told of it by nobody. */
const LEDGER_KEPT_MS = 30 * DAY_MS
/** Until then the word of it stays, and a little longer. */
const LEDGER_ENTRY_KEPT_MS = LEDGER_KEPT_MS + DAY_MS
/** Of our own; beyond it the oldest go before their time. */
const LEDGER_ENTRIES_MAX = 2000

/** Looks at who is there and which streams are to be adopted, or are over. */
export function tendOrphans(parts: Parts): void {
  const { state, now } = parts
  lookAtRoster(parts)
  keepCompany(parts)
  takeAside(parts)
  const isDone = !isSharing(parts) || adoptSome(parts)
  evictSilent(parts)
  if (!state.store.hasShared) return
  expectTask(parts, 'orphans', now + (isDone ? ORPHANS_EVERY_MS : NEXT_SLICE_MS))
}

/** Closes what is over, and adopts what is due, a slice at a time; true once nothing is left. */
function adoptSome(parts: Parts): boolean {
  closeStreams(parts)
  const orphans = orphansOf(parts)
  forgetStuck(parts, orphans)
  for (const orphan of orphans) {
    if (!isDue(parts, orphan)) continue
    if (!adopt(parts, orphan)) return false
    closeStreams(parts)
  }
  for (const name of parts.state.removed) {
    const isBack = parts.state.roster.living.has(name)
    if (isBack || parts.state.store.livesOf(name).length === 0) parts.state.removed.delete(name)
  }
  trimLedger(parts)
  return true
}

/**
 * Adopts what a member has left behind at once: an operator says that it will not return. False
 * if it has left nothing, and was not waited for.
 */
export function evictNow(parts: Parts, name: string): boolean {
  const { roster, store, removed } = parts.state
  const wasAwaited = roster.absentFor(name, parts.now) !== undefined
  roster.evict(name)
  if (store.livesOf(name).length === 0) return wasAwaited
  removed.add(name)
  expectTask(parts, 'orphans', parts.now)
  return true
}

/** No room is wanted any more for what its author writes again, or others have taken over. */
function forgetStuck({ state }: Parts, orphans: readonly Stream[]): void {
  const { unadoptable, closing } = state
  for (const key of unadoptable) {
    const isLeft = closing.has(key) || orphans.some((orphan) => orphan.key === key)
    if (!isLeft) unadoptable.delete(key)
  }
}

/** Streams that are over by the ledger go, one by one. */
function closeStreams(parts: Parts): void {
  const { closing } = parts.state
  for (const [key, entry] of closing) if (close(parts, entry)) closing.delete(key)
}

// ---- who is there ---------------------------------------------------------------------------

/** Looks at who is alive, gone, and away for good. */
export function lookAtRoster(parts: Parts): void {
  const { state, members, departed, now } = parts
  const living = new Set<string>([members.self.name])
  const gone: Seen[] = []
  const left: string[] = []
  for (const { name, status, hearsay, sinceMs } of members.rows) {
    if (status === 'left') left.push(name)
    else if (!hearsay) continue
    else if (status === 'dead') gone.push({ name, sinceMs })
    else living.add(name)
  }
  for (const { name, status, hearsay, sinceMs } of departed.views) {
    if (status === 'left') left.push(name)
    else if (hearsay && !living.has(name)) gone.push({ name, sinceMs })
  }
  rememberGoodbyes(state, living, left)
  const cutOffMs = state.roster.look(living, gone, left, now)
  if (cutOffMs > 0) returned(parts, cutOffMs)
  for (const name of state.store.authors) {
    if (!state.saidGoodbye.has(name)) state.roster.miss(name, now)
  }
}

/** Away for so long, we were evicted, and nobody may know any more: nothing of ours counts. */
function returned(parts: Parts, cutOffMs: number): void {
  const { state, config } = parts
  const { shared } = state
  if (config.stateEvictAfterMs === 0 || shared === undefined) return
  if (cutOffMs < config.stateEvictAfterMs + LEDGER_KEPT_MS) return
  state.outlived = true
  const base = Number.POSITIVE_INFINITY
  reclaim(parts, { channel: SHARED_CHANNEL, generation: shared.stream.generation, base })
}

/** The goodbye of an author is remembered for as long as what it wrote. */
function rememberGoodbyes(
  { saidGoodbye, store }: Parts['state'],
  living: ReadonlySet<string>,
  left: readonly string[],
): void {
  for (const name of left) if (store.livesOf(name).length > 0) saidGoodbye.add(name)
  for (const name of saidGoodbye) {
    if (living.has(name) || store.livesOf(name).length === 0) saidGoodbye.delete(name)
  }
}

/** Members that added nothing have nothing to be adopted. */
function evictSilent(parts: Parts): void {
  const { state, config, now } = parts
  const { roster, store } = state
  if (config.stateEvictAfterMs === 0) return
  const afterMs = evictAfterMs(parts)
  for (const name of [...roster.absent]) {
    if (!roster.hasMajority || store.livesOf(name).length > 0) continue
    const absentMs = roster.absentFor(name, now) ?? 0
    if (absentMs < afterMs) continue
    roster.evict(name)
    if (absentMs < config.stateEvictAfterMs) sayEvicted(parts, name)
  }
}

// ---- which are to be adopted ----------------------------------------------------------------

function orphansOf({ state }: Parts): readonly Stream[] {
  const { store, shared, ledger, roster } = state
  return store.streams.filter((stream) => {
    const { name, channel, key } = stream
    if (channel !== SHARED_CHANNEL || stream === shared?.stream || ledger.isClosed(key))
      return false
    return !roster.living.has(name) || store.livesOf(name).at(-1) !== stream
  })
}

function isDue(parts: Parts, orphan: Stream): boolean {
  const { state, config, now } = parts
  const { roster } = state
  if (state.removed.has(orphan.name) && !roster.living.has(orphan.name)) return true
  // Who comes from disk remembers how many there were, and nobody of them.
  const isMost = state.keeping?.isMajority(roster.living.size) ?? true
  if (!isMost || !roster.hasMajority || now - orphan.changedMs < SETTLED_MS) return false
  if (orphan.name === config.name) {
    if (state.ending?.key === orphan.key && isEnderHere(parts, state.ending)) return false
    // From disk, and alone, we cannot know whether we were evicted while we were away.
    if (roster.living.size === 1 || isAnyAhead(parts)) return false
    return now - roster.arrivedMs >= QUIET_MS
  }
  // It is back, and adopts what it wrote before by itself.
  if (roster.living.has(orphan.name)) return false
  // Who is pressed waits for nobody: adopting twice does no harm.
  const waitMs = isPressed(parts) ? 0 : RANK_MS * rankOf(parts, orphan)
  // Who said goodbye does not come back with this life: there is nothing to wait for.
  if (state.saidGoodbye.has(orphan.name)) return now - orphan.changedMs >= SETTLED_MS + waitMs
  if (config.stateEvictAfterMs === 0 || now - roster.arrivedMs < QUIET_MS) return false
  const absentMs = roster.absentFor(orphan.name, now) ?? 0
  return absentMs >= evictAfterMs(parts) + waitMs
}

/** Who has ended a life of ours has adopted it, and will show us: unless that went with its life. */
function isEnderHere({ state, now }: Parts, { by, overMs = now }: Ending): boolean {
  return state.roster.living.has(by) && now - overMs < QUIET_MS
}

/** Our place in the order of those who may adopt a stream: 0 is the first. */
function rankOf({ state, config }: Parts, { place }: Stream): number {
  const ours = scoreOf(config.name, place)
  let rank = 0
  for (const name of state.roster.living) {
    const score = scoreOf(name, place)
    if (score > ours || (score === ours && name < config.name)) rank++
  }
  return rank
}

function scoreOf(name: string, { high, low }: Stream['place']): number {
  const own = placeOf(name)
  return mix(mix(own.high ^ high) + (own.low ^ low)) >>> 0
}

// ---- forgetting -----------------------------------------------------------------------------

function trimLedger(parts: Parts): void {
  const { shared, ledger } = parts.state
  if (shared === undefined || ledger.size === 0) return
  const entries = [...shared.stream.replica.entries].filter(
    ({ key, kind }) => isLedgerKey(key) && kind === 'set',
  )
  const tooMany = entries.length - LEDGER_ENTRIES_MAX
  const oldestMs = wallMs(parts) - LEDGER_ENTRY_KEPT_MS
  entries.forEach(({ key, value }, index) => {
    const isOld = (decodeLedger(key, value)?.atMs ?? 0) < oldestMs
    if (index < tooMany || isOld) deleteEntry(parts, shared, key)
  })
}
