// What everybody was told by whoever wrote it, and may have been lost on the way. The ring makes
// that good: each member passes such news on to its two neighbours, at leisure, all that is
// new in one packet, and again until it hears the same from them, or has their receipt: a
// record of how far they hold the stream. So everybody is seen to by two others.
// docs/decisions/0010-writers-tell-all.md has what else was tried.

import type { Millis } from '../io.ts'
import type { Parts } from '../parts.ts'
import { recordOf } from '../state/digest.ts'
import type { StateRumorItem } from '../state/rumor-pool.ts'
import { streamKeyOf } from '../state/stream-id.ts'
import type { Member } from '../swim/member.ts'
import type { StateRumor } from '../wire/state-messages.ts'
import type { StreamRecord } from '../wire/state-parts.ts'
import { tellMember } from './rumors.ts'
import { expectTask, isSharing, partnerTest } from './telling.ts'

/** First the writer's own word is waited for. */
const PASS_MS = 20
/** There is nothing to pass on now, but perhaps later. */
const LOOK_AGAIN_MS = 60
/** A neighbour that has not answered in this time may not have heard us. */
const RETRY_MS = 250
/** So often told, a segment is left to others and to comparisons. */
const SENDS_ENOUGH = 8
/** Receipts in one packet, and those that one neighbour waits for. */
const RECEIPTS_MAX = 16
const OWED_MAX = 1024

/** Sees to it that what everybody was told is passed on before long. */
export function expectPassing(parts: Parts, waitMs: Millis = PASS_MS): void {
  const { state, random, now } = parts
  const soonest = now + waitMs * (0.5 + random.fraction())
  expectTask(parts, 'pass-on', Math.max(soonest, state.passes.nextAt(now)))
}

/** Takes receipts, and owes one to a neighbour for what it told. */
export function heardByAll(parts: Parts, { segments, haves }: StateRumor, member: Member): void {
  const { rumors, store, receipts } = parts.state
  for (const have of haves) {
    const stream = store.at(have.place)
    if (stream !== undefined) rumors.confirm(stream.key, have, member.name)
  }
  if (segments.length === 0) return
  if (neighbours(parts).includes(member)) {
    const owed = receipts.get(member.name) ?? new Set()
    receipts.set(member.name, owed)
    for (const segment of segments) if (owed.size < OWED_MAX) owed.add(streamKeyOf(segment))
  }
  expectPassing(parts)
}

/** Tells a neighbour, or somebody else, all that it is to be told now. */
export function passOn(parts: Parts): void {
  const { state } = parts
  const isConfirmed = confirmedBy(isSharing(parts) ? neighbours(parts) : [])
  state.rumors.drop((item) => item.toAll && isConfirmed(item))
  const items = state.rumors.items.filter(({ toAll }) => toAll)
  for (let tries = 0; tries < TURNS; tries++) {
    const { receiver, isDue } = nextTurn(parts, items)
    if (receiver === undefined) continue
    const due = items.filter(isDue)
    const haves = receiptsFor(parts, receiver)
    if (due.length + haves.length === 0) continue
    state.passes.spend(parts.now)
    tellMember(parts, receiver, { items: due, haves, toAll: true })
    return expectPassing(parts)
  }
  state.receipts.clear()
  if (items.length > 0) expectPassing(parts, LOOK_AGAIN_MS)
  else state.turn = 0
}

/** How far we hold what a neighbour told us of, as many as one packet takes. */
function receiptsFor({ state, now }: Parts, { name }: Member): readonly StreamRecord[] {
  const owed = state.receipts.get(name) ?? new Set()
  const records: StreamRecord[] = []
  for (const key of owed) {
    if (records.length === RECEIPTS_MAX) break
    owed.delete(key)
    const stream = state.store.find(key)
    if (stream !== undefined) records.push(recordOf(stream, now))
  }
  return records
}

function neighbours(parts: Parts): readonly Member[] {
  return parts.members.neighbours(partnerTest(parts))
}

/** Whether nobody waits for our word: both neighbours have it. */
function confirmedBy(members: readonly Member[]): (item: StateRumorItem) => boolean {
  return ({ sends, reached }) =>
    sends >= SENDS_ENOUGH || members.every(({ name }) => reached.isConfirmed(name))
}

// ---- whose turn it is -------------------------------------------------------------------------

/** Two neighbours, and one at random. */
const TURNS = 3

interface Turn {
  readonly receiver: Member | undefined
  readonly isDue: (item: StateRumorItem) => boolean
}

function nextTurn(parts: Parts, items: readonly StateRumorItem[]): Turn {
  const turn = parts.state.turn++ % TURNS
  if (turn === TURNS - 1) return randomTurn(parts, items)
  const receiver = neighbours(parts)[turn]
  const isDue = (item: StateRumorItem) =>
    receiver !== undefined && isDueFor(item, receiver, parts.now)
  return { receiver, isDue }
}

/** A neighbour is told, and told again, while it is not known to have it. */
function isDueFor({ reached }: StateRumorItem, { name }: Member, nowMs: Millis): boolean {
  return !reached.isConfirmed(name) && nowMs - reached.toldMs(name) >= RETRY_MS
}

/** Neighbours may be out of reach: what they do not confirm goes to somebody else, too. */
function randomTurn(parts: Parts, items: readonly StateRumorItem[]): Turn {
  const isLate = ({ atMs }: StateRumorItem) => parts.now - atMs >= RETRY_MS
  const late = items.filter(isLate)
  if (late.length === 0) return { receiver: undefined, isDue: isLate }
  const isPartner = partnerTest(parts)
  const lacksAny = (member: Member) => late.some(({ reached }) => !reached.has(member.name))
  const [receiver] = parts.members.pick(1, (member) => isPartner(member) && lacksAny(member))
  const isDue = (item: StateRumorItem) =>
    receiver !== undefined && isLate(item) && !item.reached.has(receiver.name)
  return { receiver, isDue }
}
