// The walk of a probe (SWIM §4.1, Lifeguard §4, memberlist `probeNode`): whom to ping, what
// to do when no ack comes, and what a round came to. Also pings we send for others.

import { Address } from './base/address.ts'
import { openPing } from './dialling.ts'
import { drop, log, notify, type Parts } from './parts.ts'
import { tellWhoHears } from './rumors.ts'
import type { Member } from './swim/member.ts'
import type { AliveUpdate } from './swim/membership.ts'
import { ProbeRound } from './swim/probe.ts'
import { addEvidence, announceForgotten, carry, judgeAgain, trace } from './verdicts.ts'
import { pingMessage, viewOf } from './views.ts'
import {
  type Ack,
  encodeMessage,
  type IndirectPing,
  type Nack,
  type Ping,
} from './wire/messages.ts'

/** memberlist protocol versions from which a peer knows pings over streams, and nacks. */
const STREAM_PING_PROTOCOL = 3
const NACK_PROTOCOL = 4

/**
 * memberlist sends a nack after the whole probe timeout, when the asker's round has just
 * ended with its own defaults, so that it blames itself. A little sooner, it counts.
 */
const NACK_SHARE = 0.8

// ---- the probe round ------------------------------------------------------------------

/** The probe interval has come: start a round unless one is still running. */
export function probeTick(parts: Parts, dueMs: number): void {
  const { config, timers, now } = parts
  const every = config.probeIntervalMs
  const next = dueMs + every > now ? dueMs + every : now + every
  timers.set('probe-tick', next, { kind: 'probe-tick' })
  if (parts.probe !== undefined || parts.membership.leaving) return
  const { target, forgotten } = parts.members.nextToProbe(now - config.gossipToTheDeadMs)
  for (const member of forgotten) forget(parts, member)
  if (target !== undefined) startRound(parts, target)
}

function forget(parts: Parts, member: Member): void {
  trace(parts, member, member.status, 'forgotten', 'forgotten')
  if (!member.known) return
  const crowdedOut = parts.departed.add(viewOf(member))
  if (crowdedOut !== undefined) announceForgotten(parts, crowdedOut)
  for (const view of parts.departed.expire(parts.now)) announceForgotten(parts, view)
}

function startRound(parts: Parts, member: Member): void {
  const { config, now, outbox, timers, members } = parts
  const seqNo = parts.acks.expect({ kind: 'probe' })
  if (seqNo === undefined) return
  const endMs = now + parts.awareness.scale(config.probeIntervalMs)
  parts.probe = new ProbeRound(member, seqNo, now, endMs)
  parts.counters.add('probes_total')
  const ping = encodeMessage(pingTo(parts, member.name, seqNo))
  if (member.status === 'suspect' && config.buddyPings) {
    const { name: node, incarnation } = member
    const accusation = { kind: 'suspect', incarnation, node, from: members.self.name } as const
    outbox.sendAlone(member, [ping, encodeMessage(accusation)])
  } else {
    outbox.send(member.address, ping)
  }
  timers.set('probe-direct', Math.min(now + config.probeTimeoutMs, endMs), {
    kind: 'probe-direct',
    seqNo,
  })
  timers.set('probe-end', endMs, { kind: 'probe-end', seqNo })
}

function pingTo(parts: Parts, node: string, seqNo: number): Ping {
  return pingMessage(parts.members.self, node, seqNo)
}

/** The direct ping was not answered in time, or could not be sent: ask others, try a stream. */
export function goIndirect(parts: Parts): void {
  const { probe, config, members } = parts
  if (probe === undefined || probe.isIndirect) return
  probe.indirectMs = parts.now
  parts.timers.clear('probe-direct')
  parts.counters.add('probes_indirect_total')
  const { member, seqNo } = probe
  const relays = members.pick(
    config.indirectChecks,
    (row) => row.status === 'alive' && row !== members.self && row !== member,
  )
  for (const relay of relays) {
    const nack = relay.protocolMax >= NACK_PROTOCOL
    if (nack) probe.nacksExpected++
    parts.outbox.send(relay.address, encodeMessage(askFor(parts, member, seqNo, nack)))
  }
  probe.relays = relays.map((relay) => relay.name)
  if (config.tcpPings && member.protocolMax >= STREAM_PING_PROTOCOL) {
    probe.stream = 'pending'
    openPing(parts, member.address, seqNo, encodeMessage(pingTo(parts, member.name, seqNo)))
  }
}

