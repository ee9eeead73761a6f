// One datagram: label, seal, checksum, compression, compound, messages. Unpacked from the outside
// in, cheapest refusal first, one layer of each at most; packed from the inside out. The only
// page that knows the order of the layers.

import { assert } from '../base/assert.ts'
import { concat, EMPTY } from '../base/bytes.ts'
import {
  COMPOUND_OVERHEAD_BYTES,
  COMPOUND_PART_OVERHEAD_BYTES,
  joinCompound,
  splitCompound,
} from './compound.ts'
import { compressIfShorter, PacketInflater } from './compression.ts'
import { crc32 } from './crc32.ts'
import { type KeyTrouble, maybeSealed, packetTrouble } from './key-trouble.ts'
import { foreignLabel, labelHeader, matchLabel } from './label.ts'
import { DATAGRAM_BYTES_MAX, type DropReason } from './limits.ts'
import { decodeMessage, type Message, TAG } from './messages.ts'
import { looksSealed, open, seal, sealOverheadBytes } from './sealing.ts'
import { isSealing, openingOf, sealOf, type WireSettings } from './settings.ts'

const CRC_BYTES = 5

/** One for all codecs: a packet is opened to the end before anything else happens. */
const inflater = new PacketInflater()

/** What a datagram held. */
export interface Unpacked {
  /** In the order they stood. */
  readonly messages: readonly Message[]
  /** One for each thing that was refused: the whole datagram, or a part of it. */
  readonly drops: readonly DropReason[]
  /** Opened with one of our keys; without a keyring: the label matched. */
  readonly authenticated: boolean
  /** With a drop for `label`: the other label, fit to print, '' for none. */
  readonly foreignLabel: string | undefined
  /** What seems to be wrong with the keys, where nothing could be read. */
  readonly keyTrouble: KeyTrouble | undefined
}

interface Unpacking extends Unpacked {
  readonly messages: Message[]
  readonly drops: DropReason[]
  authenticated: boolean
  foreignLabel: string | undefined
  keyTrouble: KeyTrouble | undefined
}

/** The very messages that a packet was made of, and what came of them. */
interface Packed {
  readonly parts: readonly Uint8Array[]
  readonly crc: boolean
  readonly bytes: Uint8Array
}

const NOTHING_PACKED: Packed = { parts: [], crc: false, bytes: EMPTY }

export class PacketCodec {
  readonly #settings: WireSettings
  readonly #labelHeader: Uint8Array
  readonly #labelText: Uint8Array
  /** What was packed last: gossip tells several members the same. */
  #last: Packed = NOTHING_PACKED

  constructor(settings: WireSettings) {
    this.#settings = settings
    this.#labelHeader = labelHeader(settings.label)
    this.#labelText = this.#labelHeader.subarray(settings.label === '' ? 0 : 2)
  }

  // ---- receiving --------------------------------------------------------------------

  /** Peels a datagram. Never throws; what it gives does not refer to `datagram`. */
  unpack(datagram: Uint8Array): Unpacked {
    const result: Unpacking = {
      messages: [],
      drops: [],
      authenticated: false,
      foreignLabel: undefined,
      keyTrouble: undefined,
    }
    const reason = this.#unlabel(datagram, result)
    if (reason !== undefined) result.drops.push(reason)
    return result
  }

  #unlabel(datagram: Uint8Array, result: Unpacking): DropReason | undefined {
    if (datagram.length === 0 || datagram.length > DATAGRAM_BYTES_MAX) return 'size'
    const match = matchLabel(datagram, datagram.length, this.#labelHeader)
    if (match === 'foreign') {
      result.foreignLabel = foreignLabel(datagram)
      return 'label'
    }
    if (match === 'more') return 'empty'
    return this.#unseal(datagram, this.#labelHeader.length, result)
  }

  #unseal(datagram: Uint8Array, from: number, result: Unpacking): DropReason | undefined {
    const keys = openingOf(this.#settings)
    const sealed = datagram.subarray(from)
    if (keys !== undefined) {
      const plain = looksSealed(sealed)
        ? open(sealed, { ...keys, aad: this.#labelText })
        : undefined
      if (plain !== undefined) {
        result.authenticated = true
        return this.#checkCrc(plain, 0, result)
      }
      if (this.#settings.verifyIncoming) {
        result.keyTrouble = packetTrouble(sealed)
        return 'crypto'
      }
    }
    result.authenticated = keys === undefined
    const reason = this.#checkCrc(datagram, from, result)
    if (reason !== undefined && keys === undefined && maybeSealed(sealed)) {
      result.keyTrouble = 'none-here'
    }
    return reason
  }

  #checkCrc(bytes: Uint8Array, from: number, result: Unpacking): DropReason | undefined {
    if (from >= bytes.length) return 'empty'
    if (bytes[from] !== TAG.crc) return this.#decompress(bytes, from, result)
    const inner = from + CRC_BYTES
    if (inner > bytes.length) return 'crc'
    if (crc32(bytes, inner) !== uint32At(bytes, from + 1)) return 'crc'
    return inner === bytes.length ? 'empty' : this.#decompress(bytes, inner, result)
  }

  #decompress(bytes: Uint8Array, from: number, result: Unpacking): DropReason | undefined {
    if (bytes[from] !== TAG.compress) return this.#split(bytes, from, result)
    const plain = inflater.open(bytes, from, bytes.length)
    if (typeof plain === 'string') return plain
    if (plain.length === 0) return 'empty'
    return plain[0] === TAG.compress ? 'nesting' : this.#split(plain, 0, result)
  }

