// What the virtual network did, counted: a sweep that never lost a packet proves nothing
// about loss.

export interface Tally {
  sent: number
  sentBytes: number
  delivered: number
  lost: number
  /** Of those, within a bad spell of a link. */
  lostInBursts: number
  duplicated: number
  reordered: number
  bitsFlipped: number
  truncated: number
  spliced: number
  cut: number
  oversize: number
  /** Held by a clogged link, and dropped there once too many were. */
  clogged: number
  /** Waited for a slow uplink, and found its queue full. */
  throttled: number
  throttledAway: number
  replayed: number
  /** Sends and dials that a process's own machine refused. */
  sendsFailed: number
  dialsFailed: number
  /** Names that had no address when they were asked for. */
  namesFailed: number
  /** Senders told that nobody listens there. */
  toldUnreachable: number
  dialled: number
  synsRepeated: number
  refused: number
  dialsTimedOut: number
  resets: number
  /** Bytes written to streams, and in how many pieces. */
  streamBytes: number
  streamWrites: number
  /** Connections reset with part of a message delivered. */
  cutMidStream: number
  /** Segments that found no way for too long. */
  stalled: number
  /** Connections whose other end was switched off without a word. */
  halfOpen: number
}

export function emptyTally(): Tally {
  return {
    sent: 0,
    sentBytes: 0,
    delivered: 0,
    lost: 0,
    lostInBursts: 0,
    duplicated: 0,
    reordered: 0,
    bitsFlipped: 0,
    truncated: 0,
    spliced: 0,
    cut: 0,
    oversize: 0,
    clogged: 0,
    throttled: 0,
    throttledAway: 0,
    replayed: 0,
    sendsFailed: 0,
    dialsFailed: 0,
    namesFailed: 0,
    toldUnreachable: 0,
    dialled: 0,
    synsRepeated: 0,
    refused: 0,
    dialsTimedOut: 0,
    resets: 0,
    streamBytes: 0,
    streamWrites: 0,
    cutMidStream: 0,
    stalled: 0,
    halfOpen: 0,
  }
}
