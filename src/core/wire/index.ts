// The door `hearsay/wire`: the bytes of memberlist and Serf, for tools that read or write them.

export type { Acknowledgement, Ahead, Reach } from './acknowledgement.ts'
export * from './limits.ts'
export { deflate, Inflater, type InflateStatus } from './lzw.ts'
export {
  type Ack,
  type Alive,
  type Dead,
  decodeMessage,
  encodeMessage,
  type IndirectPing,
  type Message,
  type Nack,
  type NodeState,
  type Ping,
  type PushPull,
  type StreamError,
  type StreamMessage,
  type Suspect,
  TAG,
  type User,
  type UserStream,
} from './messages.ts'
export {
  decodeOwnMessage,
  encodeOwnMessage,
  encodeViewReply,
  OWN_TAG,
  type OwnMessage,
  type ReceiptReply,
  type ReceiptRequest,
  type ViewReply,
  type ViewRequest,
  type ViewRow,
} from './own-messages.ts'
export { PacketCodec, type Unpacked } from './packet.ts'
export { type Cipher, Keyring, NONCE_BYTES } from './sealing.ts'
export { type CheckContext, checkMessage, checkNodeState, isName } from './semantics.ts'
export {
  decodeSerfMessage,
  encodeSerfMessage,
  SERF_TAG,
  type SerfEvent,
  type SerfEventSlot,
  type SerfJoin,
  type SerfLeave,
  type SerfMessage,
  type SerfQuery,
  type SerfResponse,
  type SerfState,
} from './serf-messages.ts'
export type { WireSettings } from './settings.ts'
export * from './state-limits.ts'
export {
  decodeStateMessage,
  encodeBeats,
  encodeChunk,
  encodeItem,
  encodePull,
  encodeRoll,
  encodeRollQuestion,
  encodeRumor,
  encodeSync,
  type Fingerprint,
  isStateMessage,
  type PlaceRange,
  type Resume,
  type StateChunk,
  type StateMessage,
  type StatePull,
  type StateRumor,
  type StateSync,
  type SyncItem,
  segmentItem,
} from './state-messages.ts'
export {
  type EntryKind,
  encodeSegment,
  type Place,
  type Segment,
  type StateEntry,
  type StreamRecord,
  type VersionRange,
} from './state-parts.ts'
export { packStream, type StreamOptions, type StreamRead, StreamReader } from './stream.ts'
export { decodeTags, encodeTags, hasTags } from './tags.ts'