function askFor(parts: Parts, member: Member, seqNo: number, nack: boolean): IndirectPing {
  const { sourceAddr, sourcePort, sourceNode } = pingTo(parts, member.name, seqNo)
  const { ip, port } = member.address
  return {
    kind: 'indirectPing',
    seqNo,
    target: ip,
    port,
    node: member.name,
    nack,
    sourceAddr,
    sourcePort,
    sourceNode,
  }
}

/** The round's time is over without an ack: a stream may have saved it, else it failed. */
export function endRound(parts: Parts): void {
  const { probe } = parts
  if (probe === undefined) return
  closeRound(parts, probe)
  if (probe.stream === 'answered') {
    parts.awareness.add(-1)
    parts.counters.add('probes_saved_by_stream_total')
    log(
      parts,
      'warn',
      `udp:${probe.member.name}`,
      'a member answers by TCP but not by UDP: check its UDP port and firewall',
      {
        name: probe.member.name,
      },
    )
    return
  }
  const health = parts.awareness.score
  parts.awareness.add(probe.missedNacks)
  parts.counters.add('probes_failed_total')
  testify(parts, probe)
  const { name: node } = probe.member
  const accusation = { node, incarnation: probe.incarnation, from: parts.members.self.name }
  const verdict = parts.membership.suspect(accusation, parts.now)
  carry(parts, verdict, node, { how: 'own', health })
  if (verdict.kind === 'suspect') tellWhoHears(parts)
}

/** What we saw of a failed round, for `why`; nothing once the case is closed. */
function testify(parts: Parts, probe: ProbeRound): void {
  const { member, relays, nacks, stream, indirectMs, streamMs } = probe
  if (member.isGone) return
  const { probeTimeoutMs: timeoutMs } = parts.config
  addEvidence(parts, member, { kind: 'no-ack', timeoutMs }, { atMs: indirectMs })
  if (stream !== undefined) {
    const outcome = stream === 'pending' ? 'timeout' : stream
    addEvidence(parts, member, { kind: 'stream', outcome }, { atMs: streamMs })
  }
  if (relays.length > 0) {
    addEvidence(parts, member, { kind: 'relays', asked: relays, answers: 0, nacks })
  }
}

function closeRound(parts: Parts, probe: ProbeRound): void {
  parts.acks.take(probe.seqNo)
  parts.timers.clear('probe-direct')
  parts.timers.clear('probe-end')
  parts.probe = undefined
}

/** Our own clock stood still for `lateMs`: nobody is to blame for what we did not hear. */
export function forgiveAll(parts: Parts, lateMs: number): void {
  parts.counters.add('late_ticks_total')
  parts.awareness.add(1)
  if (parts.probe !== undefined) closeRound(parts, parts.probe)
  for (const row of parts.members.rows) row.suspicion?.postpone(lateMs)
  parts.timers.postpone('suspicion:', lateMs)
  log(parts, 'warn', 'late', 'this process stood still; verdicts due in that time are dropped', {
    lateMs: Math.round(lateMs),
  })
}

// ---- acks, nacks and pings --------------------------------------------------------------

