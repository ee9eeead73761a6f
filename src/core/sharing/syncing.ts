// Anti-entropy: once a second each member that holds any state compares it with one other,
// in a shuffled order that meets everybody. Equal stores cost one packet each way. Where they
// differ, ranges are cut down to records, and what one lacks goes to it: whole deltas by
// packet as far as they fit, the rest is pulled over a stream (pulling.ts). Nobody
// keeps anything between two messages of a comparison.

import type { Millis } from '../io.ts'
import { drop, type Parts } from '../parts.ts'
import {
  baseOf,
  compare,
  fingerprintsOf,
  noRecord,
  partOf,
  recordOf,
  recordsIn,
  sameFingerprint,
  sixteenthBit,
  streamsIn,
  WHOLE_SPACE,
} from '../state/digest.ts'
import { segmentOf } from '../state/owned.ts'
import type { Stream } from '../state/store.ts'
import type { Member } from '../swim/member.ts'
import {
  encodeItem,
  encodeSync,
  type PlaceRange,
  type StateSync,
  SYNC_HEAD_BYTES,
  type SyncItem,
  segmentItem,
} from '../wire/state-messages.ts'
import { encodeSegment, RECORD_BYTES, type StreamRecord } from '../wire/state-parts.ts'
import { acknowledgementOf, isForUs, noteAcknowledgement } from './acknowledging.ts'
import { lookForStability } from './figures.ts'
import { hearOfLife } from './leases.ts'
import { reclaim } from './lives.ts'
import { startPull } from './pulling.ts'
import { payloadRoom, segmentRoom, sendState } from './rumors.ts'
import { seenEqual, seenRecords } from './sweeping.ts'
import { takeSegment } from './taking.ts'
import { expectTask, isSharing, partnerTest } from './telling.ts'

/** So many streams are named rather than summed up: it takes no more bytes. */
const NAMED_AT_ONCE = 6
/** A range with so few streams is answered with their records. */
const RECORDS_IN_RANGE = 32
const PACKETS_MAX = 8
/** Longer talks are taken up again next time. */
const HOPS_MAX = 6
/** While there are differences, the next comparison comes after this part of the interval. */
const HURRY = 0.25
/** While the event loop is late, comparisons come so many times more seldom. */
const STRAINED = 4
/** Newcomers that wait for their turn come this shortly one after the other. */
const NEXT_NEWCOMER_MS = 5

// ---- when and with whom ---------------------------------------------------------------------

/** Compares with the next partner, and sets the time of the next comparison. */
export function syncTick(parts: Parts): void {
  const { state, config, random, now } = parts
  const every = config.stateSyncIntervalMs
  if (state.store.size === 0 || every === 0) return
  const partner = isSharing(parts) ? nextPartner(parts) : undefined
  const isStrained = state.strain.isOn(now)
  const isUrgent = state.newcomers.size > 0 && !isStrained
  const interval = isStrained ? every * STRAINED : every
  const wait = isUrgent ? NEXT_NEWCOMER_MS : interval * (0.9 + 0.2 * random.fraction())
  expectTask(parts, 'sync', now + wait)
  lookForStability(parts)
  if (partner === undefined) return
  compareWith(parts, partner)
}

/** Begins a comparison; its answer carries the salt. */
export function compareWith(parts: Parts, member: Member): number {
  parts.counters.add('state_syncs_total')
  const salt = parts.random.bits()
  const item = opening(parts, salt)
  const { sweep } = parts.state
  parts.state.opening = sweep?.snapshot && { salt, name: member.name, sweep }
  answer(parts, member, { ...NO_MASKS, hops: 0, salt, items: [encodeItem(item)] })
  return salt
}

/**
 * Asks how far a member holds what is ours, and in which life it writes, by a comparison with
 * nothing in it; its answer carries the salt.
 */
export function askWord(parts: Parts, member: Member): number {
  const salt = parts.random.bits()
  answer(parts, member, { ...NO_MASKS, hops: 0, salt, items: [] })
  return salt
}

const NO_MASKS = { equalMask: 0, pullMask: 0 }

