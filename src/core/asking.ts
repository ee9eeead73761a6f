// hearsay's own messages (ruling 16): what do you see, when did you hear? Asked only of
// members that announce hearsay, answered at a limited rate. Others never see a byte of it.

import type { Address } from './base/address.ts'
import { syncWith } from './dialling.ts'
import type { EventId, Outcome, Status, ViewAnswer, ViewDifference } from './io.ts'
import { drop, notify, type Parts } from './parts.ts'
import type { Question } from './questions.ts'
import type { Member } from './swim/member.ts'
import { countByStatus } from './views.ts'
import { encodeMessage } from './wire/messages.ts'
import {
  decodeOwnMessage,
  encodeOwnMessage,
  encodeViewReply,
  type OwnMessage,
  type ViewReply,
  type ViewRow,
} from './wire/own-messages.ts'

const STATES = ['alive', 'suspect', 'dead', 'left'] as const

function sendOwn(parts: Parts, to: Address, message: OwnMessage): void {
  sendBytes(parts, to, encodeOwnMessage(message))
}

function sendBytes(parts: Parts, to: Address, payload: Uint8Array): void {
  parts.outbox.send(to, encodeMessage({ kind: 'user', payload }), { bare: true })
}

// ---- asking ---------------------------------------------------------------------------

/** Asks every announcing member for its view. */
export function askViews(parts: Parts, id: number, timeoutMs: number): void {
  const asked = announcing(parts)
  const waiting = new Set(asked.map((member) => member.name))
  const number = open(parts, { kind: 'views', id, waiting, answers: [] }, timeoutMs)
  const checksum = parts.viewChecksum.value
  for (const { address } of asked)
    sendOwn(parts, address, { kind: 'viewRequest', id: number, checksum })
  if (asked.length === 0) closeQuestion(parts, number)
}

/** Asks every announcing member for its record of an event. */
export function askEvent(parts: Parts, id: number, event: EventId, timeoutMs: number): void {
  const asked = announcing(parts)
  const waiting = new Set(asked.map((member) => member.name))
  const question: Question = { kind: 'event', id, event, waiting, answers: [], missing: [] }
  const own = parts.events.receipt(event.ltime, event.name)
  if (own === undefined) question.missing.push(parts.config.name)
  else question.answers.push({ name: parts.config.name, from: own.from, wallMs: own.atMs })
  const number = open(parts, question, timeoutMs)
  const { ltime, name } = event
  for (const { address } of asked)
    sendOwn(parts, address, { kind: 'receiptRequest', id: number, ltime, name })
  if (asked.length === 0) closeQuestion(parts, number)
}

function announcing(parts: Parts): readonly Member[] {
  return [...parts.members.rows].filter(
    (row) => row.hearsay && !row.isGone && row !== parts.members.self,
  )
}

function open(parts: Parts, question: Question, timeoutMs: number): number {
  const { id, crowdedOut } = parts.questions.open(question)
  if (crowdedOut !== undefined) report(parts, crowdedOut)
  parts.timers.set(`question:${id}`, parts.now + timeoutMs, { kind: 'question', id })
  return id
}

/** All have answered, or the time is over. */
export function closeQuestion(parts: Parts, number: number): void {
  parts.timers.clear(`question:${number}`)
  const question = parts.questions.close(number)
  if (question !== undefined) report(parts, question)
}

function report(parts: Parts, question: Question): void {
  const silent = [...question.waiting]
  const outcome: Outcome =
    question.kind === 'views'
      ? { kind: 'views', answers: question.answers, silent }
      : { kind: 'coverage', answers: question.answers, missing: question.missing, silent }
  notify(parts, { kind: 'done', id: question.id, outcome })
}

// ---- answering ------------------------------------------------------------------------

/** Handles an own message; false if it is none after all. */
export function receiveOwn(parts: Parts, payload: Uint8Array, from: Address): boolean {
  const message = decodeOwnMessage(payload)
  if (typeof message === 'string') return false
  const member = parts.members.findByAddress(from.key)
  if (member === undefined || member.isGone) {
    drop(parts, 'stranger')
    return true
  }
  respond(parts, message, member)
  return true
}

function respond(parts: Parts, message: OwnMessage, member: Member): void {
  switch (message.kind) {
    case 'viewRequest':
      if (!parts.budgets.answers.spend(parts.now)) return drop(parts, 'answers')
      return sendBytes(
        parts,
        member.address,
        encodeViewReply(ourView(parts, message), VIEW_BYTES_MAX),
      )
    case 'receiptRequest':
      if (!parts.budgets.answers.spend(parts.now)) return drop(parts, 'answers')
      return answerReceipt(parts, message, member)
    case 'viewReply':
      return takeView(parts, message, member)
    case 'receiptReply':
      return takeReceipt(parts, message, member)
  }
}

/** The number of a question that wants no report: do we see the same? */
const COMPARING = 0

