// Carries verdicts about members to where they matter: the rumor queue, the suspicion
// timers, the casebook, the host. The one place where a change of the table has effects.

import type { Address } from './base/address.ts'
import type { Evidence, MemberView, Status } from './io.ts'
import { drop, log, notify, type Parts } from './parts.ts'
import { expectNews, type Urgency } from './rumors.ts'
import { lookAtLeases } from './sharing/leases.ts'
import { forgetState } from './sharing/taking.ts'
import { expectSyncWith } from './sharing/telling.ts'
import type { Member } from './swim/member.ts'
import type { AliveOptions, AliveUpdate, Verdict } from './swim/membership.ts'
import { aliveMessage, pingMessage, viewOf } from './views.ts'
import { encodeMessage } from './wire/messages.ts'

/** How a statement reached us, for evidence and logs. */
export interface Hearing {
  /** Told by our own probe or timer, by a packet, or in a push/pull. */
  readonly how: 'own' | 'packet' | 'push-pull'
  /** The member it came from, if known. */
  readonly via?: string | undefined
  /** Our own health when we began to probe, before this failure worsened it. */
  readonly health?: number
  /** Known to everybody but us: not to be passed on. */
  readonly quiet?: boolean
  /** Called when the news has been told often enough. */
  readonly finished?: () => void
}

type Suspected = Extract<Verdict, { kind: 'suspect' }>
type Confirmed = Extract<Verdict, { kind: 'confirm' }>
type Revived = Extract<Verdict, { kind: 'alive' }>
type Gone = Extract<Verdict, { kind: 'gone' }>

/** Does what a verdict calls for. `about` is the member's name. */
export function carry(parts: Parts, verdict: Verdict, about: string, hearing: Hearing): void {
  switch (verdict.kind) {
    case 'ignored':
      if (verdict.echo) parts.outbox.echo(parts.outbox.membership, about)
      return
    case 'refused':
      return drop(parts, verdict.reason)
    case 'refute':
      return refute(parts, verdict.accused, verdict.by)
    case 'conflict':
      return carryConflict(parts, verdict.member, verdict.other)
    case 'check-holder':
      return ask(parts, 'holder', verdict.update, verdict.member.address)
    case 'check-claim':
      return ask(parts, 'claim', verdict.update, verdict.address)
    case 'alive':
      return carryAlive(parts, verdict, hearing)
    case 'suspect':
      return carrySuspicion(parts, verdict, hearing)
    case 'confirm':
      return carryConfirmation(parts, verdict)
    case 'gone':
      return carryGone(parts, verdict, hearing)
  }
}

function carryAlive(parts: Parts, verdict: Revived, hearing: Hearing): void {
  const { member, before } = verdict
  noteMove(parts, verdict)
  if (hearing.quiet !== true) {
    const urgency = before === 'suspect' ? 'urgent' : 'calm'
    tell(parts, member.name, encodeMessage(aliveMessage(member)), { urgency })
  }
  parts.timers.clear(`suspicion:${member.name}`)
  trace(parts, member, before, hearing.how)
  if (before === 'suspect') {
    addEvidence(parts, member, { kind: 'refuted', incarnation: member.incarnation })
  }
  if (before === 'unknown' || before === 'dead' || before === 'left') {
    const rejoin = parts.departed.remove(member.name) || verdict.returned
    if (rejoin) {
      const { incarnation } = member
      const address = String(member.address)
      addEvidence(parts, member, { kind: 'joined', incarnation, address }, { by: member.name })
    }
    announce(parts, 'join', member, { rejoin })
    expectSyncWith(parts, member)
  } else if (verdict.changed || before === 'suspect' || verdict.movedFrom !== undefined) {
    announce(parts, 'update', member)
  }
  if (member !== parts.members.self) expectEarlyPushPull(parts)
}

/** Whoever imitates a member that is cut off takes its name along: keep where it was. */
function noteMove({ departed, now }: Parts, { member, movedFrom }: Revived): void {
  const from = movedFrom ?? departed.find(member.name)?.address
  if (from !== undefined && !from.equals(member.address)) departed.noteMove(member.name, from, now)
}