/** Newcomers first, then everybody once in a shuffled order. */
function nextPartner(parts: Parts): Member | undefined {
  const { state, members } = parts
  const isPartner = partnerTest(parts)
  for (const name of state.newcomers) {
    state.newcomers.delete(name)
    const member = members.find(name)
    if (member !== undefined && isPartner(member)) return member
  }
  for (let round = 0; round < 2; round++) {
    for (let name = state.partners.pop(); name !== undefined; name = state.partners.pop()) {
      const member = members.find(name)
      if (member !== undefined && isPartner(member)) return member
    }
    state.partners = [...members.rows].filter(isPartner).map(({ name }) => name)
    parts.random.shuffle(state.partners)
  }
  return undefined
}

function opening(parts: Parts, salt: number): Exclude<SyncItem, { kind: 'segment' }> {
  const { store } = parts.state
  const range = WHOLE_SPACE
  if (store.size > NAMED_AT_ONCE) {
    return { kind: 'fingerprints', range, parts: fingerprintsOf(store, range, salt) }
  }
  return { kind: 'records', range, records: recordsIn(store, range, parts.now, recordsMax(parts)) }
}

// ---- answering ------------------------------------------------------------------------------

/** What an answer is gathered in. */
interface Gathering {
  readonly parts: Parts
  readonly member: Member
  readonly salt: number
  readonly items: Uint8Array[]
  readonly wants: StreamRecord[]
  /** Streams the other lacks, and how far it has them. */
  readonly lacking: Map<Stream, number>
  /** Ranges of one message do not overlap: together they hold no more streams than there are. */
  streamsLeft: number
  pullMask: number
  /** Sixteenths in which we hold other than an opening shows. */
  differMask: number
  /** An opening has shown all of the space. */
  isWhole: boolean
}

/** Takes what a comparison brings and answers what is to be said to it. */
export function receiveSync(parts: Parts, sync: StateSync, member: Member): void {
  const { salt, acknowledged, pullMask, hops } = sync
  if (!isForUs(parts, acknowledged)) return drop(parts, 'state_astray')
  noteAcknowledgement(parts, member.name, acknowledged)
  if (hops === 1) {
    hearOfLife(parts, member.name, sync)
    parts.state.sweep?.answer(member.name, salt, acknowledged.written)
  }
  noteEqual(parts, sync, member)
  let hasNews = false
  for (const item of sync.items) {
    if (item.kind === 'segment') hasNews = takeSegment(parts, item.segment) || hasNews
  }
  if (sync.items.length === 0 && pullMask === 0) {
    // Nothing but a word, and it takes no more to give ours.
    if (hops === 0) answer(parts, member, { hops: 1, salt, items: [], equalMask: 0, pullMask: 0 })
    return
  }
  if (!parts.state.answers.spend(parts.now)) return drop(parts, 'state_answers')
  const gathering: Gathering = {
    parts,
    member,
    salt,
    items: [],
    wants: [],
    lacking: new Map(),
    streamsLeft: parts.state.store.size,
    pullMask: 0,
    differMask: 0,
    isWhole: false,
  }
  for (const item of sync.items) consider(gathering, item)
  if (pullMask !== 0) startPull(parts, member, { mask: pullMask, spreads: false })
  const { wants, lacking } = gathering
  parts.counters.add('state_streams_differing_total', wants.length + lacking.size)
  if (hops >= HOPS_MAX) return
  addWants(gathering, member)
  addDeltas(gathering)
  const { items } = gathering
  if (hasNews || items.length > 0 || gathering.pullMask !== 0) hurry(parts)
  // The first turn is answered in any case, and so is news: deleted keys wait for the word
  // that we hold it.
  const isSilent = items.length === 0 && gathering.pullMask === 0
  if (isSilent && hops > 0 && !hasNews) return
  const equalMask = gathering.isWhole ? ALL_SIXTEENTHS & ~gathering.differMask : 0
  const { pullMask: lacked } = gathering
  answer(parts, member, { hops: hops + 1, salt, items, equalMask, pullMask: lacked })
}

