// What happens on streams (memberlist-wire §11): the push/pulls, pings and messages others
// bring us, and those we dial. One message each way, then the stream ends. Deadlines and
// caps keep a stranger from holding us up (threat model 4.5).

import type { Address } from './base/address.ts'
import {
  continueJoin,
  end,
  expectProgress,
  failed,
  forget,
  hangUp,
  joinFailed,
  readerOptions,
  streamPinged,
} from './dialling.ts'
import type { Exchange, Purpose } from './exchanges.ts'
import { answerText, closedText } from './foreign.ts'
import type { CloseReason, StreamId } from './io.ts'
import { enqueueMerge } from './merging.ts'
import { drop, log, notify, type Parts } from './parts.ts'
import { answerPull, pulled } from './sharing/pulling.ts'
import { receiveUser } from './users.ts'
import { announcesHearsay, nodeState } from './views.ts'
import { encodeMessage, type StreamMessage } from './wire/messages.ts'
import { isStateMessage } from './wire/state-messages.ts'
import { packStream, type StreamRead, StreamReader } from './wire/stream.ts'

const ACCEPTED_MAX = 128
const ACCEPTED_PER_HOST_MAX = 32
const FIRST_BYTE_MS = 2000
const PROGRESS_MS = 10_000
const WHOLE_MS = 30_000
/** All bytes that unfinished inbound streams may hold together. */
const HELD_BYTES_MAX = 64 * 1_048_576
const MERGES_MAX = 8

// ---- inputs ---------------------------------------------------------------------------

/** A dialled stream stands, or somebody opened one to us. */
export function opened(parts: Parts, stream: StreamId, peer: Address): void {
  const dialled = parts.exchanges.find(stream)
  if (dialled !== undefined) return speakFirst(parts, dialled)
  if (stream % 2 === 1) return hangUp(parts, stream)
  const crowded =
    parts.exchanges.accepted >= ACCEPTED_MAX ||
    parts.exchanges.acceptedFrom(peer) >= ACCEPTED_PER_HOST_MAX ||
    parts.exchanges.heldBytes > HELD_BYTES_MAX
  if (crowded) {
    drop(parts, 'stream_limit')
    return hangUp(parts, stream)
  }
  const reader = new StreamReader(parts.wire, readerOptions(parts, { dialled: false }))
  parts.exchanges.add({ stream, peer, purpose: { kind: 'accepted' }, reader, isOpen: true })
  expectProgress(parts, stream, FIRST_BYTE_MS)
  parts.timers.set(`stream-hard:${stream}`, parts.now + WHOLE_MS, { kind: 'stream-hard', stream })
}

function speakFirst(parts: Parts, exchange: Exchange): void {
  const { purpose, stream } = exchange
  exchange.isOpen = true
  if (purpose.kind === 'accepted') return
  const request =
    purpose.kind === 'push-pull' ? ourTable(parts, { join: purpose.join }) : purpose.request
  write(parts, exchange, request)
  expectProgress(parts, stream, parts.config.tcpTimeoutMs)
  if (purpose.kind !== 'user') return
  end(parts, stream)
  notify(parts, { kind: 'done', id: purpose.id, outcome: { kind: 'ok' } })
}

export function received(parts: Parts, stream: StreamId, bytes: Uint8Array): void {
  const exchange = parts.exchanges.find(stream)
  // Who was answered has no more to say.
  if (exchange === undefined || parts.state.givings.has(stream)) return
  exchange.reader.push(bytes)
  const accepted = exchange.purpose.kind === 'accepted'
  if (accepted && refuseBeyondMemory(parts, stream)) return
  expectProgress(parts, stream, accepted ? PROGRESS_MS : parts.config.tcpTimeoutMs)
  // What waits its turn keeps its place in it.
  if (!parts.exchanges.busy.has(stream)) read(parts, exchange)
}

