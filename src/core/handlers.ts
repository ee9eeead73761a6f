// receive[message] and due[timer]: the two tables that say what happens when. Each entry
// carries values between parts; the walks themselves are in the files named by the imports.

import { closeQuestion, compareTimedOut } from './asking.ts'
import type { Address } from './base/address.ts'
import { leaveEnded, sayGoodbye } from './commands.ts'
import { continueMerging } from './merging.ts'
import type { Parts, Timer } from './parts.ts'
import { earlyPushPull, healTick, pushPullTick, retrySeeds } from './periodic.ts'
import {
  ackTimedOut,
  endRound,
  goIndirect,
  probeTick,
  receiveAck,
  receiveIndirectPing,
  receiveNack,
  receivePing,
  relayIsSlow,
} from './probing.ts'
import { gossipRound, tellEagerly } from './rumors.ts'
import { continueAbsorbing } from './sharing/absorbing.ts'
import { stateDue } from './sharing/walks.ts'
import { continueReading, streamTimedOut } from './streams.ts'
import type { Member } from './swim/member.ts'
import { receiveUser } from './users.ts'
import { carry, refute } from './verdicts.ts'
import type { Message } from './wire/messages.ts'

/** Where a message came from: the datagram's source, and the member there, if any. */
export interface Source {
  readonly from: Address
  readonly member: Member | undefined
  /** Size of that datagram. */
  readonly sizeBytes: number
}

type Receive = {
  readonly [K in Message['kind']]: (
    parts: Parts,
    message: Extract<Message, { kind: K }>,
    source: Source,
  ) => void
}

export const receive: Receive = {
  ping: (parts, ping, source) => receivePing(parts, ping, source),
  indirectPing: (parts, ask, { from }) => receiveIndirectPing(parts, ask, from),
  ack: (parts, ack, { from }) => receiveAck(parts, ack, from),
  nack: (parts, nack) => receiveNack(parts, nack),
  alive: (parts, alive, source) => {
    carry(parts, parts.membership.alive(alive, parts.now), alive.node, heardFrom(source))
  },
  suspect: (parts, suspect, source) => {
    carry(parts, parts.membership.suspect(suspect, parts.now), suspect.node, heardFrom(source))
  },
  dead: (parts, dead, source) => {
    carry(parts, parts.membership.dead(dead, parts.now), dead.node, heardFrom(source))
  },
  user: (parts, { payload }, { from, member }) => {
    receiveUser(parts, payload, from, member?.name ?? '')
  },
}

function heardFrom({ member }: Source): {
  readonly how: 'packet'
  readonly via: string | undefined
} {
  return { how: 'packet', via: member?.name }
}

type DueTable = {
  readonly [K in Timer['kind']]: (
    parts: Parts,
    timer: Extract<Timer, { kind: K }>,
    dueMs: number,
  ) => void
}

export const due: DueTable = {
  'probe-tick': (parts, _timer, dueMs) => probeTick(parts, dueMs),
  'probe-direct': (parts) => goIndirect(parts),
  'probe-end': (parts) => endRound(parts),
  ack: (parts, { seqNo }) => ackTimedOut(parts, seqNo),
  nack: (parts, { seqNo }) => relayIsSlow(parts, seqNo),
  suspicion: (parts, { name }) => suspicionEnded(parts, name),
  refute: (parts) => {
    const { unanswered } = parts
    if (unanswered !== undefined) refute(parts, unanswered.incarnation, unanswered.by)
  },
  gossip: (parts) => gossipRound(parts),
  eager: (parts, { urgency }) => tellEagerly(parts, urgency),
  'push-pull': (parts) => pushPullTick(parts),
  compare: (parts, { name }) => compareTimedOut(parts, name),
  'early-push-pull': (parts) => earlyPushPull(parts),
  heal: (parts) => healTick(parts),
  seeds: (parts) => retrySeeds(parts),
  stream: (parts, { stream }) => streamTimedOut(parts, stream),
  'stream-hard': (parts, { stream }) => streamTimedOut(parts, stream),
  work: (parts) => {
    continueReading(parts)
    continueMerging(parts)
    continueAbsorbing(parts)
  },
  leave: (parts) => {
    sayGoodbye(parts)
    leaveEnded(parts, { kind: 'timeout' })
  },
  'leave-intent': (parts) => sayGoodbye(parts),
  question: (parts, { id }) => closeQuestion(parts, id),
  state: (parts, { task }) => stateDue[task](parts),
}

/** Nobody took the suspicion back in time: the member is dead to us. */
function suspicionEnded(parts: Parts, name: string): void {
  const member = parts.members.find(name)
  if (member?.suspicion === undefined) return
  const heldMs = parts.now - member.suspicion.startMs
  const { incarnation } = member
  const from = parts.members.self.name
  parts.casebook.add(name, { kind: 'dead', atMs: parts.now, by: from, incarnation, heldMs })
  carry(parts, parts.membership.dead({ node: name, incarnation, from }, parts.now), name, {
    how: 'own',
  })
}
