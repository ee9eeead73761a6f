// perform[command]: what the application may ask of the node. Outcomes come back as `done`
// notices with the command's id, some at once, some when the cluster has answered.

import { askEvent, askViews } from './asking.ts'
import { utf8Length } from './base/text.ts'
import { join, openUser } from './dialling.ts'
import type { Command, CommandId, Millis, Outcome } from './io.ts'
import { done, type Parts } from './parts.ts'
import { takeSeeds } from './periodic.ts'
import { fetchState } from './sharing/fetching.ts'
import { restore, revive } from './sharing/keeping.ts'
import { flushThen } from './sharing/leaving.ts'
import { lifeBegun } from './sharing/lives.ts'
import { evictNow } from './sharing/orphans.ts'
import { deleteOwn, setOwn } from './sharing/owning.ts'
import { defineCustom, putShared } from './sharing/sharing.ts'
import { EVENT_BYTES_MAX, tellEvent, tellLeaveIntent, tellRaw } from './users.ts'
import { announceForgotten, carry, trace } from './verdicts.ts'
import { metaOfTags, pingMessage, sizeOfTags, viewOf } from './views.ts'
import { META_BYTES_MAX } from './wire/limits.ts'
import { encodeMessage } from './wire/messages.ts'

type Perform = {
  readonly [K in Command['kind']]: (
    parts: Parts,
    command: Extract<Command, { kind: K }>,
    id: CommandId,
  ) => void
}

const DONE: Outcome = { kind: 'ok' }

export const perform: Perform = {
  restore(parts, { kept }, id) {
    restore(parts, kept)
    done(parts, id, DONE)
  },

  life(parts, { generation }, id) {
    lifeBegun(parts, generation)
    done(parts, id, DONE)
  },

  start(parts, _command, id) {
    start(parts)
    revive(parts)
    done(parts, id, DONE)
  },

  seeds(parts, { seeds }, id) {
    if (!takeSeeds(parts, seeds, id)) done(parts, id, DONE)
  },

  join(parts, { targets }, id) {
    if (parts.membership.leaving) return done(parts, id, { kind: 'leaving' })
    join(parts, targets, id)
  },

  leave(parts, { timeoutMs }, id) {
    if (parts.membership.leaving) return done(parts, id, DONE)
    leave(parts, timeoutMs, id)
  },

  'set-tags'(parts, { tags }, id) {
    const meta = metaOfTags(tags)
    if (meta !== undefined) return setMeta(parts, meta, id)
    done(parts, id, { kind: 'too-large', sizeBytes: sizeOfTags(tags), maxBytes: META_BYTES_MAX })
  },

  'set-meta'(parts, { meta }, id) {
    setMeta(parts, meta, id)
  },

  broadcast(parts, { name, payload, coalesce }, id) {
    const sizeBytes = utf8Length(name) + payload.length
    if (sizeBytes > EVENT_BYTES_MAX) {
      return done(parts, id, { kind: 'too-large', sizeBytes, maxBytes: EVENT_BYTES_MAX })
    }
    const event = tellEvent(parts, { name, payload, coalesce })
    done(parts, id, event === undefined ? { kind: 'full' } : { kind: 'event', event })
  },

  gossip(parts, { payload }, id) {
    const problem = rawProblem(parts, payload)
    if (problem !== undefined) return done(parts, id, problem)
    done(parts, id, tellRaw(parts, payload) ? DONE : { kind: 'full' })
  },

  send(parts, { to, payload, reliable }, id) {
    const member = parts.members.find(to)
    if (member === undefined || member.isGone) return done(parts, id, { kind: 'unknown' })
    if (reliable) return openUser(parts, member.address, id, payload)
    const problem = rawProblem(parts, payload)
    if (problem !== undefined) return done(parts, id, problem)
    parts.outbox.sendAlone(member, [encodeMessage({ kind: 'user', payload })])
    done(parts, id, DONE)
  },

  'state-set'(parts, write, id) {
    setOwn(parts, write, id)
  },

  'state-put'(parts, command, id) {
    putShared(parts, command, id)
  },

  'state-define'(parts, command, id) {
    defineCustom(parts, command, id)
  },

  'state-delete'(parts, command, id) {
    deleteOwn(parts, command, id)
  },

  'state-sync'(parts, command, id) {
    fetchState(parts, command, id)
  },

  remove(parts, { name }, id) {
    done(parts, id, remove(parts, name))
  },

  ping(parts, { name, timeoutMs }, id) {
    const member = parts.members.find(name)
    if (member === undefined) return done(parts, id, { kind: 'unknown' })
    const seqNo = parts.acks.expect({ kind: 'command', id, sentMs: parts.now })
    if (seqNo === undefined) return done(parts, id, { kind: 'full' })
    const ping = encodeMessage(pingMessage(parts.members.self, name, seqNo))
    parts.outbox.send(member.address, ping, { bare: true })
    parts.timers.set(`ack:${seqNo}`, parts.now + timeoutMs, { kind: 'ack', seqNo })
  },

  'ask-views'(parts, { timeoutMs }, id) {
    askViews(parts, id, timeoutMs)
  },

  'ask-event'(parts, { event, timeoutMs }, id) {
    askEvent(parts, id, event, timeoutMs)
  },
}

/** The type byte of a user message and its place in a compound. */
const RAW_OVERHEAD_BYTES = 3

