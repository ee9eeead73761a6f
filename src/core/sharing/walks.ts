// The doors of replicated state for the rest of the machine: receive[message] and due[task]
// once more, for state alone.

import type { Address } from '../base/address.ts'
import { drop, log, type Parts } from '../parts.ts'
import type { Member } from '../swim/member.ts'
import type { DropReason } from '../wire/limits.ts'
import { decodeStateMessage } from '../wire/state-messages.ts'
import { ackTick, settleAcks } from './acks.ts'
import { beatTick, receiveBeats } from './beats.ts'
import { fetchTick, noteAnswer } from './fetching.ts'
import { askLastWords } from './last-words.ts'
import { leaseTick } from './leasing.ts'
import { flushTick } from './leaving.ts'
import { tendOrphans } from './orphans.ts'
import { collectGraves, expireKeys } from './owning.ts'
import { passOn } from './passing.ts'
import { receiveRoll } from './roll-call.ts'
import type { StateTask } from './shared-state.ts'
import { receiveRumor, tellState, tellStateAgain } from './spreading.ts'
import { lookAtStalled } from './stalling.ts'
import { tendSweep, withdrawSome } from './sweeping.ts'
import { receiveSync, syncTick } from './syncing.ts'
import { isSharing, relieve } from './telling.ts'

export const stateDue: Readonly<Record<StateTask, (parts: Parts) => void>> = {
  tell: tellState,
  'tell-again': tellStateAgain,
  'pass-on': passOn,
  sync: (parts) => {
    syncTick(parts)
    beatTick(parts)
  },
  expire: expireKeys,
  leases: leaseTick,
  collect: collectGraves,
  acks: ackTick,
  fetch: fetchTick,
  orphans: (parts) => {
    tendOrphans(parts)
    tendSweep(parts)
    askLastWords(parts)
  },
  flush: flushTick,
  withdraw: withdrawSome,
  relief: relieve,
  stalls: lookAtStalled,
}

/** Handles a message of state that came in a packet; only members are listened to. */
export function receiveState(parts: Parts, payload: Uint8Array, from: Address): void {
  const member = parts.members.findByAddress(from.key)
  if (member === undefined || member.isGone) return drop(parts, 'stranger')
  if (!isSharing(parts)) return drop(parts, 'state_unshared')
  if (parts.state.faults.isIgnored(member.name, parts.now)) return drop(parts, 'state_ignored')
  const message = decodeStateMessage(payload)
  if (typeof message === 'string') return refuse(parts, message, member)
  parts.counters.add('state_messages_received_total')
  if (message.kind === 'rumor') return receiveRumor(parts, message, member)
  if (message.kind === 'beats') return receiveBeats(parts, message.beats)
  if (message.kind === 'roll') return receiveRoll(parts, message, member)
  if (message.kind !== 'sync') return drop(parts, 'type')
  receiveSync(parts, message, member)
  settleAcks(parts)
  noteAnswer(parts, message, member.name)
}

/** Whoever sends much that is whole and makes no sense is not listened to for a minute. */
function refuse(parts: Parts, reason: DropReason, { name: member }: Member): void {
  drop(parts, reason)
  const isWhole = reason === 'msgpack'
  if (!isWhole || !parts.state.faults.note(member, parts.now)) return
  parts.counters.add('state_ignored_members_total')
  const text = 'a member sends state that makes no sense; what it sends is ignored for a minute'
  log(parts, 'warn', 'state-ignored', text, { member })
}
