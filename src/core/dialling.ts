// Streams we open (memberlist-wire §11): push/pulls that join or compare, pings that back up
// a probe, messages that must arrive. Opening and giving up; streams.ts reads what comes.

import type { Address } from './base/address.ts'
import type { Exchange, JoinTask, Purpose } from './exchanges.ts'
import { silenceText } from './foreign.ts'
import type { CloseReason, CommandId, JoinFailure, JoinTarget, StreamId } from './io.ts'
import { log, notify, type Parts } from './parts.ts'
import type { Member } from './swim/member.ts'
import type { ProbeRound, StreamOutcome } from './swim/probe.ts'
import { encodeMessage } from './wire/messages.ts'
import { type StreamOptions, StreamReader } from './wire/stream.ts'

/** Dials of one join that run at a time. */
const DIALS_AT_ONCE = 8

/** Joins every target; the outcome goes to the command `id`. */
export function join(parts: Parts, targets: readonly JoinTarget[], id: CommandId): void {
  const task: JoinTask = { id, waiting: [...targets], running: 0, reached: [], failures: [] }
  continueJoin(parts, task)
}

/** Starts what may run now, or ends the task. */
export function continueJoin(parts: Parts, task: JoinTask): void {
  const alone = !parts.config.strict && parts.members.livingCount === 1
  while (task.running < DIALS_AT_ONCE) {
    const target = task.waiting.shift()
    if (target === undefined) break
    if (target.address.equals(parts.members.self.address)) {
      task.failures.push({ ...target, reason: 'self', detail: 'this is our own address' })
      continue
    }
    parts.seeds.seek()
    task.running++
    openPushPull(parts, { kind: 'push-pull', join: true, target, task, alone })
  }
  if (task.running === 0) joinEnded(parts, task)
}

function joinEnded(parts: Parts, task: JoinTask): void {
  const { id, reached, failures } = task
  if (reached.length > 0) parts.seeds.succeeded()
  parts.counters.add('joins_reached_total', reached.length)
  parts.counters.add('joins_failed_total', failures.length)
  notify(parts, { kind: 'done', id, outcome: { kind: 'joined', reached, failures } })
}

/** A push/pull with a member we know. */
export function syncWith(parts: Parts, name: string, address: Address, joining: boolean): void {
  openPushPull(parts, {
    kind: 'push-pull',
    join: joining,
    target: { address, seed: name },
    task: undefined,
    alone: false,
  })
}

function openPushPull(parts: Parts, purpose: Extract<Purpose, { kind: 'push-pull' }>): void {
  parts.counters.add('push_pulls_dialled_total')
  dial(parts, purpose.target.address, purpose)
}

/** The fallback of a probe: a ping over a stream. */
export function openPing(parts: Parts, to: Address, seqNo: number, request: Uint8Array): void {
  dial(parts, to, { kind: 'ping', seqNo, request })
}

/** A user message over a stream. */
export function openUser(parts: Parts, to: Address, id: number, payload: Uint8Array): void {
  dial(parts, to, { kind: 'user', id, request: encodeMessage({ kind: 'userStream', payload }) })
}

/** Asks a member for state over a stream. */
export function openPull(parts: Parts, { name, address }: Member, request: Uint8Array): void {
  dial(parts, address, { kind: 'pull', name, request })
}

function dial(parts: Parts, to: Address, purpose: Purpose): void {
  const stream = parts.exchanges.takeStreamId()
  const reader = new StreamReader(parts.wire, readerOptions(parts, { dialled: true }))
  parts.exchanges.add({ stream, peer: to, purpose, reader, isOpen: false })
  parts.effects.push({ kind: 'open', stream, to })
  expectProgress(parts, stream, parts.config.tcpTimeoutMs)
}

// ---- failing --------------------------------------------------------------------------