const ALL_SIXTEENTHS = 0xffff

/** Where an answer says that both hold the same as when we began, clean-up may go on. */
function noteEqual(parts: Parts, { hops, salt, equalMask }: StateSync, { name }: Member): void {
  const { opening, sweep } = parts.state
  const isAnswer = hops === 1 && opening?.salt === salt && opening.name === name
  if (!isAnswer || sweep === undefined || opening.sweep !== sweep) return
  for (let index = 0; index < 16; index++) {
    if ((equalMask & (1 << index)) !== 0) seenEqual(parts, name, partOf(WHOLE_SPACE, index))
  }
}

function consider(gathering: Gathering, item: SyncItem): void {
  if ('range' in item) {
    gathering.streamsLeft -= streamsIn(gathering.parts.state.store, item.range).length
    if (gathering.streamsLeft < 0) return
  }
  switch (item.kind) {
    case 'fingerprints':
      return considerFingerprints(gathering, item)
    case 'records':
      return considerRecords(gathering, item)
    case 'ask':
      return addRecords(gathering, item.range)
    case 'want':
      for (const record of item.records) considerWant(gathering, record)
      return
    case 'segment':
      return
  }
}

/** Cuts down the ranges that differ: to records where there are few, else to sixteenths. */
function considerFingerprints(
  gathering: Gathering,
  { range, parts: theirs }: Extract<SyncItem, { kind: 'fingerprints' }>,
): void {
  const { store } = gathering.parts.state
  const ours = fingerprintsOf(store, range, gathering.salt)
  if (range.depth === 0) gathering.isWhole = true
  for (let index = 0; index < 16; index++) {
    const [our, their] = [ours[index], theirs[index]]
    const part = partOf(range, index)
    if (sameFingerprint(our, their)) {
      seenEqual(gathering.parts, gathering.member.name, part)
      continue
    }
    if (range.depth === 0) gathering.differMask |= 1 << index
    if ((our?.count ?? 0) <= recordsMax(gathering.parts)) addRecords(gathering, part)
    else if ((their?.count ?? 0) <= recordsMax(gathering.parts)) {
      gathering.items.push(encodeItem({ kind: 'ask', range: part }))
    } else if (part.depth < 7) {
      const fingerprints = fingerprintsOf(store, part, gathering.salt)
      gathering.items.push(encodeItem({ kind: 'fingerprints', range: part, parts: fingerprints }))
    }
  }
}

/** Records of one range go into one message, or their silence would say too much. */
function recordsMax(parts: Parts): number {
  const room = payloadRoom(parts) - SYNC_HEAD_BYTES - 16
  return Math.min(RECORDS_IN_RANGE, Math.floor(room / RECORD_BYTES))
}

function addRecords(gathering: Gathering, range: PlaceRange): void {
  const { state, now } = gathering.parts
  const records = recordsIn(state.store, range, now, recordsMax(gathering.parts))
  gathering.items.push(encodeItem({ kind: 'records', range, records }))
}

function considerRecords(
  gathering: Gathering,
  { range, records }: Extract<SyncItem, { kind: 'records' }>,
): void {
  const { store } = gathering.parts.state
  const named = new Set<Stream>()
  for (const record of records) {
    const stream = store.at(record.place)
    if (stream === undefined) {
      if (record.isFull) continue
      gathering.differMask |= sixteenthBit(record.place)
      want(gathering, noRecord(record.place, false))
      continue
    }
    named.add(stream)
    considerRecord(gathering, stream, record)
  }
  for (const stream of streamsIn(store, range)) {
    if (named.has(stream)) continue
    gathering.differMask |= sixteenthBit(stream.place)
    gathering.lacking.set(stream, 0)
  }
  if (range.depth === 0) gathering.isWhole = true
  seenRecords(gathering.parts, gathering.member.name, { range, records })
}

