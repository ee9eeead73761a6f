// What members say to each other with every comparison and piece of replicated state: how far the
// sender holds what the receiver writes, and has written itself, whether a life of the receiver
// is over, and whether what it writes lies too far ahead. docs/protocol.md has the bytes.

import type { ByteReader, ByteWriter } from '../base/bytes.ts'
import { readVarint, writeVarint } from '../base/varint.ts'

/** How far one life of a stream has been written, or is held. */
export interface Reach {
  readonly generation: number
  readonly base: number
}

/** One life of a stream that was not taken, since it lies ahead of the sender's clock. */
export interface Ahead extends Reach {
  /** By how much, whole milliseconds. */
  readonly ms: number
}

/** What the sender holds of the receiver, and has written itself: what graves go by. */
export interface Acknowledgement extends Reach {
  /** For whom it is: a hash of the receiver's name. Packets go astray, lives may begin at once. */
  readonly to: number
  /** How far the sender holds what the receiver adds to shared maps; the receiver's newest life. */
  readonly shared: Reach
  /** How far the sender itself has written to shared maps when it says so. */
  readonly written: Reach
  /**
   * Where the receiver's newest life that the sender knows of is over: which one, and up to which
   * version others have adopted what it had added to shared maps.
   */
  readonly over: Reach | undefined
  /** What of the receiver's own keys, and of what it adds to shared maps, is too far ahead. */
  readonly ahead: Ahead | undefined
  readonly sharedAhead: Ahead | undefined
}

/** Bytes of the longest: whose it is, flags, and six lives, two with a time. */
export const ACKNOWLEDGEMENT_BYTES_MAX = 4 + 1 + 6 * (8 + 8) + 2 * 8

/** In the flags: which of the words that may be missing are there. */
const HAS_OVER = 1
const HAS_AHEAD = 2
const HAS_SHARED_AHEAD = 4

/** Puts it into a message. */
export function writeAcknowledgement(writer: ByteWriter, acknowledged: Acknowledgement): void {
  writer.u32(acknowledged.to)
  writeReach(writer, acknowledged)
  writeReach(writer, acknowledged.shared)
  writeReach(writer, acknowledged.written)
  const { over, ahead, sharedAhead } = acknowledged
  const aheadFlag = ahead === undefined ? 0 : HAS_AHEAD
  const sharedFlag = sharedAhead === undefined ? 0 : HAS_SHARED_AHEAD
  writer.u8((over === undefined ? 0 : HAS_OVER) + aheadFlag + sharedFlag)
  if (over !== undefined) writeReach(writer, over)
  if (ahead !== undefined) writeAhead(writer, ahead)
  if (sharedAhead !== undefined) writeAhead(writer, sharedAhead)
}

function writeAhead(writer: ByteWriter, { ms, ...reach }: Ahead): void {
  writeReach(writer, reach)
  writeVarint(writer, ms)
}

function writeReach(writer: ByteWriter, { generation, base }: Reach): void {
  writeVarint(writer, generation)
  writeVarint(writer, base)
}

/** Reads it; where it makes no sense the reader has failed. */
export function readAcknowledgement(reader: ByteReader): Acknowledgement {
  const holding = {
    to: reader.u32(),
    ...readReach(reader),
    shared: readReach(reader),
    written: readReach(reader),
  }
  const flags = reader.u8()
  if (flags > 7) reader.fail('form')
  return {
    ...holding,
    over: (flags & HAS_OVER) === 0 ? undefined : readReach(reader),
    ahead: (flags & HAS_AHEAD) === 0 ? undefined : readAhead(reader),
    sharedAhead: (flags & HAS_SHARED_AHEAD) === 0 ? undefined : readAhead(reader),
  }
}

function readAhead(reader: ByteReader): Ahead {
  return { ...readReach(reader), ms: readVarint(reader) }
}

function readReach(reader: ByteReader): Reach {
  return { generation: readVarint(reader), base: readVarint(reader) }
}
