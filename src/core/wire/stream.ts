// One direction of one TCP exchange: label, seal, compression, and the message inside, out of
// pieces of any size. Memory follows the bytes received, never a size that was declared; inflating
// and decoding go in steps, so `read` may answer `busy` and wants to be called again.

import { ByteReader, concat, EMPTY } from '../base/bytes.ts'
import { compress } from './compression.ts'
import { type KeyTrouble, streamTrouble } from './key-trouble.ts'
import { foreignLabel, labelHeader, matchLabel } from './label.ts'
import {
  type DropReason,
  INFLATE_RATIO_MAX,
  INFLATE_SLACK_BYTES,
  INFLATED_STREAM_BYTES_MAX,
  STEP_INFLATED_BYTES,
  STREAM_BYTES_MAX,
} from './limits.ts'
import { Inflater } from './lzw.ts'
import { COMPRESSED, failureReason, type StreamMessage, TAG } from './messages.ts'
import { looksSealed, open, seal, sealedBytes } from './sealing.ts'
import { type Keys, openingOf, sealOf, type WireSettings } from './settings.ts'
import { type BodyRead, BodyReader, RescanBudget } from './stream-body.ts'

export interface StreamOptions {
  /** We dialled, so no label header comes back. */
  readonly dialled: boolean
  /** Members accepted in one push/pull; never more than 131 072. */
  readonly nodesMax: number
}

export type StreamRead =
  /** Nothing to be done until more bytes come. */
  | { readonly kind: 'more' }
  /** There is work left: call again, after other business. */
  | { readonly kind: 'busy' }
  | {
      readonly kind: 'message'
      readonly message: StreamMessage
      /** Opened with one of our keys; without a keyring: the label matched. */
      readonly authenticated: boolean
    }
  | {
      readonly kind: 'failed'
      readonly reason: DropReason
      /** With `label`: the other label, fit to print, '' for none. */
      readonly foreignLabel: string | undefined
      /** With `crypto`: what seems to be wrong. */
      readonly keyTrouble: KeyTrouble | undefined
      /** As above: only an authenticated peer may be told why. */
      readonly authenticated: boolean
    }

/** What may be said of a failure beyond its reason. */
interface Clue {
  readonly foreignLabel?: string
  readonly keyTrouble?: KeyTrouble
}

const MORE: StreamRead = { kind: 'more' }
const BUSY: StreamRead = { kind: 'busy' }
const FRAME_HEADER_BYTES = 5
/** A sealed or compressed body, and what stands around it. */
const WRAPPED_BYTES_MAX = STREAM_BYTES_MAX + 64

/** Reads exactly one message; what comes behind it is ignored. */
export class StreamReader {
  readonly #settings: WireSettings
  readonly #options: StreamOptions
  readonly #labelHeader: Uint8Array
  readonly #body: BodyReader
  #phase: 'label' | 'seal' | 'compression' | 'inflating' | 'body' | 'over' = 'label'
  #bytes: Uint8Array = EMPTY
  #from = 0
  #to = 0
  #received = 0
  #ended = false
  /** The message is in `#bytes` in full. */
  #isWhole = false
  #authenticated = false
  readonly #rescans = new RescanBudget()
  #inflater: Inflater | undefined
  #compressedBytes = 0
  #failure: StreamRead | undefined

  constructor(settings: WireSettings, options: StreamOptions) {
    this.#settings = settings
    this.#options = options
    this.#labelHeader = labelHeader(settings.label)
    this.#body = new BodyReader(options.nodesMax)
  }

  /** Memory held for this exchange, about: counts in the budget of all streams. */
  get heldBytes(): number {
    const inflating = this.#inflater === undefined ? 0 : this.#inflater.heldBytes
    return this.#bytes.buffer.byteLength + this.#compressedBytes + inflating + this.#body.heldBytes
  }

  /** Members of a push/pull left out because their name is not UTF-8. */
  get skippedNodes(): number {
    return this.#body.skippedNodes
  }