export function receiveAck(parts: Parts, ack: Ack, from: Address): void {
  if (isStray(parts, ack, from)) return drop(parts, 'unknown_ack')
  const waiting = parts.acks.take(ack.seqNo)
  switch (waiting?.kind) {
    case undefined:
      return drop(parts, 'unknown_ack')
    case 'probe':
      return probeAcked(parts)
    case 'relay': {
      parts.timers.clear(`ack:${ack.seqNo}`)
      parts.timers.clear(`nack:${ack.seqNo}`)
      const answer = encodeMessage({ kind: 'ack', seqNo: waiting.askerSeqNo, payload: NO_BYTES })
      return parts.outbox.send(waiting.asker, answer)
    }
    case 'command': {
      parts.timers.clear(`ack:${ack.seqNo}`)
      const outcome = { kind: 'rtt', rttMs: parts.now - waiting.sentMs } as const
      return notify(parts, { kind: 'done', id: waiting.id, outcome })
    }
    case 'holder':
      parts.timers.clear(`ack:${ack.seqNo}`)
      return holderAnswered(parts, waiting.update)
    case 'claim':
      parts.timers.clear(`ack:${ack.seqNo}`)
      return judgeAgain(parts, waiting.update, { verified: true })
  }
}

const NO_BYTES = new Uint8Array(0)

function probeAcked(parts: Parts): void {
  const { probe, now } = parts
  if (probe === undefined) return
  if (!probe.isIndirect) probe.member.rttMs = now - probe.startMs
  probe.member.seenMs = now
  parts.awareness.add(-1)
  closeRound(parts, probe)
}

function holderAnswered(parts: Parts, update: AliveUpdate): void {
  const member = parts.members.find(update.node)
  if (member === undefined) return
  const other = new Address(update.addr, update.port || parts.members.self.address.port)
  carry(parts, { kind: 'conflict', member, other }, update.node, { how: 'packet' })
}

export function receiveNack(parts: Parts, nack: Nack): void {
  if (parts.probe?.seqNo === nack.seqNo) parts.probe.nacks++
}

/**
 * Numbers are small and begin anew with each life, so that an old ack of somebody else may have
 * the one we wait for: it must not bring back a member that we forgot. The port is left to NAT.
 */
function isStray(parts: Parts, { seqNo }: Ack, from: Address): boolean {
  const waiting = parts.acks.find(seqNo)
  if (waiting?.kind !== 'claim' || parts.config.strict) return false
  return !new Address(waiting.update.addr, from.port).equals(from)
}

/** Nobody answered a ping that was not our probe. */
export function ackTimedOut(parts: Parts, seqNo: number): void {
  if (waitsOnceMore(parts, seqNo)) return
  const waiting = parts.acks.take(seqNo)
  if (waiting?.kind === 'relay' && waiting.nack) sendNack(parts, waiting.asker, waiting.askerSeqNo)
  if (waiting?.kind === 'command') {
    notify(parts, { kind: 'done', id: waiting.id, outcome: { kind: 'timeout' } })
  }
  if (waiting?.kind === 'holder') judgeAgain(parts, waiting.update, { holderSilent: true })
}

/**
 * We woke up late: the answer, or the word that the question never went out, may be among what
 * came in meanwhile, and is read before a name is given away.
 */
function waitsOnceMore({ acks, timers, config, lagMs, now }: Parts, seqNo: number): boolean {
  const waiting = acks.find(seqNo)
  if (waiting?.kind !== 'holder' || waiting.isLate || config.strict) return false
  if (lagMs <= ALARM_MS) return false
  acks.replace(seqNo, { ...waiting, isLate: true })
  timers.set(`ack:${seqNo}`, now + ALARM_MS, { kind: 'ack', seqNo })
  return true
}

/** Alarms of hosts are so exact. */
const ALARM_MS = 10

/** A relayed ping is not answered yet: say so while the asker still listens. */
export function relayIsSlow(parts: Parts, seqNo: number): void {
  const waiting = parts.acks.find(seqNo)
  if (waiting?.kind !== 'relay' || !waiting.nack) return
  parts.acks.replace(seqNo, { ...waiting, nack: false })
  sendNack(parts, waiting.asker, waiting.askerSeqNo)
}

function sendNack(parts: Parts, asker: Address, seqNo: number): void {
  parts.outbox.send(asker, encodeMessage({ kind: 'nack', seqNo }))
}