/** A stream ended before it served its purpose. */
export function failed(parts: Parts, exchange: Exchange, reason: CloseReason, detail = ''): void {
  const { purpose } = exchange
  if (purpose.kind === 'accepted') return
  if (purpose.kind === 'user') {
    const outcome = { kind: 'timeout' } as const
    return exchange.isOpen ? undefined : notify(parts, { kind: 'done', id: purpose.id, outcome })
  }
  if (purpose.kind === 'pull') {
    parts.state.pulls.end(purpose.name)
    return parts.counters.add('state_pulls_failed_total')
  }
  if (purpose.kind === 'ping') {
    return streamPinged(parts, purpose.seqNo, pingOutcome(reason, exchange.isOpen))
  }
  // Closed after we spoke and without a word back: that is how a label or key is refused.
  const silent = exchange.isOpen && detail === '' && (reason === 'end' || reason === 'reset')
  if (silent) return joinFailed(parts, purpose, 'silent', silenceText(parts.wire))
  joinFailed(parts, purpose, detail === '' ? reason : 'garbage', detail || DETAIL[reason])
}

const DETAIL: Readonly<Record<CloseReason, string>> = {
  end: 'closed before the answer was complete',
  refused: 'connection refused: nothing listens there',
  unreachable: 'no route, or the address does not exist',
  timeout: 'no answer in time: wrong address, or a firewall drops TCP',
  reset: 'the connection was reset',
  limit: 'too many connections here',
}

/** A push/pull came to nothing; its task goes on with the rest. */
export function joinFailed(
  parts: Parts,
  purpose: Extract<Purpose, { kind: 'push-pull' }>,
  reason: JoinFailure['reason'],
  detail: string,
): void {
  const { task, target } = purpose
  parts.counters.add('push_pulls_failed_total')
  if (task === undefined) {
    const fields = { with: target.seed, reason, detail }
    return log(parts, 'debug', `push-pull:${target.seed}`, 'a push/pull failed', fields)
  }
  task.failures.push({ ...target, reason, detail })
  task.running--
  continueJoin(parts, task)
}

/** The ping over a stream came to something; it counts when the round ends. */
export function streamPinged(parts: Parts, seqNo: number, outcome: StreamOutcome): void {
  if (parts.probe?.seqNo !== seqNo) return
  parts.probe.stream = outcome
  parts.probe.streamMs = parts.now
  if (outcome === 'refused' && !parts.config.strict) endSoon(parts, parts.probe)
}

/** Of the probe timeout, what relays still get once the process is known to be gone. */
const REFUSED_SHARE = 0.2

/**
 * A host that refuses the stream says that nobody listens: the round need not last to its
 * end. A relay that reaches the member answers within this time, and saves it.
 */
function endSoon(parts: Parts, probe: ProbeRound): void {
  const at = parts.now + parts.config.probeTimeoutMs * REFUSED_SHARE
  if (at >= probe.endMs) return
  probe.isCutShort = true
  parts.timers.set('probe-end', at, { kind: 'probe-end', seqNo: probe.seqNo })
}

function pingOutcome(reason: CloseReason, isOpen: boolean): StreamOutcome {
  if (reason === 'timeout') return isOpen ? 'silent' : 'timeout'
  return reason === 'end' || reason === 'limit' ? 'reset' : reason
}

// ---- helpers --------------------------------------------------------------------------

/** More members than we can hold are no table for us, with some slack for the gone. */
const NODES_SLACK = 1024

/** How a stream is to be read. */
export function readerOptions(
  parts: Parts,
  { dialled }: { readonly dialled: boolean },
): StreamOptions {
  return { dialled, nodesMax: parts.config.membersMax + NODES_SLACK }
}

/** Gives a stream up unless a byte comes in time. */
export function expectProgress(parts: Parts, stream: StreamId, withinMs: number): void {
  parts.timers.set(`stream:${stream}`, parts.now + withinMs, { kind: 'stream', stream })
}

/** Flushes and ends a stream of ours. */
export function end(parts: Parts, stream: StreamId): void {
  forget(parts, stream)
  hangUp(parts, stream)
}

/** Ends a stream that we keep no record of. */
export function hangUp(parts: Parts, stream: StreamId): void {
  parts.effects.push({ kind: 'close', stream })
}

/** Drops all record of a stream. */
export function forget(parts: Parts, stream: StreamId): void {
  parts.timers.clear(`stream:${stream}`)
  parts.timers.clear(`stream-hard:${stream}`)
  parts.state.givings.end(stream)
  parts.exchanges.remove(stream)
}