  /** Takes bytes as they come; they are copied. Ignored once a message is whole or has failed. */
  push(bytes: Uint8Array): void {
    if (this.#phase === 'over' || this.#isWhole) return
    this.#received += bytes.length
    if (this.#received > INFLATED_STREAM_BYTES_MAX) this.#fail('size')
    else this.#append(bytes)
  }

  /** The other side has closed: what is missing now is missing for good. */
  end(): void {
    this.#ended = true
  }

  /** The outcome so far. Does a bounded amount of work: about 256 KiB or 256 members. */
  read(): StreamRead {
    for (;;) {
      const outcome = this.#step()
      if (outcome === MORE && this.#ended) {
        return this.#fail(this.#received === 0 ? 'empty' : 'truncated')
      }
      if (outcome !== undefined) return outcome
    }
  }

  /** Undefined: the next phase has begun. */
  #step(): StreamRead | undefined {
    switch (this.#phase) {
      case 'label':
        return this.#readLabel()
      case 'seal':
        return this.#readSeal()
      case 'compression':
        return this.#readCompression()
      case 'inflating':
        return this.#inflate()
      case 'body':
        return this.#readBody()
      case 'over':
        return this.#failure ?? NOTHING_LEFT
    }
  }

  // ---- layers -----------------------------------------------------------------------

  #readLabel(): StreamRead | undefined {
    const { dialled } = this.#options
    const header = dialled ? EMPTY : this.#labelHeader
    const match = matchLabel(this.#bytes, this.#to, header)
    if (match === 'more') return MORE
    if (match === 'foreign') return this.#readForeignLabel()
    this.#from = header.length
    this.#phase = 'seal'
    return undefined
  }

  /** Waits for the whole label, at most 257 bytes, so that it can be named. */
  #readForeignLabel(): StreamRead {
    const isLabelled = this.#bytes[0] === TAG.label
    const size = this.#to < 2 ? 2 : 2 + (this.#bytes[1] ?? 0)
    if (isLabelled && this.#to < size && !this.#ended) return MORE
    return this.#fail('label', { foreignLabel: foreignLabel(this.#bytes, this.#to) })
  }

  #readSeal(): StreamRead | undefined {
    const keys = openingOf(this.#settings)
    const first = this.#bytes[this.#from]
    if (first === TAG.encrypt) {
      return keys === undefined ? this.#failSealed('none-here') : this.#readFrame(keys)
    }
    if (keys !== undefined && this.#settings.verifyIncoming) {
      return this.#failSealed(streamTrouble(first))
    }
    this.#authenticated = keys === undefined
    this.#phase = 'compression'
    return undefined
  }

  #readFrame(keys: Keys): StreamRead | undefined {
    const from = this.#from + FRAME_HEADER_BYTES
    if (this.#to < from) return MORE
    const length = new ByteReader(this.#bytes, this.#from + 1, from).u32()
    if (length > STREAM_BYTES_MAX) return this.#fail('size')
    // The version byte tells whether it can be a sealed message at all, before the rest comes.
    if (this.#to > from && (this.#bytes[from] ?? 0) > 1) return this.#failSealed('other')
    if (this.#to < from + length) return MORE
    const sealed = this.#bytes.subarray(from, from + length)
    const aad = frameAad(this.#bytes.subarray(this.#from, from), this.#labelHeader)
    const plain = looksSealed(sealed) ? open(sealed, { ...keys, aad }) : undefined
    if (plain === undefined) return this.#failSealed('other')
    this.#authenticated = true
    return this.#continueWith(plain, 'compression')
  }

  #readCompression(): StreamRead | undefined {
    if (this.#from >= this.#to) return this.#isWhole ? this.#fail('empty') : MORE
    this.#phase = 'body'
    if (this.#bytes[this.#from] !== TAG.compress) return undefined
    this.#phase = 'compression'
    const reader = new ByteReader(this.#bytes, this.#from + 1, this.#to)
    const { algorithm, body } = COMPRESSED.read(reader)
    if (reader.failure === 'short') return this.#awaitCompressed(reader)
    if (reader.failure !== undefined) return this.#fail(failureReason(reader))
    if (algorithm !== 0) return this.#fail('compress')
    this.#startInflating(body)
    return undefined
  }

  /** Only the compressed bytes themselves may be long: their length is known from the start. */
  #awaitCompressed(reader: ByteReader): StreamRead {
    if (this.#isWhole) return this.#fail('truncated')
    const isLong = reader.neededEnd - this.#from > WRAPPED_BYTES_MAX
    const isFutile = !this.#rescans.allow(reader.failedAt - this.#from, this.#received)
    return isLong || isFutile ? this.#fail('size') : MORE
  }

  #startInflating(body: Uint8Array): void {
    const lengthMax = Math.min(
      INFLATED_STREAM_BYTES_MAX,
      INFLATE_RATIO_MAX * body.length + INFLATE_SLACK_BYTES,
    )
    this.#inflater = new Inflater()
    this.#inflater.start(body, { from: 0, to: body.length, lengthMax })
    this.#compressedBytes = body.length
    this.#continueWith(EMPTY, 'inflating')
  }

  #inflate(): StreamRead | undefined {
    const status = this.#inflater?.step(STEP_INFLATED_BYTES) ?? 'broken'
    if (status === 'busy') return BUSY
    if (status === 'broken') return this.#fail('compress')
    if (status === 'bomb') return this.#fail('bomb')
    const plain = this.#inflater?.output ?? EMPTY
    this.#inflater = undefined
    this.#compressedBytes = 0
    return plain.length === 0 ? this.#fail('empty') : this.#continueWith(plain, 'body')
  }

  #readBody(): StreamRead {
    const input = {
      bytes: this.#bytes,
      from: this.#from,
      to: this.#to,
      isWhole: this.#isWhole,
    }
    const outcome: BodyRead = this.#body.read(input)
    this.#from += this.#body.consumed
    if (outcome.kind === 'more') return MORE
    if (outcome.kind === 'busy') return BUSY
    if (outcome.kind === 'failed') return this.#fail(outcome.reason)
    this.#finish()
    return { kind: 'message', message: outcome.message, authenticated: this.#authenticated }
  }

  // ---- bytes ------------------------------------------------------------------------

  /** The rest of the exchange is in `bytes`, in full. */
  #continueWith(bytes: Uint8Array, phase: 'compression' | 'inflating' | 'body'): undefined {
    this.#bytes = bytes
    this.#from = 0
    this.#to = bytes.length
    this.#isWhole = true
    this.#phase = phase
    return undefined
  }

  #append(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length)
    this.#bytes.set(bytes, this.#to)
    this.#to += bytes.length
  }

  /** Moves what is still to be read to the front, into a larger array if need be. */
  #makeRoom(count: number): void {
    const unread = this.#bytes.subarray(this.#from, this.#to)
    const needed = unread.length + count
    const target = needed * 2 > this.#bytes.length ? new Uint8Array(needed * 2) : this.#bytes
    target.set(unread)
    this.#bytes = target
    this.#from = 0
    this.#to = unread.length
  }

  #failSealed(keyTrouble: KeyTrouble): StreamRead {
    return this.#fail('crypto', { keyTrouble })
  }

  #fail(reason: DropReason, clue: Clue = {}): StreamRead {
    const { foreignLabel, keyTrouble } = clue
    const authenticated = this.#authenticated
    this.#finish()
    this.#failure = { kind: 'failed', reason, foreignLabel, keyTrouble, authenticated }
    return this.#failure
  }