/** Answers a ping for us. */
export function receivePing(parts: Parts, ping: Ping, { from, sizeBytes }: PingSource): void {
  const { self } = parts.members
  if (ping.node !== '' && ping.node !== self.name) return drop(parts, 'other_name')
  // Others have forgotten our goodbye by then; an answer would make old news of us true again.
  const silentFromMs = self.sinceMs + parts.config.gossipToTheDeadMs
  const isOver = self.status === 'left' && parts.now > silentFromMs
  if (isOver && !parts.config.strict) return drop(parts, 'left')
  const to = replyAddress(parts, ping, from)
  const ack = encodeMessage({ kind: 'ack', seqNo: ping.seqNo, payload: NO_BYTES })
  if (!parts.config.strict) {
    if (isAmplifying(parts, { to, sizeBytes, ackBytes: ack.length })) {
      return drop(parts, 'amplification')
    }
    remindAccused(parts, ping, to)
  }
  parts.outbox.send(to, ack)
}

/** Where a ping came from, and how many bytes its datagram had. */
interface PingSource {
  readonly from: Address
  readonly sizeBytes: number
}

/** An answer to a stranger is at most three times as long as what it sent (threat model 5). */
function isAmplifying(
  { members, codec }: Parts,
  {
    to,
    sizeBytes,
    ackBytes,
  }: { readonly to: Address; readonly sizeBytes: number; readonly ackBytes: number },
): boolean {
  if (members.findByAddress(to.key) !== undefined) return false
  return ackBytes + codec.overheadBytes > 3 * sizeBytes
}

/**
 * A member that we hold suspect or dead pings us: tell it, so that it can answer at once
 * instead of when gossip happens to reach it.
 */
function remindAccused(parts: Parts, ping: Ping, to: Address): void {
  const member = parts.members.find(ping.sourceNode)
  if (member === undefined || member.status === 'alive' || !member.address.equals(to)) return
  const { incarnation, name: node } = member
  const kind = member.status === 'suspect' ? 'suspect' : 'dead'
  const accusation = { kind, incarnation, node, from: parts.members.self.name } as const
  parts.outbox.send(to, encodeMessage(accusation))
}

/** Where an answer goes: to the sender, unless it names a member's own address (threat model 5). */
function replyAddress(parts: Parts, ask: Ping | IndirectPing, from: Address): Address {
  if (ask.sourceAddr.length === 0 || ask.sourcePort === 0) return from
  const named = new Address(ask.sourceAddr, ask.sourcePort)
  if (parts.config.strict || named.equals(from)) return named
  const member = parts.members.findByAddress(named.key)
  return member !== undefined && !member.isGone ? member.address : from
}

/** Pings a member on behalf of another. */
export function receiveIndirectPing(parts: Parts, ask: IndirectPing, from: Address): void {
  const { members, config } = parts
  const asker = replyAddress(parts, ask, from)
  const target = new Address(ask.target, ask.port || members.self.address.port)
  if (!config.strict && !mayRelay(parts, ask, target)) {
    drop(parts, 'relay')
    const isMember = members.findByAddress(asker.key) !== undefined
    if (ask.nack && isMember) sendNack(parts, asker, ask.seqNo)
    return
  }
  const { seqNo: askerSeqNo, nack } = ask
  const seqNo = parts.acks.expect({ kind: 'relay', asker, askerSeqNo, nack })
  if (seqNo === undefined) return drop(parts, 'relay')
  parts.counters.add('relays_total')
  parts.outbox.send(target, encodeMessage(pingTo(parts, ask.node, seqNo)))
  parts.timers.set(`ack:${seqNo}`, parts.now + config.probeTimeoutMs, { kind: 'ack', seqNo })
  if (!nack || config.strict) return
  const nackAt = parts.now + config.probeTimeoutMs * NACK_SHARE
  parts.timers.set(`nack:${seqNo}`, nackAt, { kind: 'nack', seqNo })
}

/** Only to members, at their own address, and not without end: we are nobody's scanner. */
function mayRelay(parts: Parts, ask: IndirectPing, target: Address): boolean {
  const member = parts.members.findByAddress(target.key)
  if (member === undefined || member.status === 'left') return false
  if (ask.node !== '' && member.name !== ask.node) return false
  return parts.budgets.relays.spend(parts.now)
}
