// The compress message: a map of an algorithm (0, LZW) and the compressed bytes of one message.
// In packets it is used only where it is shorter; on streams always, as Go does.

import { ByteReader, ByteWriter } from '../base/bytes.ts'
import { type DropReason, INFLATED_PACKET_BYTES_MAX } from './limits.ts'
import { deflate, deflateWithin, Inflater } from './lzw.ts'
import { COMPRESSED, failureReason, TAG } from './messages.ts'

const LZW = 0
/** The type byte, the map with its two keys, and the length of a body of 32 … 65 535 bytes. */
const OVERHEAD_BYTES = 15

/**
 * Below this it is not tried: a code takes at least 9 bits, and a lone ping or ack repeats too
 * little. The smallest message in the captures of real clusters that got shorter has 138 bytes.
 */
const WORTH_TRYING_BYTES = 96

/** `message` compressed, whatever its size. */
export function compress(message: Uint8Array): Uint8Array {
  return wrap(deflate(message))
}

/** `message` compressed, or `message` itself where that is not longer. */
export function compressIfShorter(message: Uint8Array): Uint8Array {
  if (message.length < WORTH_TRYING_BYTES) return message
  const body = deflateWithin(message, message.length - OVERHEAD_BYTES - 1)
  return body === undefined ? message : wrap(body)
}

function wrap(body: Uint8Array): Uint8Array {
  const writer = new ByteWriter(body.length + OVERHEAD_BYTES + 2)
  writer.u8(TAG.compress)
  COMPRESSED.write(writer, { algorithm: LZW, body })
  return writer.take()
}

/** Opens compress messages of packets, one at a time. */
export class PacketInflater {
  readonly #inflater = new Inflater()
  readonly #reader = new ByteReader()

  /**
   * The message inside the compress message in bytes `from` … `to`−1, its type byte first:
   * a view, good until the next call.
   */
  open(packet: Uint8Array, from: number, to: number): Uint8Array | DropReason {
    this.#reader.reset(packet, from + 1, to)
    const { algorithm, body } = COMPRESSED.read(this.#reader)
    if (this.#reader.failure !== undefined) return failureReason(this.#reader)
    if (algorithm !== LZW) return 'compress'
    const lengthMax = INFLATED_PACKET_BYTES_MAX
    this.#inflater.start(body, { from: 0, to: body.length, lengthMax })
    let status = this.#inflater.step(lengthMax)
    while (status === 'busy') status = this.#inflater.step(lengthMax)
    if (status === 'broken') return 'compress'
    return status === 'bomb' ? 'bomb' : this.#inflater.output
  }
}
