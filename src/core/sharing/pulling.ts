// What does not fit into packets is fetched over streams: one question, one piece of at most
// 256 KiB, and again while there is more. A stream of keys that takes several pieces is kept
// apart until it is complete. Small ones come first: they never wait behind a large one.

import { openPull } from '../dialling.ts'
import type { Purpose } from '../exchanges.ts'
import { drop, type Parts } from '../parts.ts'
import { baseOf, compare, recordsIn, sixteenthBit, WHOLE_SPACE } from '../state/digest.ts'
import { segmentOf } from '../state/owned.ts'
import { comparePlaces } from '../state/place.ts'
import { PIECES_MAX, type Pull } from '../state/pulls.ts'
import type { Stream } from '../state/store.ts'
import type { Member } from '../swim/member.ts'
import { encodeMessage, type StreamMessage } from '../wire/messages.ts'
import { CHUNK_BYTES_MAX, CHUNK_ENTRIES_MAX, STREAMS_HELD_MAX } from '../wire/state-limits.ts'
import {
  decodeStateMessage,
  encodeChunk,
  encodePull,
  isStateMessage,
  type Resume,
  type StateChunk,
  type StatePull,
} from '../wire/state-messages.ts'
import { encodeSegment, type Segment, type StreamRecord } from '../wire/state-parts.ts'
import { absorb } from './absorbing.ts'
import { acknowledgementOf, isForUs, noteAcknowledgement } from './acknowledging.ts'
import { isSharing } from './telling.ts'

// ---- asking ---------------------------------------------------------------------------------

/** Asks a member for what we lack of some sixteenths, unless enough is being fetched. */
export function startPull(parts: Parts, member: Member, pull: Omit<Pull, 'piecesLeft'>): void {
  askForPiece(parts, member, { ...pull, piecesLeft: PIECES_MAX })
}

function askForPiece(parts: Parts, member: Member, pull: Pull): void {
  const { pulls, store, strain } = parts.state
  // What was fetched so far is kept: a later pull goes on there.
  if (!isSharing(parts) || strain.isOn(parts.now) || !pulls.begin(member.name, pull)) return
  const { mask } = pull
  const records = recordsIn(store, WHOLE_SPACE, parts.now, STREAMS_HELD_MAX).filter(
    ({ place }) => (mask & sixteenthBit(place)) !== 0,
  )
  const resume = pulls.resume(member.name, parts.now)
  const payload = encodePull({ name: parts.config.name, mask, records, resume })
  parts.counters.add('state_pulls_total')
  openPull(parts, member, encodeMessage({ kind: 'userStream', payload }))
}

/** Takes a piece, and asks for the next one. */
export function pulled(
  parts: Parts,
  { name }: Extract<Purpose, { kind: 'pull' }>,
  message: StreamMessage,
): void {
  const { pulls } = parts.state
  const payload = message.kind === 'userStream' ? message.payload : undefined
  const chunk = payload && isStateMessage(payload) ? decodeStateMessage(payload) : 'type'
  if (typeof chunk === 'string' || chunk.kind !== 'chunk') {
    pulls.end(name)
    pulls.discard(name)
    return drop(parts, typeof chunk === 'string' ? chunk : 'type')
  }
  if (isForUs(parts, chunk.acknowledged)) noteAcknowledgement(parts, name, chunk.acknowledged)
  const spreads = pulls.of(name)?.spreads === true
  const segments = completeSegments(parts, name, chunk)
  absorb(parts, { segments, spreads, finished: () => goOn(parts, name, chunk) })
}

/** The next piece, if there is one, is asked for by what is held after this one. */
function goOn(parts: Parts, name: string, { more, segments }: StateChunk): void {
  const pull = parts.state.pulls.end(name)
  const member = parts.members.find(name)
  if (pull === undefined) return
  if (!more) return pull.finished?.()
  if (segments.length === 0) return
  const piecesLeft = pull.piecesLeft - 1
  if (member?.isGone === false && piecesLeft > 0)
    askForPiece(parts, member, { ...pull, piecesLeft })
}

/** What is complete with this piece; a stream that goes on is kept apart. */
function completeSegments(parts: Parts, name: string, chunk: StateChunk): readonly Segment[] {
  const { pulls } = parts.state
  if (!chunk.goesOn) pulls.discard(name)
  return chunk.segments.flatMap((part, index) => {
    const goesOn = chunk.goesOn && index === 0
    const isPart = chunk.isCut && index === chunk.segments.length - 1
    if (isPart) pulls.stage(name, part, { goesOn, nowMs: parts.now })
    const segment = isPart ? undefined : goesOn ? pulls.complete(name, part) : part
    return segment === undefined ? [] : [segment]
  })
}

// ---- answering ------------------------------------------------------------------------------

export interface Given {
  /** The member that asked. */
  readonly to: string
  /** A message for its stream. */
  readonly answer: Uint8Array
}

