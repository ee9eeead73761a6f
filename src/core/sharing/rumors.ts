// How news of state is put into packets: segments that wait are gathered to fill one message,
// within a ration of bytes a second; what is larger than a message is only named, and pulled.
// Whom to tell, and when, is in spreading.ts.

import type { Millis } from '../io.ts'
import type { Parts } from '../parts.ts'
import { recordOf } from '../state/digest.ts'
import type { StateRumorItem } from '../state/rumor-pool.ts'
import { SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import type { Member } from '../swim/member.ts'
import { encodeMessage } from '../wire/messages.ts'
import { encodeRumor } from '../wire/state-messages.ts'
import {
  ENTRY_OVERHEAD_BYTES,
  encodeSegment,
  RECORD_BYTES,
  SEGMENT_OVERHEAD_BYTES,
  type Segment,
  type StreamRecord,
} from '../wire/state-parts.ts'
import { partnerTest } from './telling.ts'

/** Two numbers of at most eight bytes, and of a unit of text at most three. */
const ISLAND_BYTES = 16
const UTF8_BYTES_MAX = 3
/** Members told at a time, beside our two neighbours on the ring. */
const FANOUT = 2
const PACKETS_MAX = 8
/** Names in one message at most. */
const HAVES_MAX = 8
/** Type byte of a user message, and its place in a packet of several. */
const MESSAGE_OVERHEAD_BYTES = 3
/** First three bytes, the counts of segments and records, the checksum. */
const RUMOR_HEAD_BYTES = 13

/** What is told: segments, and how far we hold streams whose news has to be pulled. */
interface News {
  readonly items: readonly StateRumorItem[]
  readonly haves: readonly StreamRecord[]
  readonly toAll?: boolean
}

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

// ---- packing ------------------------------------------------------------------------------

/** How a segment came to us. */
interface Heard {
  readonly from: Member
  readonly toAll: boolean
}

/**
 * Queues a segment to be told, or the word that it has to be pulled if it is too large.
 * `heard` is left out for what we wrote.
 */
export function queueSegment(parts: Parts, segment: Segment, heard?: Heard): void {
  const room = payloadRoom(parts) - RUMOR_HEAD_BYTES
  let sizeBytes = sizeAtMost(segment)
  if (sizeBytes > room) sizeBytes = encodeSegment(segment).length
  if (sizeBytes > room) return parts.state.rumors.addStream(streamKeyOf(segment))
  const toAll = heard?.toAll === true
  const origin = { sizeBytes, atMs: parts.now, toAll, source: heard?.from.name }
  const crowdedOut = parts.state.rumors.add(segment, origin)
  if (crowdedOut > 0) parts.counters.add('state_rumors_crowded_out_total', crowdedOut)
}

/** Tells a member as much of this as our ration allows. */
export function tellMember(
  parts: Parts,
  receiver: Member,
  { items, haves, toAll = false }: News,
): void {
  let at = 0
  for (let packets = 0; packets < PACKETS_MAX; packets++) {
    const named = packets === 0 ? haves : []
    let room = payloadRoom(parts) - RUMOR_HEAD_BYTES - named.length * RECORD_BYTES
    const chosen: StateRumorItem[] = []
    for (; at < items.length; at++) {
      const item = items[at]
      const sizeBytes = item === undefined ? 0 : encodedOf(item).length
      if (item === undefined || sizeBytes > room) break
      room -= sizeBytes
      chosen.push(item)
    }
    if (chosen.length + named.length === 0) return
    const segments = chosen.map((item) => bytesNow(item, parts.now))
    const payload = encodeRumor(segments, named, toAll)
    if (!parts.state.egress.spend(parts.now, payload.length)) {
      return parts.counters.add('state_rumors_rationed_total', chosen.length)
    }
    parts.counters.add('state_rumors_sent_total', chosen.length)
    const shared = chosen.filter(({ segment }) => segment.channel === SHARED_CHANNEL)
    if (shared.length > 0) parts.counters.add('state_rumors_shared_sent_total', shared.length)
    for (const item of chosen) {
      item.sends++
      item.reached.tell(receiver.name, parts.now)
    }
    sendState(parts, receiver, payload)
  }
}

/** What a segment takes encoded, or a little more. */
function sizeAtMost({ name, entries, islands }: Segment): number {
  let size = SEGMENT_OVERHEAD_BYTES + name.length + islands.length * ISLAND_BYTES
  for (const { key, value } of entries) {
    size += ENTRY_OVERHEAD_BYTES + key.length * UTF8_BYTES_MAX + value.length
  }
  return size
}

function encodedOf(item: StateRumorItem): Uint8Array {
  item.encoded ??= encodeSegment(item.segment)
  return item.encoded
}

/** A segment with keys that do not live for ever says how long they have still to live. */
function bytesNow(item: StateRumorItem, nowMs: Millis): Uint8Array {
  const { segment, atMs } = item
  if (nowMs === atMs || segment.entries.every(({ ttlMs }) => ttlMs === undefined)) {
    return encodedOf(item)
  }
  const entries = segment.entries.map((entry) => {
    if (entry.ttlMs === undefined) return entry
    return { ...entry, ttlMs: Math.max(0, entry.ttlMs - (nowMs - atMs)) }
  })
  return encodeSegment({ ...segment, entries })
}

// ---- what all ways of telling share -----------------------------------------------------------

/** How often a segment, or the word of one, is told by one member of a cluster of this size. */
export function sendsEnough({ members }: Parts): number {
  return Math.ceil(Math.log(members.size)) + 2
}

/** Some random members; for news our neighbours on the ring too, so that nobody has bad luck. */
export function fewReceivers(parts: Parts, which: 'news' | 'all'): readonly Member[] {
  const isPartner = partnerTest(parts)
  const neighbours = which === 'news' ? parts.members.neighbours(isPartner) : []
  const isOther = (member: Member) => isPartner(member) && !neighbours.includes(member)
  return [...neighbours, ...parts.members.pick(FANOUT, isOther)]
}

/** How far we hold streams whose news has to be pulled. */
export function havesOf({ state, now }: Parts): readonly StreamRecord[] {
  const haves: StreamRecord[] = []
  for (const key of state.rumors.streams.slice(0, HAVES_MAX)) {
    const stream = state.store.find(key)
    if (stream !== undefined) haves.push(recordOf(stream, now))
  }
  return haves
}