export function closed(parts: Parts, stream: StreamId, reason: CloseReason): void {
  const exchange = parts.exchanges.find(stream)
  if (exchange === undefined) return
  if (parts.state.givings.has(stream)) return forget(parts, stream)
  exchange.reader.end()
  if (exchange.isOpen && reason === 'end') {
    read(parts, exchange)
    if (parts.exchanges.busy.has(stream)) return
  }
  if (parts.exchanges.find(stream) === undefined) return
  forget(parts, stream)
  failed(parts, exchange, reason)
}

/** No byte came for too long, or the whole takes too long. */
export function streamTimedOut(parts: Parts, stream: StreamId): void {
  const exchange = parts.exchanges.find(stream)
  if (exchange === undefined) return
  end(parts, stream)
  failed(parts, exchange, 'timeout')
}

/**
 * Continues the reader that stopped first in the middle of long work, and only that one: one
 * large inflation at a time, so that many cannot fill the memory together.
 */
export function continueReading(parts: Parts): void {
  const { busy } = parts.exchanges
  const [stream] = busy
  if (stream === undefined) return
  const exchange = parts.exchanges.find(stream)
  if (exchange === undefined) busy.delete(stream)
  else read(parts, exchange)
  if (busy.size > 0) parts.timers.set('work', parts.now, { kind: 'work' })
}

/** Ends an accepted stream if all of them together hold too much; true if it did. */
function refuseBeyondMemory(parts: Parts, stream: StreamId): boolean {
  if (parts.exchanges.heldBytes <= HELD_BYTES_MAX) return false
  drop(parts, 'stream_memory')
  end(parts, stream)
  return true
}

// ---- reading --------------------------------------------------------------------------

function read(parts: Parts, exchange: Exchange): void {
  const { stream, reader, purpose } = exchange
  const { busy } = parts.exchanges
  const step = reader.read()
  if (purpose.kind === 'accepted' && refuseBeyondMemory(parts, stream)) return
  if (step.kind !== 'busy') busy.delete(stream)
  switch (step.kind) {
    case 'more':
      return
    case 'busy':
      busy.add(stream)
      return parts.timers.set('work', parts.now, { kind: 'work' })
    case 'failed':
      return unreadable(parts, exchange, step)
    case 'message':
      return exchange.purpose.kind === 'accepted'
        ? serve(parts, exchange, step.message, step)
        : answered(parts, exchange, exchange.purpose, step.message)
  }
}

type Unreadable = Extract<StreamRead, { kind: 'failed' }>

function unreadable(parts: Parts, exchange: Exchange, failure: Unreadable): void {
  const { reason, foreignLabel, keyTrouble, authenticated } = failure
  drop(parts, reason)
  const { stream, peer, purpose } = exchange
  if (purpose.kind !== 'accepted') {
    end(parts, stream)
    // Not a byte came back: nothing was unreadable, we were turned away.
    if (reason === 'empty') return failed(parts, exchange, 'end')
    const detail = keyTrouble === undefined ? reason : answerText(keyTrouble)
    if (purpose.kind === 'push-pull' && keyTrouble !== undefined && keyTrouble !== 'not-gossip') {
      return joinFailed(parts, purpose, 'key', `unreadable answer: ${detail}`)
    }
    return failed(parts, exchange, 'reset', `unreadable answer: ${detail}`)
  }
  const fields = {
    from: peer.toString(),
    reason,
    ...(foreignLabel !== undefined && { label: foreignLabel }),
  }
  log(parts, 'warn', `stream:${keyTrouble ?? reason}`, closedText(reason, keyTrouble), fields)
  // Only one of us is told what was wrong; a stranger gets silence.
  if (authenticated) write(parts, exchange, encodeMessage({ kind: 'error', error: ERROR_TEXT }))
  end(parts, stream)
}

const ERROR_TEXT = 'hearsay: the message could not be read'