function considerRecord(gathering: Gathering, stream: Stream, record: StreamRecord): void {
  const { parts, lacking } = gathering
  const { weLack, theyLack } = compare(stream, record)
  if (weLack || theyLack) gathering.differMask |= sixteenthBit(stream.place)
  const { owned, shared } = parts.state
  if (weLack && (stream === owned?.stream || stream === shared?.stream)) {
    return reclaim(parts, { ...record, channel: stream.channel })
  }
  if (weLack && stream.fullUntilMs <= parts.now) want(gathering, recordOf(stream, parts.now))
  if (theyLack && !record.isFull) lacking.set(stream, baseOf(stream, record))
}

function considerWant({ parts, lacking }: Gathering, record: StreamRecord): void {
  const stream = parts.state.store.at(record.place)
  if (stream === undefined || record.generation > stream.generation) return
  lacking.set(stream, baseOf(stream, record))
}

function want({ parts, wants }: Gathering, record: StreamRecord): void {
  if (parts.state.ledger.isClosedPlace(record.place)) return
  if (!parts.state.store.isUnwanted(record.place, parts.now)) wants.push(record)
}

// ---- what is said ---------------------------------------------------------------------------

/** Asks for what we lack: by name, or over a stream if it is much. */
function addWants({ parts, wants, items }: Gathering, member: Member): void {
  if (wants.length === 0) return
  const fit = Math.floor((payloadRoom(parts) - SYNC_HEAD_BYTES - 4) / RECORD_BYTES)
  if (wants.length <= fit) {
    items.push(encodeItem({ kind: 'want', records: wants }))
    return
  }
  let mask = 0
  for (const { place } of wants) mask |= sixteenthBit(place)
  startPull(parts, member, { mask, spreads: false })
}

/** Adds the deltas that fit, the small ones first; the rest the other is told to pull. */
function addDeltas(gathering: Gathering): void {
  const { parts, lacking, items } = gathering
  const room = segmentRoom(parts)
  let left = PACKETS_MAX * room
  const bySize = [...lacking].sort(([one], [other]) => one.replica.bytes - other.replica.bytes)
  for (const [stream, base] of bySize) {
    const options = { nowMs: parts.now, bytesMax: Math.min(room, left), entriesMax: ENTRIES_MAX }
    const piece = stream.replica.deltaAbove(base, options)
    const bytes = piece && segmentItem(encodeSegment(segmentOf(stream, piece)))
    if (bytes === undefined || bytes.length > payloadRoom(parts) - SYNC_HEAD_BYTES) {
      gathering.pullMask |= sixteenthBit(stream.place)
      continue
    }
    left -= bytes.length
    items.push(bytes)
  }
}

/** Entries of one segment in a packet. */
const ENTRIES_MAX = 1000

interface Answer {
  readonly hops: number
  readonly salt: number
  readonly items: readonly Uint8Array[]
  readonly equalMask: number
  readonly pullMask: number
}

/** Packs items into as few packets as they fit in; what exceeds our ration waits. */
function answer(parts: Parts, member: Member, { items, ...head }: Answer): void {
  const acknowledged = acknowledgementOf(parts, member.name)
  const room = payloadRoom(parts) - SYNC_HEAD_BYTES
  let packets = 0
  let at = 0
  do {
    const some: Uint8Array[] = []
    let left = room
    for (; at < items.length; at++) {
      const item = items[at]
      if (item === undefined || item.length > left) break
      left -= item.length
      some.push(item)
    }
    if (some.length === 0 && at < items.length) at++
    const masks = packets === 0 ? {} : NO_MASKS
    const payload = encodeSync({ ...head, ...masks, acknowledged }, some)
    if (!parts.state.egress.spend(parts.now, payload.length)) return
    parts.counters.add('state_sync_bytes_sent_total', payload.length)
    sendState(parts, member, payload)
    packets++
  } while (at < items.length && packets < PACKETS_MAX)
}

/** There was something to be told: look again soon. */
function hurry(parts: Parts): void {
  const every: Millis = parts.config.stateSyncIntervalMs
  if (every === 0 || parts.state.strain.isOn(parts.now)) return
  expectTask(parts, 'sync', parts.now + every * HURRY * (0.9 + 0.2 * parts.random.fraction()))
}