function carrySuspicion(parts: Parts, verdict: Suspected, hearing: Hearing): void {
  const { member, by } = verdict
  const { suspicion, incarnation } = member
  if (suspicion === undefined) return
  // Read in a table, it is no testimony of ours: told on under our name it would come back to
  // its author as a confirmation.
  if (hearing.how !== 'push-pull' || parts.config.strict) {
    const message = encodeMessage({ kind: 'suspect', incarnation, node: member.name, from: by })
    tell(parts, member.name, message)
  }
  parts.timers.set(`suspicion:${member.name}`, suspicion.deadlineMs, {
    kind: 'suspicion',
    name: member.name,
  })
  if (hearing.how === 'own') {
    const health = hearing.health ?? parts.awareness.score
    addEvidence(parts, member, { kind: 'suspect', incarnation, health, lagMs: parts.lagMs })
  } else {
    const author = hearing.how === 'push-pull' ? (hearing.via ?? by) : by
    addEvidence(
      parts,
      member,
      { kind: 'told-suspect', incarnation, timeoutMs: suspicion.timeoutMs },
      { by: author },
    )
  }
  if (hearing.how !== 'own') lookForOurselves(parts, member)
  parts.counters.add('suspicions_total')
  trace(parts, member, 'alive', hearing.how)
  announce(parts, 'suspect', member)
}

/** About so many members look at once; two that agree bring the timeout to its minimum. */
const WITNESSES = 5

/** An accusation is better judged by many: some of us probe the accused next. */
function lookForOurselves({ config, members, random }: Parts, member: Member): void {
  if (!config.strict && random.chance(WITNESSES / members.size)) members.probeNext(member)
}

function carryConfirmation(parts: Parts, { member, by }: Confirmed): void {
  const { suspicion, incarnation } = member
  if (suspicion === undefined) return
  tell(
    parts,
    member.name,
    encodeMessage({ kind: 'suspect', incarnation, node: member.name, from: by }),
  )
  const at = Math.max(parts.now, suspicion.deadlineMs)
  parts.timers.set(`suspicion:${member.name}`, at, { kind: 'suspicion', name: member.name })
  const { confirmations, needed } = suspicion
  addEvidence(parts, member, { kind: 'confirm', count: confirmations, needed }, { by })
}

function carryGone(parts: Parts, verdict: Gone, hearing: Hearing): void {
  const { member, before, by } = verdict
  const { incarnation, name } = member
  const message = encodeMessage({ kind: 'dead', incarnation, node: name, from: by })
  tell(parts, name, message, { urgency: 'urgent', finished: hearing.finished })
  parts.timers.clear(`suspicion:${name}`)
  trace(parts, member, before, hearing.how)
  if (member.status === 'left') {
    addEvidence(parts, member, { kind: 'left', incarnation }, { by: name })
    announce(parts, 'leave', member)
    if (member !== parts.members.self) expectEarlyPushPull(parts)
    return
  }
  expectEarlyPushPull(parts)
  if (hearing.how !== 'own') addEvidence(parts, member, { kind: 'told-dead', incarnation }, { by })
  parts.counters.add('failures_total')
  announce(parts, 'failed', member)
}

// ---- about ourselves ------------------------------------------------------------------

/** Answers an accusation of ourselves, at most ten times a second. */
export function refute(parts: Parts, accused: number, by: string): void {
  if (!parts.config.strict && !parts.budgets.refutations.spend(parts.now)) {
    const worst = Math.max(parts.unanswered?.incarnation ?? 0, accused)
    parts.unanswered = { incarnation: worst, by }
    parts.timers.set('refute', parts.budgets.refutations.nextAt(parts.now), { kind: 'refute' })
    return
  }
  parts.unanswered = undefined
  const { self } = parts.members
  parts.awareness.add(1)
  parts.counters.add('refutations_total')
  if (!parts.membership.refute(accused)) {
    parts.counters.add('incarnation_ceiling_total')
    log(
      parts,
      'error',
      'ceiling',
      'accused at the highest incarnation: cannot answer; restart under another name',
      { by },
    )
    return
  }
  log(parts, 'info', 'refuted', 'answered an accusation of ourselves', { by, accused })
  tell(parts, self.name, encodeMessage(aliveMessage(self)))
  trace(parts, self, 'alive', `refute ${accused}`)
}

// ---- names and addresses ----------------------------------------------------------------

/** A name in dispute is worth a word a minute (threat model 4.3). */
const CONFLICT_EVERY_MS = 60_000

function carryConflict(parts: Parts, member: Member, other: Member['address']): void {
  parts.counters.add('name_conflicts_total')
  const held = parts.logGate.open(`conflict:${member.name}`, parts.now, CONFLICT_EVERY_MS)
  if (held === undefined) return
  notify(parts, { kind: 'conflict', name: member.name, holder: member.address, other })
}

