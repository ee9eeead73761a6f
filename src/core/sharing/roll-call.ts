// Whether those a sweep is about are all who count. Who has begun lately does not know who was
// missing by then, and may come back with what it holds: so everybody is asked who is missing, and
// a sweep waits for whom anybody names, until it is back, or evicted there. Who meets nobody cannot
// ask; it is alone only if its configuration, and its disk, know of no others, and it sought none.

import { drop, type Parts } from '../parts.ts'
import type { Sweep } from '../state/sweep.ts'
import type { Member } from '../swim/member.ts'
import { encodeRoll, encodeRollQuestion, type StateRoll } from '../wire/state-messages.ts'
import { lookAtRoster } from './orphans.ts'
import { payloadRoom, sendState } from './rumors.ts'
import { partnerTest } from './telling.ts'

/** Members asked at a time. */
const ASKED_MAX = 64

/** Asks those who have not told who is missing, and again those who name somebody else. */
export function askWhoIsMissing(parts: Parts, sweep: Sweep): void {
  const { state, members, now } = parts
  const isPartner = partnerTest(parts)
  let left = ASKED_MAX
  for (const name of sweep.members) {
    const missing = sweep.missingBy(name)
    if (missing?.every((one) => isAccountedFor(parts, one)) === true) continue
    const member = members.find(name)
    if (member === undefined || !isPartner(member)) continue
    const payload = encodeRollQuestion()
    if (left-- === 0 || !state.egress.spend(now, payload.length)) return
    sendState(parts, member, payload)
  }
}

/** What a sweep waits for before it may be sure to be about all; empty if it is. */
export function notAccountedFor(parts: Parts, sweep: Sweep): readonly string[] {
  const { seeds, state, members } = parts
  const { roster, keeping } = state
  if (keeping?.isMajority(roster.living.size) === false) return [FORMER_COMPANY]
  const isSelf = ({ address }: { readonly address: Member['address'] }) =>
    address.equals(members.self.address)
  const isLoneSeed = seeds.targets.length > 0 && seeds.targets.every(isSelf)
  const hasOthers = seeds.wereSought || (seeds.areConfigured && !isLoneSeed)
  const isAlone = roster.size === 1 && hasOthers
  if (isAlone) return [SEEDS]
  const named = [...sweep.members].flatMap((name) => sweep.missingBy(name) ?? [])
  const strangers = named.filter((name) => !isAccountedFor(parts, name))
  return [...new Set([...sweep.untold, ...strangers])]
}

/** In the place of names that we do not know. */
const SEEDS = 'its seeds'
const FORMER_COMPANY = 'most of those who counted before its restart'

/** It counts here, too, or does no more. */
function isAccountedFor({ state, members, departed, config }: Parts, name: string): boolean {
  const hasLeft = (members.find(name) ?? departed.find(name))?.status === 'left'
  return name === config.name || hasLeft || state.roster.knows(name) || state.saidGoodbye.has(name)
}

/** Answers who is missing, or notes what somebody answers. */
export function receiveRoll(parts: Parts, { asks, isCut, missing }: StateRoll, from: Member): void {
  const { state, now } = parts
  if (!asks) {
    if (!isCut) state.sweep?.tell(from.name, missing)
    return
  }
  if (!state.answers.spend(now)) return drop(parts, 'state_answers')
  lookAtRoster(parts)
  const payload = encodeRoll([...state.roster.absent], payloadRoom(parts))
  if (state.egress.spend(now, payload.length)) sendState(parts, from, payload)
}
