// Beats travel beside comparisons, to one more member each time: our own, and the newest we have
// heard. What comes of it is advice: the phi of a member, and a notice when one whom pings
// reach has long been silent. Off unless `stateBeat` is set, and in clusters above 300.

import { drop, notify, type Parts, wallMs } from '../parts.ts'
import type { Beat } from '../state/beats.ts'
import { encodeBeats } from '../wire/state-messages.ts'
import { payloadRoom, sendState } from './rumors.ts'
import { isFutureLife } from './slots.ts'
import { isSharing, partnerTest } from './telling.ts'

const MEMBERS_MAX = 300
/** Beats in one message; in larger clusters a member's comes less often. */
const BEATS_MAX = 64
/** We were stopped for so long ourselves that nobody is blamed. */
const OWN_PAUSE_MS = 2000

/** Beats, unless it has just done so: comparisons hurry while there are differences. */
export function beatTick(parts: Parts): void {
  const { state, config, members, now } = parts
  if (!config.stateBeat || members.size > MEMBERS_MAX || !isSharing(parts)) return
  const every = config.stateSyncIntervalMs
  const sinceMs = now - state.beatMs
  if (sinceMs < every / 2) return
  if (state.beatMs > 0 && sinceMs > every + OWN_PAUSE_MS) state.beats.postpone(sinceMs - every)
  state.beatMs = now
  lookForSilence(parts)
  const [receiver] = members.pick(1, partnerTest(parts))
  if (receiver === undefined) return
  const own = { name: config.name, beat: state.beats.next(wallMs(parts)) }
  const payload = encodeBeats([own, ...state.beats.newest(BEATS_MAX - 1)], payloadRoom(parts))
  if (state.egress.spend(now, payload.length)) sendState(parts, receiver, payload)
}

/** Notes beats of members; of others, and of the far future, nothing is kept. */
export function receiveBeats(parts: Parts, beats: readonly Beat[]): void {
  const { state, config, members, now } = parts
  if (!config.stateBeat || members.size > MEMBERS_MAX) return
  const isPartner = partnerTest(parts)
  for (const beat of beats) {
    const member = members.find(beat.name)
    if (member === undefined || !isPartner(member)) continue
    if (isFutureLife(parts, beat.beat)) drop(parts, 'state_beat')
    else state.beats.note(beat, now, expectedMs(parts))
  }
}

/** One message brings 64 beats: a member's comes with every so many of them. */
function expectedMs({ config, members }: Parts): number {
  return config.stateSyncIntervalMs * Math.max(1, members.size / BEATS_MAX)
}

function lookForSilence(parts: Parts): void {
  const { state, members, now } = parts
  const isPartner = partnerTest(parts)
  state.beats.keep((name) => {
    const member = members.find(name)
    return member !== undefined && isPartner(member)
  })
  for (const member of members.rows) {
    member.phi = state.beats.phi(member.name, now)
    const silentMs = state.beats.silence(member.name, now)
    if (silentMs === undefined) continue
    notify(parts, { kind: 'state-silent', node: member.name, phi: member.phi ?? 0, silentMs })
  }
}