/** What of a raw user message does not fit, once it is packed. */
function rawProblem({ outbox }: Parts, { length: sizeBytes }: Uint8Array): Outcome | undefined {
  const maxBytes = outbox.messageBytesMax - RAW_OVERHEAD_BYTES
  return sizeBytes > maxBytes ? { kind: 'too-large', sizeBytes, maxBytes } : undefined
}

// ---- start and leave --------------------------------------------------------------------

function start(parts: Parts): void {
  if (parts.started) return
  parts.started = true
  parts.state.startedMs = parts.now
  const { config, timers, random, now } = parts
  carry(parts, parts.membership.announce(now, ourMeta(parts)), config.name, { how: 'own' })
  parts.gossipPhase = now + random.fraction() * config.gossipIntervalMs
  if (config.probeIntervalMs > 0) {
    const first = now + random.fraction() * config.probeIntervalMs
    timers.set('probe-tick', onGrid(parts, first), { kind: 'probe-tick' })
  }
  if (config.pushPullIntervalMs > 0) {
    const wait = (1 + random.fraction()) * config.pushPullIntervalMs
    timers.set('push-pull', now + wait, { kind: 'push-pull' })
  }
  if (!config.strict && config.healIntervalMs > 0) {
    // Anywhere in the interval: members started together must not all try at once, and then
    // none for half a minute.
    timers.set('heal', now + config.healIntervalMs * random.fraction(), { kind: 'heal' })
  }
}

/**
 * Nodes that share a host begin their probes at the same moment of an interval, so that their
 * timers fall together and wake the processor less often; hosts differ.
 */
function onGrid({ config }: Parts, at: Millis): Millis {
  if (config.strict) return at
  const { probeIntervalMs, advertise } = config
  // Multiplied, so that neighbouring addresses come to lie far apart.
  const host = advertise.ip.reduce((sum, byte) => ((sum + byte) * 40_503) % 65_536, 0)
  const phaseMs = (host / 65_536) * probeIntervalMs
  return Math.ceil((at - phaseMs) / probeIntervalMs) * probeIntervalMs + phaseMs
}

/** Goodbye: beside Serf the intent first, then memberlist's own; told often enough, or in time. */
function leave(parts: Parts, timeoutMs: number, id: CommandId): void {
  parts.leaveId = id
  parts.timers.set('leave', parts.now + timeoutMs, { kind: 'leave', id })
  const untilMs = parts.now + timeoutMs
  flushThen(parts, timeoutMs / 2, () => sayGoodbyes(parts, untilMs - parts.now))
}

function sayGoodbyes(parts: Parts, timeoutMs: Millis): void {
  if (parts.membership.leaving) return
  if (parts.config.application === 'serf' && parts.members.hasCompany) {
    tellLeaveIntent(parts)
    // Serf passes an intent on at its own ticks, and calls who goes before it failed.
    const head = Math.min(timeoutMs / 2, INTENT_TICKS * parts.config.gossipIntervalMs)
    return parts.timers.set('leave-intent', parts.now + head, { kind: 'leave-intent' })
  }
  sayGoodbye(parts)
}

const INTENT_TICKS = 3

/** memberlist's goodbye: a death that we announce ourselves. */
export function sayGoodbye(parts: Parts): void {
  parts.timers.clear('leave-intent')
  if (parts.membership.leaving) return
  const finished = () => leaveEnded(parts, DONE)
  const company = parts.members.hasCompany
  carry(parts, parts.membership.leave(parts.now), parts.config.name, { how: 'own', finished })
  if (!company) leaveEnded(parts, DONE)
}

export function leaveEnded(parts: Parts, outcome: Outcome): void {
  const { leaveId } = parts
  if (leaveId === undefined) return
  parts.leaveId = undefined
  parts.timers.clear('leave')
  done(parts, leaveId, outcome)
}

// ---- meta -----------------------------------------------------------------------------

/** Our meta at the start: raw bytes if given, else our tags with the announcement. */
export function ourMeta(parts: Parts): Uint8Array {
  return parts.config.meta ?? metaOfTags(parts.config.tags) ?? new Uint8Array(0)
}

function setMeta(parts: Parts, meta: Uint8Array, id: CommandId): void {
  if (parts.membership.leaving) return done(parts, id, { kind: 'leaving' })
  if (meta.length > META_BYTES_MAX) {
    return done(parts, id, { kind: 'too-large', sizeBytes: meta.length, maxBytes: META_BYTES_MAX })
  }
  carry(parts, parts.membership.announce(parts.now, meta), parts.config.name, { how: 'own' })
  done(parts, id, DONE)
}

// ---- remove ---------------------------------------------------------------------------

function remove(parts: Parts, name: string): Outcome {
  const row = parts.members.find(name)
  if (row !== undefined && !row.isGone) return { kind: 'alive' }
  const view = row === undefined ? parts.departed.find(name) : viewOf(row)
  // What somebody wrote is held for longer than it is remembered.
  if (!evictNow(parts, name) && view === undefined) return { kind: 'unknown' }
  if (row !== undefined) {
    parts.members.remove(row)
    trace(parts, row, row.status, 'removed', 'forgotten')
  }
  parts.departed.remove(name)
  parts.departed.forgetMoves(name)
  if (view !== undefined) announceForgotten(parts, view)
  return DONE
}
