// What users broadcast, as bytes, and the identity of an event as text. Bytes and text go
// as they are, anything else as JSON in UTF-8 (which a receiver reads back with JSON.parse).

import type { EventId, HearsayError } from '../core/index.ts'
import { show, wrong } from './arguments.ts'
import { exactJson } from './json.ts'
import type { Payload, StateValue } from './state-api.ts'

export type { Payload }

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const LTIME_DIGITS_MAX = 20

/** The bytes of a payload; none at all for undefined. Throws `HEARSAY_CONFIG` for what JSON cannot say. */
export function payloadBytes(payload: Payload): Uint8Array {
  return payload === undefined ? new Uint8Array(0) : valueBytes('payload', payload)
}

/** The bytes of what is shared, called `what` where it is refused: `HEARSAY_CONFIG`. */
export function valueBytes(what: string, value: StateValue): Uint8Array {
  if (value instanceof Uint8Array) return value.slice()
  return encoder.encode(typeof value === 'string' ? value : exactJson(what, value))
}

/** The text of UTF-8 bytes; empty if they are not. */
export function payloadText(payload: Uint8Array): string {
  try {
    return decoder.decode(payload)
  } catch {
    return ''
  }
}

/** `ltime-name`. */
export function eventIdText({ ltime, name }: EventId): string {
  return `${ltime}-${name}`
}

/** The identity that `eventIdText` wrote. Throws `HEARSAY_CONFIG` if it is none. */
export function parseEventId(text: string): EventId {
  if (typeof text !== 'string') throw notAnId(text)
  const dash = text.indexOf('-')
  const ltime = text.slice(0, dash)
  if (dash < 1 || ltime.length > LTIME_DIGITS_MAX || !/^\d+$/.test(ltime)) {
    throw notAnId(text)
  }
  return { ltime: BigInt(ltime), name: text.slice(dash + 1) }
}

function notAnId(value: unknown): HearsayError {
  return wrong(`an event's id looks like 42-deploy, as broadcast() returned it; got ${show(value)}`)
}
