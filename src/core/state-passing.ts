// What everybody was told by whoever wrote it, and may have been lost on the way. The ring makes
// that good: each member passes such news on to its two neighbours, at leisure, all that is
// new in one packet, and again to one of which it has not heard the same. So everybody is
// seen to by two others, and without loss each stretch of the ring is walked once each way.
// docs/decisions/0010-writers-tell-all.md has what else was tried.

import type { Millis } from './io.ts'
import type { Parts } from './parts.ts'
import type { StateRumorItem } from './state/rumor-pool.ts'
import { tellMember } from './state-rumors.ts'
import { expectTask, isSharing, partnerTest } from './state-telling.ts'
import type { Member } from './swim/member.ts'

/** First the writer's own word is waited for. */
const PASS_MS = 20
/** There is nothing to pass on now, but perhaps later. */
const LOOK_AGAIN_MS = 60
/** A neighbour that has not told us in this time what we told it may not have heard us. */
const RETRY_MS = 250
/** So often told, a segment is left to others and to comparisons. */
const SENDS_ENOUGH = 8

/** Sees to it that what everybody was told is passed on before long. */
export function expectPassing(parts: Parts, waitMs: Millis = PASS_MS): void {
  const { state, random, now } = parts
  const soonest = now + waitMs * (0.5 + random.fraction())
  expectTask(parts, 'pass-on', Math.max(soonest, state.passes.nextAt(now)))
}

/** Tells a neighbour, or somebody else, all that it is to be told now. */
export function passOn(parts: Parts): void {
  const { state } = parts
  const isConfirmed = confirmedBy(isSharing(parts) ? neighbours(parts) : [])
  state.rumors.drop((item) => item.toAll && isConfirmed(item))
  const items = state.rumors.items.filter(({ toAll }) => toAll)
  if (items.length === 0) {
    state.turn = 0
    return
  }
  for (let tries = 0; tries < TURNS; tries++) {
    const { receiver, isDue } = nextTurn(parts, items)
    const due = items.filter(isDue)
    if (receiver === undefined || due.length === 0) continue
    state.passes.spend(parts.now)
    tellMember(parts, receiver, { items: due, haves: [], toAll: true })
    return expectPassing(parts)
  }
  expectPassing(parts, LOOK_AGAIN_MS)
}

function neighbours(parts: Parts): readonly Member[] {
  return parts.members.neighbours(partnerTest(parts))
}

/** Whether nobody waits for our word: both neighbours have it, and know that we do. */
function confirmedBy(members: readonly Member[]): (item: StateRumorItem) => boolean {
  return ({ sends, heardFrom, toldMsByName }) =>
    sends >= SENDS_ENOUGH ||
    members.every(({ name }) => heardFrom.has(name) && toldMsByName.has(name))
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

/** A neighbour is told once, and again while it has not told us. */
function isDueFor(item: StateRumorItem, { name }: Member, nowMs: Millis): boolean {
  const toldMs = item.toldMsByName.get(name)
  if (toldMs === undefined) return true
  return !item.heardFrom.has(name) && nowMs - toldMs >= RETRY_MS
}

/** Neighbours may be out of reach: what they do not confirm goes to somebody else, too. */
function randomTurn(parts: Parts, items: readonly StateRumorItem[]): Turn {
  const isLate = ({ atMs }: StateRumorItem) => parts.now - atMs >= RETRY_MS
  const late = items.filter(isLate)
  if (late.length === 0) return { receiver: undefined, isDue: isLate }
  const isPartner = partnerTest(parts)
  const lacksAny = (member: Member) => late.some((item) => lacks(member, item))
  const [receiver] = parts.members.pick(1, (member) => isPartner(member) && lacksAny(member))
  const isDue = (item: StateRumorItem) =>
    receiver !== undefined && isLate(item) && lacks(receiver, item)
  return { receiver, isDue }
}

function lacks({ name }: Member, { heardFrom, toldMsByName }: StateRumorItem): boolean {
  return !heardFrom.has(name) && !toldMsByName.has(name)
}
