// Every cap on what a stranger may send, with its name, and every reason for which bytes
// are dropped. One page, so that the worst case of any decoder can be read off it.

/** Why something received was not taken. Closed: metrics and tests list all of them. */
export const DROP_REASONS = [
  'size', // a datagram, frame, count or length outside its limits
  'label', // the label is missing, another one, or malformed
  'crypto', // not decryptable with any of our keys, or plain where sealed is required
  'crc', // the checksum does not match, or is cut short
  'compress', // not a valid LZW stream, or another algorithm
  'bomb', // decompresses to more than allowed
  'nesting', // a wrapper inside a wrapper that may only hold leaves
  'compound_truncated', // the list of parts, or its last parts, are cut short
  'extra_ping', // more than one ping or indirect ping in a datagram
  'type', // a message type unknown or not allowed here
  'empty', // nothing left inside the envelope
  'msgpack', // the body is not what its type requires
  'name', // a node name is not UTF-8, too long, empty, or has control characters
  'addr', // an address of a wrong size, or one nobody can be reached at
  'meta', // more than 512 bytes of meta
  'vsn', // versions missing, inconsistent, or without overlap with ours
  'state', // a member state other than 0 … 3
  'incarnation', // beyond the ceiling that leaves room to refute
  'truncated', // the stream ended inside a message
] as const

export type DropReason = (typeof DROP_REASONS)[number]

// ---- datagrams ----------------------------------------------------------------------

/** The largest UDP payload over IPv4; peers may send more than they are configured for. */
export const DATAGRAM_BYTES_MAX = 65_507
/** What one datagram may decompress to. */
export const INFLATED_PACKET_BYTES_MAX = 65_536
export const COMPOUND_PARTS_MAX = 255
export const LABEL_BYTES_MAX = 255

// ---- fields -------------------------------------------------------------------------

export const NAME_BYTES_MAX = 255
export const META_BYTES_MAX = 512
/** 2³²−2: the highest incarnation an alive may carry. */
export const INCARNATION_MAX = 4_294_967_294
/** Accusations must leave room for one refutation. */
export const ACCUSED_INCARNATION_MAX = INCARNATION_MAX - 1

// ---- msgpack ------------------------------------------------------------------------

export const STRUCT_ENTRIES_MAX = 64
export const LIST_ENTRIES_MAX = 65_536

// ---- streams ------------------------------------------------------------------------

/** An encrypted frame, a user message, the user state of a push/pull. */
export const STREAM_BYTES_MAX = 20 * 1_048_576
/** What one stream may decompress to. */
export const INFLATED_STREAM_BYTES_MAX = 2 * STREAM_BYTES_MAX
/** LZW's true ceiling is about 1 370 to 1. */
export const INFLATE_RATIO_MAX = 1_500
export const INFLATE_SLACK_BYTES = 65_536
/** Members in one push/pull, whatever the options say. */
export const PUSH_PULL_NODES_HARD_MAX = 131_072
/** One member in a push/pull, or the header of a message, on a stream of unknown length. */
export const STREAM_ITEM_BYTES_MAX = 65_536
/** No lawful member takes fewer bytes; compared with the bytes left where they are known. */
export const NODE_STATE_BYTES_MIN = 20
/** Work done by one call of a stream's `read` before it answers `busy`. */
export const STEP_INFLATED_BYTES = 262_144
export const STEP_ENTRIES = 256

// ---- keys and tags ------------------------------------------------------------------

export const KEYS_MAX = 8
/** Rows of one own view reply. */
export const VIEW_ROWS_MAX = 64

// ---- Serf ---------------------------------------------------------------------------

export const QUERY_FILTERS_MAX = 16
/** Slots of a Serf event buffer that are read; Serf has 512 unless configured otherwise. */
export const EVENT_SLOTS_MAX = 1024
/** Events of one Lamport time that are read. */
export const SLOT_EVENTS_MAX = 64