/** Serves what somebody brought. */
function serve(
  parts: Parts,
  exchange: Exchange,
  message: StreamMessage,
  { authenticated }: { readonly authenticated: boolean },
): void {
  const { stream, peer } = exchange
  const { self } = parts.members
  switch (message.kind) {
    case 'ping':
      if (message.node === '' || message.node === self.name) {
        const { seqNo } = message
        write(parts, exchange, encodeMessage({ kind: 'ack', seqNo, payload: new Uint8Array(0) }))
      } else drop(parts, 'other_name')
      return end(parts, stream)
    case 'userStream': {
      const { payload } = message
      if (isStateMessage(payload)) return give(parts, exchange, payload)
      end(parts, stream)
      if (payload.length > 0) receiveUser(parts, payload, peer, '')
      return
    }
    case 'pushPull': {
      if (parts.exchanges.merges.length >= MERGES_MAX) {
        drop(parts, 'merge_limit')
        return end(parts, stream)
      }
      // Answered before it is merged, as memberlist does: the answer shows what we knew.
      write(parts, exchange, ourTable(parts, { join: message.join }))
      end(parts, stream)
      const invited = authenticated && parts.config.keyring.length > 0
      return enqueueMerge(parts, message, { invited, via: undefined })
    }
    default:
      drop(parts, 'type')
      return end(parts, stream)
  }
}

/** Answers a pull. The asker hangs up: until then what was written may still be held here. */
function give(parts: Parts, exchange: Exchange, payload: Uint8Array): void {
  const { stream } = exchange
  const given = answerPull(parts, payload)
  if (given === undefined) return end(parts, stream)
  const before = parts.state.givings.begin(given.to, stream)
  if (before !== undefined) end(parts, before)
  write(parts, exchange, given.answer)
  expectProgress(parts, stream, WHOLE_MS)
}

/** Takes the answer to what we asked. */
function answered(
  parts: Parts,
  exchange: Exchange,
  purpose: Exclude<Purpose, { kind: 'accepted' }>,
  message: StreamMessage,
): void {
  end(parts, exchange.stream)
  if (purpose.kind === 'ping') {
    const matches = message.kind === 'ack' && message.seqNo === purpose.seqNo
    return streamPinged(parts, purpose.seqNo, matches ? 'answered' : 'garbage')
  }
  if (purpose.kind === 'user') return
  if (purpose.kind === 'pull') return pulled(parts, purpose, message)
  if (message.kind === 'error') return joinFailed(parts, purpose, 'error', message.error)
  if (message.kind !== 'pushPull') return joinFailed(parts, purpose, 'garbage', message.kind)
  const via = parts.members.findByAddress(purpose.target.address.key)?.name
  enqueueMerge(
    parts,
    { ...message, join: purpose.join },
    {
      invited: true,
      via,
      // With a second seed we are the bridge: then its members are news to the first's. Members
      // that cannot compare notes count on every newcomer to tell them on, as they do.
      quiet:
        purpose.alone &&
        purpose.task?.reached.length === 0 &&
        message.nodes.every(({ meta }) => announcesHearsay(meta)),
      finished: (merge) => {
        const foreign = merge.others > 0 && merge.versionSkips === merge.others
        if (foreign)
          return joinFailed(parts, purpose, 'version', 'no member speaks our protocol versions')
        const { task, target } = purpose
        if (task === undefined) return
        task.reached.push(target.seed)
        task.running--
        continueJoin(parts, task)
      },
    },
  )
}

// ---- helpers --------------------------------------------------------------------------

function ourTable(parts: Parts, { join }: { readonly join: boolean }): Uint8Array {
  const nodes = [...parts.members.rows].map(nodeState)
  return encodeMessage({ kind: 'pushPull', join, nodes, userState: new Uint8Array(0) })
}

function write(parts: Parts, { stream, purpose }: Exchange, message: Uint8Array): void {
  const bytes = packStream(message, parts.wire, { dialled: purpose.kind !== 'accepted' })
  parts.counters.add('stream_bytes_sent_total', bytes.length)
  parts.effects.push({ kind: 'write', stream, bytes })
}