/**
 * Asks an address whether an alive message holds: the old one of a name that left (`holder`:
 * silence lets the name move), or that of a member we have forgotten (`claim`: an answer
 * brings it back, so that packets of its former life cannot).
 */
function ask(parts: Parts, kind: 'holder' | 'claim', update: AliveUpdate, to: Address): void {
  if (parts.acks.isChecking(update.node)) return
  const waiting = { kind, update, to } as const
  const seqNo = parts.config.strict
    ? parts.acks.expect(waiting)
    : parts.acks.expectUnlike(waiting, parts.now)
  if (seqNo === undefined) return
  const ping = encodeMessage(pingMessage(parts.members.self, update.node, seqNo))
  parts.outbox.send(to, ping, { bare: true })
  parts.timers.set(`ack:${seqNo}`, parts.now + parts.config.probeTimeoutMs, { kind: 'ack', seqNo })
}

/** Judges an alive message anew, now that its address has been asked. */
export function judgeAgain(parts: Parts, update: AliveUpdate, known: AliveOptions): void {
  const verdict = parts.membership.alive(update, parts.now, known)
  carry(parts, verdict, update.node, { how: 'packet' })
}

// ---- telling ------------------------------------------------------------------------

interface Telling {
  readonly urgency: Urgency
  readonly finished?: (() => void) | undefined
}

function tell(
  parts: Parts,
  name: string,
  message: Uint8Array,
  { urgency, finished }: Telling = { urgency: 'urgent' },
): void {
  parts.outbox.tellMembership(message, { name, finished, repaired: urgency === 'calm' })
  expectNews(parts, urgency)
}

function announce(
  parts: Parts,
  change: 'join' | 'update' | 'suspect' | 'failed' | 'leave',
  member: Member,
  { rejoin = false }: { readonly rejoin?: boolean } = {},
): void {
  const evidence =
    change === 'suspect' || change === 'failed' ? [...parts.casebook.about(member.name)] : []
  notify(parts, { kind: 'member', change, member: viewOf(member), rejoin, evidence })
  if (change !== 'update' && change !== 'suspect') lookAtLeases(parts, member.name)
}

/** Tells the host that a gone member is not even remembered any more. */
export function announceForgotten(parts: Parts, view: MemberView): void {
  parts.casebook.close(view.name)
  forgetState(parts, view.name)
  notify(parts, { kind: 'member', change: 'forget', member: view, rejoin: false, evidence: [] })
}

/** Evidence without its time and author. */
type Observation = Evidence extends infer E
  ? E extends Evidence
    ? Omit<E, 'atMs' | 'by'>
    : never
  : never

/** Adds to the case about a member; by ourselves and now, unless said otherwise. */
export function addEvidence(
  parts: Parts,
  member: Member,
  observation: Observation,
  { by, atMs }: { readonly by?: string | undefined; readonly atMs?: number | undefined } = {},
): void {
  const author = by ?? parts.members.self.name
  const evidence = { atMs: atMs ?? parts.now, by: author, ...observation } as Evidence
  parts.casebook.add(member.name, evidence)
}

/** Leaves a trace for the checkers, if asked for. */
export function trace(
  parts: Parts,
  member: Member,
  from: Status | 'unknown',
  cause: string,
  to: Status | 'forgotten' = member.status,
): void {
  if (!parts.config.trace) return
  const { incarnation, name: subject } = member
  notify(parts, { kind: 'transition', subject, from, to, incarnation, cause })
}

// ---- comparing notes after a change -------------------------------------------------------

/** How long a table must have been at rest before its checksum is shown around. */
export const COMPARE_QUIET_MS = 100
const EXCHANGE_MIN_MS = 1000
const EXCHANGE_SPREAD_MS = 2000

/**
 * Once changes have come to rest, compare notes: the news may have missed us or them. Beside
 * a member that cannot be asked in a packet, a little later, as it costs a stream.
 */
function expectEarlyPushPull(parts: Parts): void {
  const { config, timers, members, now } = parts
  parts.changedMs = now
  if (config.strict || config.pushPullIntervalMs === 0 || parts.membership.leaving) return
  if (timers.has('early-push-pull')) return
  parts.unrestSinceMs = now
  const [successor] = members.neighbours((row) => row.status === 'alive')
  const delay =
    successor?.hearsay === true
      ? COMPARE_QUIET_MS
      : EXCHANGE_MIN_MS + parts.random.fraction() * EXCHANGE_SPREAD_MS
  timers.set('early-push-pull', now + delay, { kind: 'early-push-pull' })
}
