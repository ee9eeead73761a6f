// How writes spread: a segment goes at once to a few random members, each passes on what was
// news to it, and stops once it was told often enough or came back twice. Bytes a second are
// rationed; what is not told in time is found by comparing (state-syncing.ts).

import type { Millis } from './io.ts'
import type { Parts } from './parts.ts'
import { compare, recordOf, sixteenthOf } from './state/digest.ts'
import type { StateRumorItem } from './state/rumor-pool.ts'
import { streamKeyOf } from './state/stream-id.ts'
import { startPull } from './state-pulling.ts'
import { takeSegment } from './state-taking.ts'
import { expectTask, isSharing, partnerTest } from './state-telling.ts'
import type { Member } from './swim/member.ts'
import { encodeMessage } from './wire/messages.ts'
import { encodeRumor, type StateRumor } from './wire/state-messages.ts'
import {
  encodeSegment,
  RECORD_BYTES,
  SEGMENT_OVERHEAD_BYTES,
  type Segment,
  type StreamRecord,
} from './wire/state-parts.ts'

/** Members told at a time, beside our two neighbours on the ring. */
const FANOUT = 2
/** What came in is passed on within so short a time, with what else comes in meanwhile. */
const GATHER_MS = 5
/** The ration of bytes may be used up: time must pass before the next try. */
const AGAIN_MIN_MS = 20
const PACKETS_MAX = 8
/** Names in one message at most. */
const HAVES_MAX = 8
/** Type byte of a user message, and its place in a packet of several. */
const MESSAGE_OVERHEAD_BYTES = 3
/** First two bytes, the counts of segments and records, the checksum. */
const RUMOR_HEAD_BYTES = 12

/** Bytes that one message of state may have. */
export function payloadRoom({ outbox }: Parts): number {
  return outbox.messageBytesMax - MESSAGE_OVERHEAD_BYTES
}

/** Bytes that the entries of one segment may take, with what each costs. */
export function segmentRoom(parts: Parts): number {
  const { name } = parts.config
  return payloadRoom(parts) - RUMOR_HEAD_BYTES - SEGMENT_OVERHEAD_BYTES - name.length
}

/** Sends a message of state to a member, in a packet with nothing else in it. */
export function sendState(parts: Parts, { address }: Member, payload: Uint8Array): void {
  parts.counters.add('state_messages_sent_total')
  parts.counters.add('state_bytes_sent_total', payload.length)
  parts.outbox.send(address, encodeMessage({ kind: 'user', payload }), { bare: true })
}

// ---- telling ------------------------------------------------------------------------------

/** Queues a segment to be told, or the word that it has to be pulled if it is too large. */
export function queueSegment(parts: Parts, segment: Segment): void {
  const bytes = encodeSegment(segment)
  if (bytes.length + RUMOR_HEAD_BYTES > payloadRoom(parts)) {
    return parts.state.rumors.addStream(streamKeyOf(segment))
  }
  parts.state.rumors.add(segment, bytes, parts.now)
}

/** Tells what has not been told yet: ours since the last time, and what just came in. */
export function tellState(parts: Parts): void {
  const { state, now } = parts
  for (const owned of [state.owned, state.shared]) {
    if (owned?.hasUntold === true) queueSegment(parts, owned.takeSegment(now))
  }
  state.toldMs = now
  tellPending(parts, 'news')
}

/** Tells again what has not been told often enough. */
export function tellStateAgain(parts: Parts): void {
  tellPending(parts, 'all')
}

function tellPending(parts: Parts, which: 'news' | 'all'): void {
  const { rumors } = parts.state
  const receivers = isSharing(parts) ? receiversOf(parts, which) : []
  // With nobody to tell there is nothing to wait for: newcomers compare.
  if (receivers.length === 0) return rumors.clear()
  const sendsMax = Math.ceil(Math.log(parts.members.size)) + 2
  const pending = rumors.pending(sendsMax).filter(({ sends }) => which === 'all' || sends === 0)
  const haves = havesOf(parts)
  for (const receiver of receivers) tellOne(parts, receiver, pending, haves)
  rumors.streamsTold(receivers.length, sendsMax)
  if (rumors.size === 0) return
  const pauseMs = Math.max(AGAIN_MIN_MS, parts.config.gossipIntervalMs)
  expectTask(parts, 'tell-again', parts.now + pauseMs)
}

/** News goes to fixed neighbours too, so that nobody is missed by bad luck. */
function receiversOf(parts: Parts, which: 'news' | 'all'): readonly Member[] {
  const isPartner = partnerTest(parts)
  const neighbours = which === 'news' ? parts.members.neighbours(isPartner) : []
  const isOther = (member: Member) => isPartner(member) && !neighbours.includes(member)
  return [...neighbours, ...parts.members.pick(FANOUT, isOther)]
}

function havesOf({ state, now }: Parts): readonly StreamRecord[] {
  const haves: StreamRecord[] = []
  for (const key of state.rumors.streams.slice(0, HAVES_MAX)) {
    const stream = state.store.find(key)
    if (stream !== undefined) haves.push(recordOf(stream, now))
  }
  return haves
}

function tellOne(
  parts: Parts,
  receiver: Member,
  items: readonly StateRumorItem[],
  haves: readonly StreamRecord[],
): void {
  let at = 0
  for (let packets = 0; packets < PACKETS_MAX; packets++) {
    const named = packets === 0 ? haves : []
    let room = payloadRoom(parts) - RUMOR_HEAD_BYTES - named.length * RECORD_BYTES
    const chosen: StateRumorItem[] = []
    for (; at < items.length; at++) {
      const item = items[at]
      if (item === undefined || item.bytes.length > room) break
      room -= item.bytes.length
      chosen.push(item)
    }
    if (chosen.length + named.length === 0) return
    const segments = chosen.map((item) => bytesNow(item, parts.now))
    const payload = encodeRumor(segments, named)
    if (!parts.state.egress.spend(parts.now, payload.length)) return
    for (const item of chosen) item.sends++
    sendState(parts, receiver, payload)
  }
}

/** A segment with keys that do not live for ever says how long they have still to live. */
function bytesNow({ segment, bytes, atMs }: StateRumorItem, nowMs: Millis): Uint8Array {
  if (nowMs === atMs || segment.entries.every(({ ttlMs }) => ttlMs === undefined)) return bytes
  const entries = segment.entries.map((entry) => {
    if (entry.ttlMs === undefined) return entry
    return { ...entry, ttlMs: Math.max(0, entry.ttlMs - (nowMs - atMs)) }
  })
  return encodeSegment({ ...segment, entries })
}

// ---- hearing ------------------------------------------------------------------------------

/** Takes what is news, passes it on, and pulls what was too large to be told. */
export function receiveRumor(parts: Parts, rumor: StateRumor, member: Member): void {
  for (const segment of rumor.segments) {
    if (takeSegment(parts, segment)) {
      queueSegment(parts, segment)
      expectTask(parts, 'tell', parts.now + GATHER_MS * parts.random.fraction())
    } else parts.state.rumors.echo(segment)
  }
  for (const have of rumor.haves) {
    const held = parts.state.store.at(have.place)
    const weLack = held === undefined || compare(held, have).weLack
    if (weLack) startPull(parts, member, { mask: 1 << sixteenthOf(have.place), spreads: true })
  }
}
