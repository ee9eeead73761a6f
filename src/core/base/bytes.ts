// Reading and writing of raw bytes, big-endian. The reader fails once and stays failed: a
// decoder reads on with zeros and asks `failure` at the end, so that no step needs a check
// and nothing ever throws on a stranger's bytes. Knows no format; that is the wire's part.

import { encodeUtf8Into, utf8Length } from './text.ts'

/** The one empty byte string: what absent fields decode to. */
export const EMPTY = new Uint8Array(0)

/** `short`: the bytes end too early. `form`: not what the format allows. `text`: not UTF-8. */
export type ReadFailure = 'short' | 'form' | 'text'

const TWO_32 = 4_294_967_296

/** Reads forward over a part of an array; every method returns a zero value once failed. */
export class ByteReader {
  bytes: Uint8Array = EMPTY
  /** The next byte to be read. */
  at = 0
  /** One behind the last readable byte. */
  end = 0
  failure: ReadFailure | undefined = undefined
  /** Where it failed. */
  failedAt = 0
  /** After a `short` failure: `end` must be at least this before reading can succeed. */
  neededEnd = 0

  constructor(bytes: Uint8Array = EMPTY, from = 0, to: number = bytes.length) {
    this.reset(bytes, from, to)
  }

  /** Starts over, on other bytes. */
  reset(bytes: Uint8Array, from = 0, to: number = bytes.length): void {
    this.bytes = bytes
    this.at = from
    this.end = to
    this.failure = undefined
    this.failedAt = 0
    this.neededEnd = 0
  }

  get left(): number {
    return this.end - this.at
  }

  /** Turns failed, with the first reason given, and moves to the end. */
  fail(failure: ReadFailure): void {
    if (this.failure === undefined) {
      this.failure = failure
      this.failedAt = this.at
    }
    this.at = this.end
  }

  /** True if `count` more bytes are there; turns failed otherwise. */
  has(count: number): boolean {
    if (count <= this.end - this.at) return true
    if (this.failure === undefined) this.neededEnd = this.at + count
    this.fail('short')
    return false
  }

  u8(): number {
    if (this.at < this.end) return this.bytes[this.at++] ?? 0
    this.has(1)
    return 0
  }

  u16(): number {
    if (!this.has(2)) return 0
    const high = this.bytes[this.at++] ?? 0
    return high * 256 + (this.bytes[this.at++] ?? 0)
  }

  u32(): number {
    if (!this.has(4)) return 0
    const high = this.bytes[this.at++] ?? 0
    const rest =
      ((this.bytes[this.at++] ?? 0) << 16) |
      ((this.bytes[this.at++] ?? 0) << 8) |
      (this.bytes[this.at++] ?? 0)
    return high * 16_777_216 + rest
  }

  /** A copy of the next `count` bytes, so that nothing decoded holds on to the input. */
  take(count: number): Uint8Array {
    if (count === 0 || !this.has(count)) return EMPTY
    const from = this.at
    this.at += count
    return copyBytes(this.bytes, from, this.at)
  }

  skip(count: number): void {
    if (this.has(count)) this.at += count
  }
}

/** Writes forward into a buffer that grows; `take` gives a copy, so a writer can be reused. */
export class ByteWriter {
  #bytes: Uint8Array
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  get capacity(): number {
    return this.#bytes.length
  }

  clear(): void {
    this.#length = 0
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  u8(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = value
  }

  u16(value: number): void {
    const at = this.#claim(2)
    this.#bytes[at] = value >>> 8
    this.#bytes[at + 1] = value
  }

  u32(value: number): void {
    const at = this.#claim(4)
    this.#bytes[at] = value >>> 24
    this.#bytes[at + 1] = value >>> 16
    this.#bytes[at + 2] = value >>> 8
    this.#bytes[at + 3] = value
  }

  /** A whole number in 0 … 2⁵³−1, in eight bytes. */
  u64(value: number): void {
    this.u32(Math.floor(value / TWO_32))
    this.u32(value % TWO_32)
  }

  raw(bytes: Uint8Array): void {
    const { length } = bytes
    const at = this.#claim(length)
    const target = this.#bytes
    // For the few bytes of a key a loop beats the call.
    if (length > 24) target.set(bytes, at)
    else for (let i = 0; i < length; i++) target[at + i] = bytes[i] ?? 0
  }

  /** Text as UTF-8; lone surrogates become U+FFFD. `sizeBytes` is `utf8Length(text)`. */
  text(text: string, sizeBytes: number = utf8Length(text)): void {
    const at = this.#claim(sizeBytes)
    encodeUtf8Into(text, this.#bytes, at)
  }

  #claim(count: number): number {
    const at = this.#length
    if (at + count > this.#bytes.length) this.#grow(count)
    this.#length = at + count
    return at
  }

  #grow(count: number): void {
    const wanted = Math.max(this.#bytes.length * 2, this.#length + count)
    const larger = new Uint8Array(wanted)
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

const BORROWED_BYTES_MAX = 65_536
let borrowed = new ByteWriter()

/**
 * An empty writer for one message, without a new buffer each time: use it and `take` before
 * anything else can borrow it. One that a huge message has made grow is not kept.
 */
export function borrowWriter(): ByteWriter {
  if (borrowed.capacity > BORROWED_BYTES_MAX) borrowed = new ByteWriter()
  borrowed.clear()
  return borrowed
}

/**
 * A copy of bytes `from` … `to`−1. Never `slice`: on the Buffers that sockets and ciphers of Node
 * hand out, `slice` gives a view.
 */
export function copyBytes(bytes: Uint8Array, from = 0, to: number = bytes.length): Uint8Array {
  const copy = new Uint8Array(to - from)
  // For an address or a name a loop beats the call.
  if (copy.length > 32) copy.set(bytes.subarray(from, to))
  else for (let i = 0; i < copy.length; i++) copy[i] = bytes[from + i] ?? 0
  return copy
}

/** All of `parts` in one new array. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let size = 0
  for (const part of parts) size += part.length
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** True if both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
