// Whom to tell of news, and when. Whoever writes tells everybody, if they are not too many and
// it has not just told too much: no other way costs fewer packets or less time, and the others
// see to what was lost (passing.ts). Else news goes at once to a few members, and each
// passes on what was news to it, until it was told often enough or came back. Either way
// comparisons find what was missed (syncing.ts). Why so: docs/decisions/0010-writers-tell-all.md.

import type { Parts } from '../parts.ts'
import { compare, sixteenthBit } from '../state/digest.ts'
import type { StateRumorItem } from '../state/rumor-pool.ts'
import { SHARED_CHANNEL } from '../state/stream-id.ts'
import type { Member } from '../swim/member.ts'
import type { StateRumor } from '../wire/state-messages.ts'
import { expectPassing, heardByAll } from './passing.ts'
import { startPull } from './pulling.ts'
import { fewReceivers, havesOf, queueSegment, sendsEnough, tellMember } from './rumors.ts'
import { takeSegment } from './taking.ts'
import { expectTask, isSharing, partnerTest } from './telling.ts'

/** Nobody tells more members than this directly. */
const ALL_MAX = 128
/** What came in is passed on within so short a time, with what else comes in meanwhile. */
const GATHER_MS = 5
/** What came back so often needs our voice no more. */
const ECHOES_ENOUGH = 2
/** The ration of bytes may be used up: time must pass before the next try. */
const AGAIN_MIN_MS = 20

// ---- telling ------------------------------------------------------------------------------

/** Tells what has not been told yet: ours since the last time, and what just came in. */
export function tellState(parts: Parts): void {
  const { state, now } = parts
  for (const owned of [state.owned, state.shared]) {
    if (owned?.hasUntold === true) queueSegment(parts, owned.takeSegment(now))
  }
  state.toldMs = now
  if (isSharing(parts)) tellAll(parts)
  tellSome(parts, 'news')
}

/** Tells again what has not been told often enough. */
export function tellStateAgain(parts: Parts): void {
  tellSome(parts, 'all')
}

/** Tells everybody what we wrote, as far as that is not too much; it needs no more haste then. */
function tellAll(parts: Parts): void {
  const { state, config } = parts
  const items = state.rumors.items.filter(
    ({ sends, segment }) => sends === 0 && segment.name === config.name,
  )
  const partners = items.length === 0 ? [] : partnersUpTo(parts, ALL_MAX)
  if (partners.length === 0) return
  const sizeBytes = items.reduce((sum, item) => sum + item.sizeBytes, 0)
  if (!state.toAll.spend(parts.now, partners.length * sizeBytes)) return
  for (const receiver of partners) tellMember(parts, receiver, { items, haves: [], toAll: true })
  for (const item of items) {
    item.toAll = true
    item.sends = 1
  }
  expectPassing(parts)
}

/** Everybody who may be sent state; nobody, if they are more than `max`. */
function partnersUpTo(parts: Parts, max: number): readonly Member[] {
  const isPartner = partnerTest(parts)
  const partners: Member[] = []
  for (const member of parts.members.rows) {
    if (!isPartner(member)) continue
    if (partners.length === max) return []
    partners.push(member)
  }
  return partners
}

/** News goes to neighbours on the ring and others; what was told before, to others alone. */
function tellSome(parts: Parts, which: 'news' | 'all'): void {
  const { rumors } = parts.state
  const receivers = isSharing(parts) ? fewReceivers(parts, which) : []
  // With nobody to tell there is nothing to wait for: newcomers compare.
  if (receivers.length === 0) return rumors.clear()
  const enough = sendsEnough(parts)
  rumors.drop((item) => {
    const { toAll, sends, echoes } = item
    if (toAll) return false
    return sends >= enough || echoes >= ECHOES_ENOUGH || haveAllBeenReached(parts, item)
  })
  const items = rumors.items.filter(
    ({ toAll, sends }) => !toAll && (which === 'all' || sends === 0),
  )
  const haves = havesOf(parts)
  for (const receiver of receivers) {
    const unknown = items.filter(({ reached }) => !reached.has(receiver.name))
    tellMember(parts, receiver, { items: unknown, haves })
  }
  rumors.streamsTold(receivers.length, enough)
  if (items.length + haves.length === 0) return
  const pauseMs = Math.max(AGAIN_MIN_MS, parts.config.gossipIntervalMs)
  expectTask(parts, 'tell-again', parts.now + pauseMs)
}

/** Nobody is left whom it could be told. */
function haveAllBeenReached(parts: Parts, { reached }: StateRumorItem): boolean {
  const isPartner = partnerTest(parts)
  for (const member of parts.members.rows) {
    if (isPartner(member) && !reached.has(member.name)) return false
  }
  return true
}

// ---- hearing ------------------------------------------------------------------------------

/** Takes what is news, passes it on, and pulls what was too large to be told. */
export function receiveRumor(parts: Parts, rumor: StateRumor, member: Member): void {
  const { toAll, segments } = rumor
  let hasNews = false
  for (const segment of segments) {
    const isShared = segment.channel === SHARED_CHANNEL
    if (takeSegment(parts, segment)) {
      parts.counters.add('state_rumors_new_total')
      if (isShared) parts.counters.add('state_rumors_shared_new_total')
      queueSegment(parts, segment, { from: member, toAll })
      hasNews = true
    } else {
      parts.counters.add('state_rumors_repeated_total')
      if (isShared) parts.counters.add('state_rumors_shared_repeated_total')
      parts.state.rumors.echo(segment, member.name)
    }
  }
  if (toAll) return heardByAll(parts, rumor, member)
  if (hasNews) expectTask(parts, 'tell', parts.now + GATHER_MS * parts.random.fraction())
  for (const have of rumor.haves) {
    const held = parts.state.store.at(have.place)
    const isOver = parts.state.ledger.isClosedPlace(have.place)
    const weLack = !isOver && (held === undefined || compare(held, have).weLack)
    if (weLack) startPull(parts, member, { mask: sixteenthBit(have.place), spreads: true })
  }
}
