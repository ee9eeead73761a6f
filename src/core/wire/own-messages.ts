// hearsay's own messages: E7, a type byte, a map. They travel as memberlist user messages, straight
// to members that announce the tag `hs`, never to others. Unlike in memberlist's formats, bytes
// behind a message are an error: nobody else writes these.

import { assert } from '../base/assert.ts'
import { ByteReader, borrowWriter } from '../base/bytes.ts'
import { bool, f64, list, str, u8, u32, u64 } from './fields.ts'
import { type DropReason, VIEW_ROWS_MAX } from './limits.ts'
import { failureReason } from './messages.ts'
import { type Struct, struct } from './struct.ts'

/** The first byte of every own message; no Serf message begins with it. */
export const OWN_TAG = 0xe7

const TYPE = { viewRequest: 1, viewReply: 2, receiptRequest: 3, receiptReply: 4 } as const

// ---- tables -------------------------------------------------------------------------

const VIEW_REQUEST = struct({ kind: 'viewRequest' }, [
  ['Id', 'id', u32],
  ['Checksum', 'checksum', u32],
])

const VIEW_ROW = struct({}, [
  ['Name', 'name', str],
  ['Status', 'status', u8],
  ['Incarnation', 'incarnation', u32],
])

const VIEW_REPLY = struct({ kind: 'viewReply' }, [
  ['Id', 'id', u32],
  ['Checksum', 'checksum', u32],
  ['Alive', 'alive', u32],
  ['Suspect', 'suspect', u32],
  ['Dead', 'dead', u32],
  ['Left', 'left', u32],
  ['EventLTime', 'eventLtime', u64],
  [
    'Rows',
    'rows',
    list(VIEW_ROW, { countMax: VIEW_ROWS_MAX, beyond: 'fail', empty: 'array' }),
    'omitempty',
  ],
])

const RECEIPT_REQUEST = struct({ kind: 'receiptRequest' }, [
  ['Id', 'id', u32],
  ['LTime', 'ltime', u64],
  ['Name', 'name', str],
])

const RECEIPT_REPLY = struct({ kind: 'receiptReply' }, [
  ['Id', 'id', u32],
  ['Known', 'known', bool],
  ['From', 'from', str],
  ['WallMs', 'wallMs', f64],
])

// ---- types --------------------------------------------------------------------------

type ValueOf<S> = S extends Struct<infer T> ? T : never

/** Asks for a member's view; `checksum` is the asker's own. */
export type ViewRequest = ValueOf<typeof VIEW_REQUEST>
/** One member as the answering one sees it; `status` as in a push/pull. */
export type ViewRow = ValueOf<typeof VIEW_ROW>
/** Counts by status and the event clock; with rows only where the checksums differ. */
export type ViewReply = ValueOf<typeof VIEW_REPLY>
/** Asks when an event was first heard, and from whom. */
export type ReceiptRequest = ValueOf<typeof RECEIPT_REQUEST>
/** `wallMs` is Unix time in milliseconds; `from` is empty at the origin. */
export type ReceiptReply = ValueOf<typeof RECEIPT_REPLY>

export type OwnMessage = ViewRequest | ViewReply | ReceiptRequest | ReceiptReply

const STRUCTS = {
  viewRequest: VIEW_REQUEST,
  viewReply: VIEW_REPLY,
  receiptRequest: RECEIPT_REQUEST,
  receiptReply: RECEIPT_REPLY,
} as const

const BY_TYPE: readonly (Struct<OwnMessage> | undefined)[] = [
  undefined,
  VIEW_REQUEST,
  VIEW_REPLY,
  RECEIPT_REQUEST,
  RECEIPT_REPLY,
]

// ---- codec --------------------------------------------------------------------------

/** Reads one own message, E7 first. */
export function decodeOwnMessage(payload: Uint8Array): OwnMessage | DropReason {
  if (payload.length === 0) return 'empty'
  const codec = payload[0] === OWN_TAG ? BY_TYPE[payload[1] ?? 0] : undefined
  if (codec === undefined) return 'type'
  const reader = new ByteReader(payload, 2)
  const message = codec.read(reader)
  if (reader.failure !== undefined) return failureReason(reader)
  return reader.left === 0 ? message : 'msgpack'
}

/** One own message, E7 first. */
export function encodeOwnMessage(message: OwnMessage): Uint8Array {
  const writer = borrowWriter()
  writer.u8(OWN_TAG)
  writer.u8(TYPE[message.kind])
  const codec: Struct<object> = STRUCTS[message.kind]
  codec.write(writer, message)
  return writer.take()
}

/** A view reply with as many of its rows, from the first, as `bytesMax` and 64 allow. */
export function encodeViewReply(reply: ViewReply, bytesMax: number): Uint8Array {
  const bare = encodeOwnMessage({ ...reply, rows: [] })
  assert(bare.length <= bytesMax, 'there is room for a view reply without rows')
  // The key, and the head of a list of more than 15.
  let sizeBytes = bare.length + 5 + 3
  let count = 0
  for (const row of reply.rows.slice(0, VIEW_ROWS_MAX)) {
    sizeBytes += rowBytes(row)
    if (sizeBytes > bytesMax) break
    count++
  }
  return count === 0 ? bare : encodeOwnMessage({ ...reply, rows: reply.rows.slice(0, count) })
}

function rowBytes(row: ViewRow): number {
  const writer = borrowWriter()
  VIEW_ROW.write(writer, row)
  return writer.length
}
