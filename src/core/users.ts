// What travels in memberlist's user messages: Serf's events and leave intents, hearsay's own
// questions and answers, and applications' raw bytes. Tells them apart, delivers, passes on.

import { receiveOwn } from './asking.ts'
import type { Address } from './base/address.ts'
import { drop, log, notify, type Parts, wallMs } from './parts.ts'
import { expectNews } from './rumors.ts'
import { receiveState } from './sharing/walks.ts'
import { crc32 } from './wire/crc32.ts'
import { encodeMessage } from './wire/messages.ts'
import { OWN_TAG } from './wire/own-messages.ts'
import {
  decodeSerfMessage,
  encodeSerfMessage,
  type SerfEvent,
  type SerfJoin,
  type SerfLeave,
} from './wire/serf-messages.ts'
import { isStateMessage } from './wire/state-messages.ts'

/** Name and payload of an event together, as Serf's user event limit. */
export const EVENT_BYTES_MAX = 512
/** What we take from others, whose limit may be set higher. */
const EVENT_ACCEPTED_BYTES_MAX = 9216
const SERF_JOIN = 1
const SERF_STATE = 2
const SERF_EVENT = 3

/** Sorts out a received user message; `via` names the member whose packet it was, if known. */
export function receiveUser(parts: Parts, payload: Uint8Array, from: Address, via: string): void {
  if (isStateMessage(payload)) return receiveState(parts, payload, from)
  if (payload[0] === OWN_TAG && receiveOwn(parts, payload, from)) return
  const isSerf = parts.config.application === 'serf'
  if (
    payload[0] === SERF_EVENT ||
    (isSerf && payload[0] !== undefined && payload[0] <= SERF_JOIN)
  ) {
    const message = decodeSerfMessage(payload)
    if (typeof message === 'object' && message.kind === 'event')
      return receiveEvent(parts, message, payload, via)
    if (typeof message === 'object' && isSerf) {
      if (message.kind === 'leave' || message.kind === 'join')
        return receiveIntent(parts, message, payload)
    }
  }
  // The rest of Serf's messages is for Serf; hearsay neither answers nor shows them.
  if (isSerf) return parts.counters.add('serf_ignored_total')
  parts.outbox.echo(parts.outbox.user, rawName(payload))
  notify(parts, { kind: 'message', payload, from })
}

// ---- events ---------------------------------------------------------------------------

/** Tells everybody an event of ours; undefined if too many wait already. */
export function tellEvent(
  parts: Parts,
  {
    name,
    payload,
    coalesce,
  }: { readonly name: string; readonly payload: Uint8Array; readonly coalesce: boolean },
): SerfEvent | undefined {
  const event: SerfEvent = {
    kind: 'event',
    ltime: parts.events.clock.take(),
    name,
    payload,
    coalesce,
  }
  parts.events.hear(event, '', wallMs(parts))
  if (!passOn(parts, event, encodeSerfMessage(event))) return undefined
  deliver(parts, event, '')
  return event
}

function receiveEvent(parts: Parts, event: SerfEvent, bytes: Uint8Array, via: string): void {
  if (event.name.length + event.payload.length > EVENT_ACCEPTED_BYTES_MAX)
    return drop(parts, 'event_size')
  const hearing = parts.events.hear(event, via, wallMs(parts))
  if (hearing === 'echo') return parts.outbox.echo(parts.outbox.user, eventName(event))
  if (hearing !== 'new') return drop(parts, `event_${hearing}`)
  deliver(parts, event, via)
  passOn(parts, event, bytes)
}

function deliver(parts: Parts, event: SerfEvent, from: string): void {
  const { ltime, name, payload, coalesce } = event
  parts.counters.add('events_delivered_total')
  notify(parts, { kind: 'event', event: { ltime, name }, payload, coalesce, from })
}

function passOn(parts: Parts, event: SerfEvent, bytes: Uint8Array): boolean {
  // Only Serf's members know what an event is; beside plain memberlist it stays among us.
  const exclusive = parts.config.application === 'memberlist'
  return tellUser(parts, bytes, { name: eventName(event), exclusive })
}

function eventName({ ltime, name, payload }: SerfEvent): string {
  return `event:${ltime}:${name}:${crc32(payload)}`
}

// ---- raw messages -----------------------------------------------------------------------

/** Tells everybody raw bytes; false if too many wait already. */
export function tellRaw(parts: Parts, payload: Uint8Array): boolean {
  return tellUser(parts, payload, { name: rawName(payload), exclusive: false })
}

function rawName(payload: Uint8Array): string {
  return `raw:${payload.length}:${crc32(payload)}`
}

function tellUser(
  parts: Parts,
  payload: Uint8Array,
  options: { readonly name: string; readonly exclusive: boolean; readonly finished?: () => void },
): boolean {
  const message = encodeMessage({ kind: 'user', payload })
  const queued = parts.outbox.tellUser(message, options) !== undefined
  if (queued) expectNews(parts, 'urgent')
  else drop(parts, 'queue_full')
  return queued
}

// ---- Serf's intents ---------------------------------------------------------------------

type Intent = SerfLeave | SerfJoin

/** Says beside Serf that we mean to leave, before memberlist says that we left. */
export function tellLeaveIntent(parts: Parts): void {
  const { name: node } = parts.config
  const intent: SerfLeave = { kind: 'leave', ltime: parts.intents.take(), node, prune: false }
  const name = intentName(intent)
  parts.heardIntents.add(name)
  tellUser(parts, encodeSerfMessage(intent), { name, exclusive: false })
}

/** Keeps Serf's member clock and passes intents on once; an early goodbye in our name is denied. */
function receiveIntent(parts: Parts, intent: Intent, bytes: Uint8Array): void {
  parts.intents.witness(intent.ltime)
  const name = intentName(intent)
  if (parts.heardIntents.has(name)) return parts.outbox.echo(parts.outbox.user, name)
  parts.heardIntents.add(name)
  const aboutUs = intent.node === parts.config.name
  if (intent.kind === 'leave' && aboutUs && !parts.membership.leaving) {
    log(parts, 'info', 'intent', 'denied a goodbye that somebody said in our name')
    const denial: SerfJoin = { kind: 'join', ltime: parts.intents.take(), node: parts.config.name }
    parts.heardIntents.add(intentName(denial))
    tellUser(parts, encodeSerfMessage(denial), { name: intentName(denial), exclusive: false })
    return
  }
  tellUser(parts, bytes, { name, exclusive: false })
}

function intentName({ kind, ltime, node }: Intent): string {
  return `${kind}:${ltime}:${node}`
}

/** Reads the clocks out of Serf's part of a push/pull; the rest of it is Serf's. */
export function witnessSerfState(parts: Parts, userState: Uint8Array): void {
  if (parts.config.application !== 'serf' || userState[0] !== SERF_STATE) return
  const state = decodeSerfMessage(userState)
  if (typeof state !== 'object' || state.kind !== 'state') return drop(parts, 'serf_state')
  for (const ltime of state.statusLtimes.values()) parts.intents.witness(ltime)
  if (state.ltime > 0n) parts.intents.witness(state.ltime - 1n)
  if (state.eventLtime > 0n) parts.events.clock.witness(state.eventLtime - 1n)
}