  #split(bytes: Uint8Array, from: number, result: Unpacking): DropReason | undefined {
    if (bytes[from] !== TAG.compound) return this.#decode(bytes, from, bytes.length, result)
    const { parts, isTruncated } = splitCompound(bytes, from, bytes.length)
    for (const part of parts) {
      const reason = this.#decode(bytes, part.from, part.to, result)
      if (reason !== undefined) result.drops.push(reason)
    }
    return isTruncated ? 'compound_truncated' : undefined
  }

  /** Inside everything else only leaves may stand. */
  #decode(bytes: Uint8Array, from: number, to: number, result: Unpacking): DropReason | undefined {
    if (isWrapper(bytes[from])) return 'nesting'
    if (isExtraPing(bytes[from], result.messages)) return 'extra_ping'
    const message = decodeMessage(bytes, from, to)
    if (typeof message === 'string') return message
    result.messages.push(message)
    return undefined
  }

  // ---- sending ----------------------------------------------------------------------

  /**
   * Packs 1 … 255 encoded messages into one datagram. `crc`: the receiver is known as a member
   * and understands checksums. The result may be the only part itself.
   */
  pack(parts: readonly Uint8Array[], options: { readonly crc: boolean }): Uint8Array {
    const bytes = this.#inside(parts, options.crc || this.#settings.crcEverywhere === true)
    const how = sealOf(this.#settings, this.#labelText)
    if (how !== undefined) return seal(bytes, how, this.#labelHeader)
    return this.#labelHeader.length === 0 ? bytes : concat(this.#labelHeader, bytes)
  }

  /** What label and seal go around. */
  #inside(parts: readonly Uint8Array[], crc: boolean): Uint8Array {
    const [first] = parts
    assert(first !== undefined, 'a packet has at least one message')
    const last = this.#last
    if (last.crc === crc && areSame(last.parts, parts)) return last.bytes
    let bytes = parts.length === 1 ? first : joinCompound(parts)
    if (this.#settings.compression) bytes = compressIfShorter(bytes)
    if (crc) bytes = withCrc(bytes)
    this.#last = { parts: parts.slice(), crc, bytes }
    return bytes
  }

  /** What label and encryption add to every packet, and the checksum where it is everywhere. */
  get overheadBytes(): number {
    const settings = this.#settings
    const sealBytes = isSealing(settings) ? sealOverheadBytes(settings.cipherVersion) : 0
    const crcBytes = settings.crcEverywhere === true ? CRC_BYTES : 0
    return this.#labelHeader.length + sealBytes + crcBytes
  }

  /**
   * Room for rumors beside a first message of so many bytes (0 for none); each rumor costs its
   * length and 2 more. At least 0. Unlike memberlist, which may go over by 2 bytes, this counts
   * the length of the first message too.
   */
  budget(firstMessageBytes: number): number {
    const first = firstMessageBytes === 0 ? 0 : firstMessageBytes + COMPOUND_PART_OVERHEAD_BYTES
    const taken = first + COMPOUND_OVERHEAD_BYTES + this.overheadBytes
    return Math.max(0, this.#settings.packetBytesMax - taken)
  }
}

/** The same objects in the same order: encoded messages are never written to again. */
function areSame(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at])
}

function isWrapper(tag: number | undefined): boolean {
  return tag === TAG.compound || tag === TAG.compress || tag === TAG.crc || tag === TAG.label
}

/** Real peers send one probe a packet; more would be a way to make us answer many times. */
function isExtraPing(tag: number | undefined, before: readonly Message[]): boolean {
  if (tag === TAG.ping) return before.some((message) => message.kind === 'ping')
  return tag === TAG.indirectPing && before.some((message) => message.kind === 'indirectPing')
}

function withCrc(message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CRC_BYTES + message.length)
  const crc = crc32(message)
  bytes[0] = TAG.crc
  bytes[1] = crc >>> 24
  bytes[2] = crc >>> 16
  bytes[3] = crc >>> 8
  bytes[4] = crc
  bytes.set(message, CRC_BYTES)
  return bytes
}

function uint32At(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) * 16_777_216
  return high + (((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
}
