// Every memberlist message, as a table: its type byte, Go's field names, ours, and their kinds.
// Types and codecs follow from the rows. What a field may mean is judged in semantics.ts; this
// page takes all that the Go programs take, and never throws on a stranger's bytes.

import { assert } from '../base/assert.ts'
import { ByteReader, type ByteWriter, borrowWriter, copyBytes } from '../base/bytes.ts'
import { bool, bytes, bytesOrNil, int, prose, recurring, str, u8, u16, u32 } from './fields.ts'
import type { DropReason } from './limits.ts'
import { type Struct, struct } from './struct.ts'

/** The first byte of every message. */
export const TAG = {
  ping: 0,
  indirectPing: 1,
  ack: 2,
  suspect: 3,
  alive: 4,
  dead: 5,
  pushPull: 6,
  compound: 7,
  user: 8,
  compress: 9,
  encrypt: 10,
  nack: 11,
  crc: 12,
  error: 13,
  label: 244,
} as const

// ---- tables, in Go's order of declaration -------------------------------------------

const PING = struct({ kind: 'ping' }, [
  ['SeqNo', 'seqNo', u32],
  ['Node', 'node', str],
  ['SourceAddr', 'sourceAddr', bytes, 'omitempty'],
  ['SourcePort', 'sourcePort', u16, 'omitempty'],
  ['SourceNode', 'sourceNode', str, 'omitempty'],
])

const INDIRECT_PING = struct({ kind: 'indirectPing' }, [
  ['SeqNo', 'seqNo', u32],
  ['Target', 'target', bytes],
  ['Port', 'port', u16],
  ['Node', 'node', str],
  ['Nack', 'nack', bool],
  ['SourceAddr', 'sourceAddr', bytes, 'omitempty'],
  ['SourcePort', 'sourcePort', u16, 'omitempty'],
  ['SourceNode', 'sourceNode', str, 'omitempty'],
])

const ACK = struct({ kind: 'ack' }, [
  ['SeqNo', 'seqNo', u32],
  ['Payload', 'payload', bytesOrNil],
])

const NACK = struct({ kind: 'nack' }, [['SeqNo', 'seqNo', u32]])

const SUSPECT = struct({ kind: 'suspect' }, [
  ['Incarnation', 'incarnation', u32],
  ['Node', 'node', str],
  ['From', 'from', str],
])

const DEAD = struct({ kind: 'dead' }, [
  ['Incarnation', 'incarnation', u32],
  ['Node', 'node', str],
  ['From', 'from', str],
])

const ALIVE = struct({ kind: 'alive' }, [
  ['Incarnation', 'incarnation', u32],
  ['Node', 'node', str],
  ['Addr', 'addr', recurring(bytes)],
  ['Port', 'port', u16],
  ['Meta', 'meta', recurring(bytesOrNil)],
  ['Vsn', 'vsn', recurring(bytesOrNil)],
])

const ERROR = struct({ kind: 'error' }, [['Error', 'error', prose]])

/** One member in a push/pull. */
export const NODE_STATE = struct({}, [
  ['Name', 'name', str],
  ['Addr', 'addr', recurring(bytes)],
  ['Port', 'port', u16],
  ['Meta', 'meta', recurring(bytesOrNil)],
  ['Incarnation', 'incarnation', u32],
  ['State', 'state', int],
  ['Vsn', 'vsn', recurring(bytesOrNil)],
])

/** What stands in front of the members of a push/pull. */
export const PUSH_PULL_HEADER = struct({}, [
  ['Nodes', 'nodes', int],
  ['UserStateLen', 'userStateLength', int],
  ['Join', 'join', bool],
])

/** What stands in front of a user message on a stream. */
export const USER_HEADER = struct({}, [['UserMsgLen', 'length', int]])

/** A compressed message; algorithm 0 is LZW, the only one. */
export const COMPRESSED = struct({}, [
  ['Algo', 'algorithm', u8],
  ['Buf', 'body', bytes],
])

// ---- types --------------------------------------------------------------------------

type ValueOf<S> = S extends Struct<infer T> ? T : never

export type Ping = ValueOf<typeof PING>
export type IndirectPing = ValueOf<typeof INDIRECT_PING>
/** An empty payload and none mean the same. */
export type Ack = ValueOf<typeof ACK>
export type Nack = ValueOf<typeof NACK>
export type Suspect = ValueOf<typeof SUSPECT>
/** With `from` equal to `node` the member left by itself. */
export type Dead = ValueOf<typeof DEAD>
/** `vsn` is PMin, PMax, PCur, DMin, DMax, DCur. */
export type Alive = ValueOf<typeof ALIVE>
/** An application's message in a packet. */
export interface User {
  readonly kind: 'user'
  readonly payload: Uint8Array
}