/** Shows a member our checksum; a stream is opened only if its own differs. */
export function compareWith(parts: Parts, member: Member): void {
  const checksum = parts.viewChecksum.value
  sendOwn(parts, member.address, { kind: 'viewRequest', id: COMPARING, checksum })
  const at = parts.now + parts.config.probeTimeoutMs
  parts.timers.set(`compare:${member.name}`, at, { kind: 'compare', name: member.name })
}

/** No answer by packet: its datagrams may be what is lost, so ask over a stream. */
export function compareTimedOut(parts: Parts, name: string): void {
  const member = parts.members.find(name)
  if (member === undefined || member.status !== 'alive') return
  syncSoon(parts, member)
}

function compare(parts: Parts, { checksum }: ViewReply, member: Member): void {
  parts.timers.clear(`compare:${member.name}`)
  if (parts.membership.leaving || checksum === parts.viewChecksum.value) return
  syncSoon(parts, member)
}

/** Opens a stream if the budget allows it; else notes are compared again once it does. */
function syncSoon(parts: Parts, { name, address }: Member): void {
  const { budgets, timers, now } = parts
  if (budgets.earlyPushPull.spend(now)) return syncWith(parts, name, address, false)
  timers.set('early-push-pull', budgets.earlyPushPull.nextAt(now), { kind: 'early-push-pull' })
}

/** Rows travel only to people who see something else, as far as one packet goes. */
const VIEW_BYTES_MAX = 1100

function ourView(parts: Parts, ask: Extract<OwnMessage, { kind: 'viewRequest' }>): ViewReply {
  const checksum = parts.viewChecksum.value
  const rows: ViewRow[] = []
  if (ask.id !== COMPARING && checksum !== ask.checksum) {
    for (const { name, status, incarnation } of parts.members.rows) {
      rows.push({ name, status: STATES.indexOf(status), incarnation })
    }
  }
  const eventLtime = parts.events.clock.time
  const counts = countByStatus(parts.members)
  return { kind: 'viewReply', id: ask.id, checksum, eventLtime, ...counts, rows }
}

function takeView(parts: Parts, reply: ViewReply, member: Member): void {
  if (reply.eventLtime > 0n) parts.events.clock.witness(reply.eventLtime - 1n)
  if (reply.id === COMPARING) return compare(parts, reply, member)
  const question = parts.questions.find(reply.id)
  if (question?.kind !== 'views' || !question.waiting.delete(member.name))
    return drop(parts, 'unasked')
  question.answers.push(viewAnswer(parts, reply, member))
  if (question.waiting.size === 0) closeQuestion(parts, reply.id)
}

function viewAnswer(parts: Parts, reply: ViewReply, member: Member): ViewAnswer {
  const { checksum, alive, suspect, dead: failed, left } = reply
  return {
    name: member.name,
    checksum,
    alive,
    suspect,
    failed,
    left,
    differs: differences(parts, reply),
  }
}

/** Rows that mean another cluster: a member we do not have, or one alive there and gone here. */
function differences(parts: Parts, reply: ViewReply): readonly ViewDifference[] {
  const found: ViewDifference[] = []
  for (const row of reply.rows) {
    const ours = parts.members.find(row.name)
    const theirs: Status | 'unknown' = STATES[row.status] ?? 'unknown'
    const same = ours !== undefined && isLiving(ours.status) === isLiving(theirs)
    if (same && ours.incarnation === row.incarnation) continue
    if (ours === undefined && !isLiving(theirs)) continue
    found.push({ name: row.name, ours: ours?.status ?? 'unknown', theirs })
  }
  const complete = reply.rows.length === reply.alive + reply.suspect + reply.dead + reply.left
  if (!complete || reply.rows.length === 0) return found
  const named = new Set(reply.rows.map((row) => row.name))
  for (const row of parts.members.rows) {
    if (!row.isGone && !named.has(row.name))
      found.push({ name: row.name, ours: row.status, theirs: 'unknown' })
  }
  return found
}

function isLiving(status: Status | 'unknown'): boolean {
  return status === 'alive' || status === 'suspect'
}

function answerReceipt(
  parts: Parts,
  { id, ltime, name }: Extract<OwnMessage, { kind: 'receiptRequest' }>,
  member: Member,
): void {
  const receipt = parts.events.receipt(ltime, name)
  sendOwn(parts, member.address, {
    kind: 'receiptReply',
    id,
    known: receipt !== undefined,
    from: receipt?.from ?? '',
    wallMs: receipt?.atMs ?? 0,
  })
}

function takeReceipt(
  parts: Parts,
  reply: Extract<OwnMessage, { kind: 'receiptReply' }>,
  member: Member,
): void {
  const question = parts.questions.find(reply.id)
  if (question?.kind !== 'event' || !question.waiting.delete(member.name))
    return drop(parts, 'unasked')
  const { known, from, wallMs } = reply
  if (known) question.answers.push({ name: member.name, from, wallMs })
  else question.missing.push(member.name)
  if (question.waiting.size === 0) closeQuestion(parts, reply.id)
}