  #finish(): void {
    this.#phase = 'over'
    this.#bytes = EMPTY
    this.#inflater = undefined
    this.#compressedBytes = 0
  }
}

/** After the one message there is nothing more to come of this stream. */
const NOTHING_LEFT: StreamRead = { kind: 'more' }

/** What the seal of a frame covers besides its content: the 5 bytes in front, and the label. */
function frameAad(frameHeader: Uint8Array, header: Uint8Array): Uint8Array {
  return concat(frameHeader, header.subarray(Math.min(2, header.length)))
}

/**
 * Dresses one encoded message for a stream: compressed if enabled, even where that is longer;
 * sealed in a frame if there is a key; with the label in front if we dialled.
 */
export function packStream(
  message: Uint8Array,
  settings: WireSettings,
  options: { readonly dialled: boolean },
): Uint8Array {
  const body = settings.compression ? compress(message) : message
  const ownHeader = labelHeader(settings.label)
  const front = options.dialled ? ownHeader : EMPTY
  const frame = frameHeader(sealedBytes(body.length, settings.cipherVersion))
  const how = sealOf(settings, frameAad(frame, ownHeader))
  if (how !== undefined) return seal(body, how, concat(front, frame))
  return front.length === 0 ? body : concat(front, body)
}

function frameHeader(length: number): Uint8Array {
  return Uint8Array.of(TAG.encrypt, length >>> 24, length >>> 16, length >>> 8, length)
}