/** What a packet may hold. */
export type Message = Ping | IndirectPing | Ack | Nack | Suspect | Dead | Alive | User

/** One member in a push/pull; `state` is 0 alive, 1 suspect, 2 dead, 3 left. */
export type NodeState = ValueOf<typeof NODE_STATE>

/** A whole table of members, with the application's state. */
export interface PushPull {
  readonly kind: 'pushPull'
  /** The dialling side joins, so a refusal is an error to it. */
  readonly join: boolean
  readonly nodes: readonly NodeState[]
  readonly userState: Uint8Array
}

/** An application's message on a stream. */
export interface UserStream {
  readonly kind: 'userStream'
  readonly payload: Uint8Array
}

/** The accepting side's refusal; its text is for people. */
export type StreamError = ValueOf<typeof ERROR>

/** What a stream may hold. */
export type StreamMessage = Ping | Ack | PushPull | UserStream | StreamError

// ---- decoding -----------------------------------------------------------------------

/**
 * Reads one leaf message of a packet from bytes `from` … `to`−1, its type byte first. Bytes
 * behind the message are ignored. Nothing in the result refers to `packet`.
 */
export function decodeMessage(
  packet: Uint8Array,
  from = 0,
  to: number = packet.length,
): Message | DropReason {
  if (from >= to) return 'empty'
  const tag = packet[from]
  if (tag === TAG.user) return { kind: 'user', payload: copyBytes(packet, from + 1, to) }
  const codec = packetCodec(tag)
  if (codec === undefined) return 'type'
  shared.reset(packet, from + 1, to)
  const message = codec.read(shared)
  return shared.failure === undefined ? message : failureReason(shared)
}

/** One reader for all packets: they are decoded to the end before anything else happens. */
const shared = new ByteReader()

function packetCodec(tag: number | undefined): Struct<Exclude<Message, User>> | undefined {
  switch (tag) {
    case TAG.ping:
      return PING
    case TAG.indirectPing:
      return INDIRECT_PING
    case TAG.ack:
      return ACK
    case TAG.suspect:
      return SUSPECT
    case TAG.alive:
      return ALIVE
    case TAG.dead:
      return DEAD
    case TAG.nack:
      return NACK
    default:
      return undefined
  }
}

/** The codec of a stream message that is one struct; the others have parts, see stream.ts. */
export function streamCodec(tag: number): Struct<Ping | Ack | StreamError> | undefined {
  if (tag === TAG.ping) return PING
  if (tag === TAG.ack) return ACK
  if (tag === TAG.error) return ERROR
  return undefined
}

/** The drop reason for a reader that has failed. */
export function failureReason(reader: ByteReader): DropReason {
  return reader.failure === 'text' ? 'name' : 'msgpack'
}

// ---- encoding -----------------------------------------------------------------------

/** One message, type byte first, in the form every Go version reads. */
export function encodeMessage(message: Message | StreamMessage): Uint8Array {
  const writer = borrowWriter()
  writeMessage(writer, message)
  return writer.take()
}

function writeMessage(writer: ByteWriter, message: Message | StreamMessage): void {
  switch (message.kind) {
    case 'user':
      writer.u8(TAG.user)
      writer.raw(message.payload)
      break
    case 'userStream':
      writer.u8(TAG.user)
      USER_HEADER.write(writer, { length: message.payload.length })
      writer.raw(message.payload)
      break
    case 'pushPull':
      writePushPull(writer, message)
      break
    default:
      writer.u8(TAG[message.kind])
      structCodec(message.kind).write(writer, message)
  }
}

type StructKind = Exclude<Message | StreamMessage, User | UserStream | PushPull>['kind']

const STRUCTS = {
  ping: PING,
  indirectPing: INDIRECT_PING,
  ack: ACK,
  nack: NACK,
  suspect: SUSPECT,
  dead: DEAD,
  alive: ALIVE,
  error: ERROR,
} as const

function structCodec(kind: StructKind): Struct<object> {
  return STRUCTS[kind]
}

function writePushPull(writer: ByteWriter, message: PushPull): void {
  const { join, nodes, userState } = message
  assert(nodes.length < 2 ** 31, 'a push/pull has a countable number of members')
  writer.u8(TAG.pushPull)
  PUSH_PULL_HEADER.write(writer, { nodes: nodes.length, userStateLength: userState.length, join })
  for (const node of nodes) NODE_STATE.write(writer, node)
  writer.raw(userState)
}
