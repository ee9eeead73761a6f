// Every cap on replicated state, with its name: what one of our own keys may be, what we hold
// for others, and what a message about it may say. Docs: state.md.

// ---- one entry ------------------------------------------------------------------------

export const KEY_BYTES_MAX = 256
/** What an application may give a key, its own or a shared one. */
export const VALUE_BYTES_MAX = 65_536
/** A slot of a shared key: a value, and beside it its stamp, its writers, its end. */
export const SLOT_BYTES_MAX = VALUE_BYTES_MAX + 512
/** Larger values never travel in a datagram. */
export const PACKET_VALUE_BYTES_MAX = 900

// ---- one stream, and all of them ------------------------------------------------------

/** Keys of one owner, deleted ones that are still remembered included. */
export const STREAM_KEYS_MAX = 10_000
/**
 * Deleted keys of one owner that have to be remembered: beyond it he deletes nothing more. From the
 * other number on he does not wait for those who have failed.
 */
export const DELETED_KEYS_MAX = 8000
export const DELETED_KEYS_PRESSING = 6000
/** Bytes of the keys and values of one owner. */
export const STREAM_BYTES_HELD_MAX = 8 * 1_048_576
/** From here on our own store is worth a warning. */
export const OWN_BYTES_WARNED = 1_048_576
export const STREAMS_HELD_MAX = 20_000
export const STATE_KEYS_HELD_MAX = 100_000
export const STATE_BYTES_HELD_MAX = 64 * 1_048_576
/** Ranges of versions held apart from the rest, of one stream. */
export const ISLANDS_MAX = 64
/** The same, of all streams together. */
export const ISLANDS_HELD_MAX = 50_000
/** How far one segment may carry a stream. */
export const VERSIONS_SPANNED_MAX = 4_294_967_296

// ---- messages ---------------------------------------------------------------------------

/** Entries and bytes of one piece of a stream that is pulled. */
export const CHUNK_ENTRIES_MAX = 1000
export const CHUNK_BYTES_MAX = 262_144
/** What a piece takes at most with its heads and its last entry. */
export const CHUNK_MESSAGE_BYTES_MAX = CHUNK_BYTES_MAX + SLOT_BYTES_MAX + 8192

/** What an entry of a stream may hold: of a member's own keys (channel 0), or of shared ones. */
export function entryBytesMax(channel: number): number {
  return channel === 0 ? VALUE_BYTES_MAX : SLOT_BYTES_MAX
}