/** The answer to a pull; undefined if it gets none. */
export function answerPull(parts: Parts, payload: Uint8Array): Given | undefined {
  const pull = decodeStateMessage(payload)
  if (typeof pull === 'string' || pull.kind !== 'pull') {
    drop(parts, typeof pull === 'string' ? pull : 'type')
    return undefined
  }
  const member = parts.members.find(pull.name)
  if (member === undefined || member.isGone || !member.hearsay || !isSharing(parts)) {
    drop(parts, 'stranger')
    return undefined
  }
  if (!parts.state.givings.hasRoomFor(member.name)) {
    drop(parts, 'state_pulls_busy')
    return undefined
  }
  if (parts.state.catchUp.nextAt(parts.now) > parts.now) {
    drop(parts, 'state_pulls')
    return undefined
  }
  const piece = pieceFor(parts, pull)
  const acknowledged = acknowledgementOf(parts, member.name)
  const chunk = encodeChunk({ ...piece, acknowledged }, piece.segments.map(encodeSegment))
  parts.state.catchUp.charge(parts.now, chunk.length)
  parts.counters.add('state_chunks_sent_total')
  parts.counters.add('state_chunk_bytes_sent_total', chunk.length)
  return { to: member.name, answer: encodeMessage({ kind: 'userStream', payload: chunk }) }
}

interface Building {
  readonly parts: Parts
  readonly segments: Segment[]
  bytesLeft: number
  entriesLeft: number
  more: boolean
  isCut: boolean
  /** Streams that did not fit any more. */
  misses: number
}

/** After so many streams that do not fit the rest is left to the next piece unseen. */
const MISSES_MAX = 8

/** What of all that somebody lacks goes into one piece. */
function pieceFor(parts: Parts, pull: StatePull): Omit<StateChunk, 'kind' | 'acknowledged'> {
  const building: Building = {
    parts,
    segments: [],
    bytesLeft: CHUNK_BYTES_MAX,
    entriesLeft: CHUNK_ENTRIES_MAX,
    more: false,
    isCut: false,
    misses: 0,
  }
  const { resume } = pull
  const resumed = resume && resumable(parts, resume)
  if (resume !== undefined && resumed !== undefined) addPart(building, resumed, resume)
  for (const { stream, base } of lackingOf(parts, pull)) {
    if (stream !== resumed) addStream(building, stream, base)
    if (building.isCut || building.misses >= MISSES_MAX) break
  }
  const { segments, more, isCut } = building
  return { segments, more: more || isCut, isCut, goesOn: resumed !== undefined }
}

/** Only while nothing was forgotten meanwhile: a key deleted and forgotten would come back. */
function resumable({ state }: Parts, resume: Resume): Stream | undefined {
  const stream = state.store.at(resume.place)
  if (stream?.generation !== resume.generation) return undefined
  return stream.replica.gcFloor === resume.gcFloor ? stream : undefined
}

/** Streams the asker lacks something of, the smallest first. */
function lackingOf(
  { state }: Parts,
  { mask, records }: StatePull,
): readonly { readonly stream: Stream; readonly base: number }[] {
  const sorted = [...records].sort((one, other) => comparePlaces(one.place, other.place))
  const lacking: { readonly stream: Stream; readonly base: number }[] = []
  let at = 0
  for (const stream of state.store.streams) {
    if ((mask & sixteenthBit(stream.place)) === 0) continue
    while (isBefore(sorted[at], stream)) at++
    const record = sorted[at]
    const isNamed = record !== undefined && comparePlaces(record.place, stream.place) === 0
    if (!isNamed) lacking.push({ stream, base: 0 })
    else if (!record.isFull && compare(stream, record).theyLack) {
      lacking.push({ stream, base: baseOf(stream, record) })
    }
  }
  return lacking.sort((one, other) => one.stream.replica.bytes - other.stream.replica.bytes)
}

function isBefore(record: StreamRecord | undefined, { place }: Stream): boolean {
  return record !== undefined && comparePlaces(record.place, place) < 0
}

/** Adds all that is lacking of a stream, or the first part of it, or notes that more waits. */
function addStream(building: Building, stream: Stream, base: number): void {
  const { parts, bytesLeft, entriesLeft } = building
  const options = { nowMs: parts.now, bytesMax: bytesLeft, entriesMax: entriesLeft }
  const piece = entriesLeft > 0 ? stream.replica.deltaAbove(base, options) : undefined
  if (piece !== undefined) return add(building, segmentOf(stream, piece))
  building.more = true
  building.misses++
  // A stream is cut only where it had nearly the whole piece to itself.
  if (bytesLeft < CHUNK_BYTES_MAX / 2 || entriesLeft < CHUNK_ENTRIES_MAX / 2) return
  const above = base >= stream.replica.gcFloor ? base : 0
  addPart(building, stream, { above, after: above })
}

function addPart(
  building: Building,
  stream: Stream,
  where: { readonly above: number; readonly after: number },
): void {
  const { parts, bytesLeft, entriesLeft } = building
  const { piece, isLast } = stream.replica.pieceAbove(where, {
    nowMs: parts.now,
    bytesMax: bytesLeft,
    entriesMax: entriesLeft,
  })
  add(building, segmentOf(stream, piece))
  building.isCut = !isLast
}

function add(building: Building, segment: Segment): void {
  building.segments.push(segment)
  building.entriesLeft -= segment.entries.length
  for (const { key, value } of segment.entries) {
    building.bytesLeft -= key.length + value.length + ENTRY_BYTES
  }
  building.bytesLeft -= ENTRY_BYTES
}

/** About what an entry, or a segment, costs beside its key and value. */
const ENTRY_BYTES = 20
