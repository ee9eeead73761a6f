// Serf's messages, as a table. They travel inside memberlist: intents, events and queries in user
// messages, the state as the user state of a push/pull. Lamport times are 64-bit numbers and stay
// bigints from end to end, because a Number would take 2⁵³ and 2⁵³+1 for the same time.

import { ByteReader, borrowWriter } from '../base/bytes.ts'
import {
  bool,
  bytes,
  bytesOrNil,
  i64,
  list,
  mapOf,
  optional,
  prose,
  str,
  u8,
  u16,
  u32,
  u64,
} from './fields.ts'
import {
  type DropReason,
  EVENT_SLOTS_MAX,
  LIST_ENTRIES_MAX,
  QUERY_FILTERS_MAX,
  SLOT_EVENTS_MAX,
} from './limits.ts'
import { failureReason } from './messages.ts'
import { type Struct, struct } from './struct.ts'

/** The first byte of every Serf message. */
export const SERF_TAG = { leave: 0, join: 1, state: 2, event: 3, query: 4, response: 5 } as const

// ---- tables, in Go's order of declaration -------------------------------------------

const LEAVE = struct({ kind: 'leave' }, [
  ['LTime', 'ltime', u64],
  ['Node', 'node', str],
  ['Prune', 'prune', bool],
])

const JOIN = struct({ kind: 'join' }, [
  ['LTime', 'ltime', u64],
  ['Node', 'node', str],
])

const SLOT_EVENT = struct({}, [
  ['Name', 'name', prose],
  ['Payload', 'payload', bytesOrNil],
])

const EVENT_SLOT = struct({}, [
  ['LTime', 'ltime', u64],
  [
    'Events',
    'events',
    list(SLOT_EVENT, { countMax: SLOT_EVENTS_MAX, beyond: 'skip', empty: 'array' }),
  ],
])

const STATE = struct({ kind: 'state' }, [
  ['LTime', 'ltime', u64],
  ['StatusLTimes', 'statusLtimes', mapOf(u64, LIST_ENTRIES_MAX)],
  [
    'LeftMembers',
    'leftMembers',
    list(prose, { countMax: LIST_ENTRIES_MAX, beyond: 'fail', empty: 'array' }),
  ],
  ['EventLTime', 'eventLtime', u64],
  [
    'Events',
    'events',
    list(optional(EVENT_SLOT), { countMax: EVENT_SLOTS_MAX, beyond: 'skip', empty: 'array' }),
  ],
  ['QueryLTime', 'queryLtime', u64],
])

const EVENT = struct({ kind: 'event' }, [
  ['LTime', 'ltime', u64],
  ['Name', 'name', str],
  ['Payload', 'payload', bytesOrNil],
  ['CC', 'coalesce', bool],
])

const QUERY = struct({ kind: 'query' }, [
  ['LTime', 'ltime', u64],
  ['ID', 'id', u32],
  ['Addr', 'addr', bytes],
  ['Port', 'port', u16],
  ['SourceNode', 'sourceNode', str],
  [
    'Filters',
    'filters',
    list(bytes, { countMax: QUERY_FILTERS_MAX, beyond: 'fail', empty: 'nil' }),
  ],
  ['Flags', 'flags', u32],
  ['RelayFactor', 'relayFactor', u8],
  ['Timeout', 'timeout', i64],
  ['Name', 'name', str],
  ['Payload', 'payload', bytesOrNil],
])

const RESPONSE = struct({ kind: 'response' }, [
  ['LTime', 'ltime', u64],
  ['ID', 'id', u32],
  ['From', 'from', str],
  ['Flags', 'flags', u32],
  ['Payload', 'payload', bytesOrNil],
])

// ---- types --------------------------------------------------------------------------

type ValueOf<S> = S extends Struct<infer T> ? T : never

/** A member says that it, or a failed one, leaves. */
export type SerfLeave = ValueOf<typeof LEAVE>
export type SerfJoin = ValueOf<typeof JOIN>
/** All events of one Lamport time. */
export type SerfEventSlot = ValueOf<typeof EVENT_SLOT>
/** The user state of a push/pull; empty slots of the event buffer are undefined. */
export type SerfState = ValueOf<typeof STATE>
/** A user event; `coalesce` lets receivers fold several of one name. */
export type SerfEvent = ValueOf<typeof EVENT>
/** `timeout` is in nanoseconds; flag 1 asks for acks, flag 2 forbids re-broadcasting. */
export type SerfQuery = ValueOf<typeof QUERY>
/** Flag 1 marks an ack. */
export type SerfResponse = ValueOf<typeof RESPONSE>

export type SerfMessage = SerfLeave | SerfJoin | SerfState | SerfEvent | SerfQuery | SerfResponse

const STRUCTS = {
  leave: LEAVE,
  join: JOIN,
  state: STATE,
  event: EVENT,
  query: QUERY,
  response: RESPONSE,
} as const

const BY_TAG: readonly Struct<SerfMessage>[] = [LEAVE, JOIN, STATE, EVENT, QUERY, RESPONSE]

// ---- codec --------------------------------------------------------------------------

/** Reads one Serf message, type byte first; what stands behind it is ignored. */
export function decodeSerfMessage(payload: Uint8Array): SerfMessage | DropReason {
  const tag = payload[0]
  if (tag === undefined) return 'empty'
  const codec = BY_TAG[tag]
  if (codec === undefined) return 'type'
  const reader = new ByteReader(payload, 1)
  const message = codec.read(reader)
  return reader.failure === undefined ? message : failureReason(reader)
}

/** One Serf message, type byte first. */
export function encodeSerfMessage(message: SerfMessage): Uint8Array {
  const writer = borrowWriter()
  writer.u8(SERF_TAG[message.kind])
  const codec: Struct<object> = STRUCTS[message.kind]
  codec.write(writer, message)
  return writer.take()
}
