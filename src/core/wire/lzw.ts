// LZW as Go's compress/lzw writes it with least-significant-bit order and 8-bit literals: codes of
// 9 to 12 bits, 256 clears, 257 ends, no early change. The writer gives Go's very bytes. The
// reader works in steps and stops at a cap, so that a small input can neither stall nor fill us.

import { EMPTY } from '../base/bytes.ts'

const CLEAR = 256
const END = 257
const WIDTH_MIN = 9
const WIDTH_MAX = 12
/** Code 4095 is never given out: Go clears its table on reaching it. */
const CODE_MAX = 4095

// ---- compressing --------------------------------------------------------------------

const SLOT_BITS = 14
const SLOTS = 1 << SLOT_BITS
/** 2³² over the golden ratio: keys that differ in few bits land far apart (Knuth, vol. 3 §6.4). */
const SPREAD = 0x9e37_79b1
const GENERATIONS = 2048
/** A larger output buffer, of a huge push/pull, is given back after use. */
const KEPT_OUTPUT_BYTES = 262_144

/**
 * The table (prefix code, byte) → code by open addressing, and the output. One is enough for
 * all: an entry carries the generation it was made in, so that clearing costs nothing.
 */
class Deflater {
  readonly #keys = new Int32Array(SLOTS)
  readonly #codes = new Uint16Array(SLOTS)
  #generation = 0
  #output: Uint8Array = EMPTY
  #length = 0
  #lengthMax = 0
  #bits = 0
  #bitCount = 0
  /** Of the code that comes next. */
  #width = WIDTH_MIN

  /** Gives up, with undefined, once the output exceeds `lengthMax`. */
  run(input: Uint8Array, lengthMax: number): Uint8Array | undefined {
    this.#length = 0
    this.#lengthMax = lengthMax
    this.#bits = 0
    this.#bitCount = 0
    this.#width = WIDTH_MIN
    this.#reserve(input.length)
    this.#emit(CLEAR)
    for (let at = 0; at < input.length; ) at = this.#codeTable(input, at)
    this.#emit(END)
    if (this.#bitCount > 0) this.#output[this.#length++] = this.#bits
    const stream = this.#length > lengthMax ? undefined : this.#output.slice(0, this.#length)
    if (this.#output.length > KEPT_OUTPUT_BYTES) this.#output = EMPTY
    return stream
  }

  /** No code is wider than 12 bits and none stands for less than a byte; clears add a little. */
  #reserve(inputBytes: number): void {
    const worst = inputBytes + (inputBytes >>> 1) + 64
    if (this.#output.length < worst) this.#output = new Uint8Array(worst)
  }

  /**
   * Codes from `start` on with one table: until it is full and cleared, the input ends, or there
   * is too much output. Returns where to go on. Every byte of every packet comes through here,
   * mostly in a process too young to have compiled it well: hence locals in place of fields.
   */
  #codeTable(input: Uint8Array, start: number): number {
    const generation = this.#nextGeneration() << 20
    const keys = this.#keys
    const codes = this.#codes
    const output = this.#output
    const lengthMax = this.#lengthMax
    let bits = this.#bits
    let bitCount = this.#bitCount
    let length = this.#length
    let width = WIDTH_MIN
    let highest = END
    let current = input[start] ?? 0
    let at = start + 1
    for (; at < input.length && highest < CODE_MAX && length <= lengthMax; at++) {
      const byte = input[at] ?? 0
      const key = generation | (current << 8) | byte
      const slot = slotOf(keys, key, generation)
      if (keys[slot] === key) {
        current = codes[slot] ?? 0
        continue
      }
      bits |= current << bitCount
      bitCount += width
      while (bitCount >= 8) {
        output[length++] = bits
        bits >>>= 8
        bitCount -= 8
      }
      highest++
      if (highest === 1 << width) width++
      keys[slot] = key
      codes[slot] = highest
      current = byte
    }
    this.#bits = bits
    this.#bitCount = bitCount
    this.#length = length
    this.#width = width
    if (length > lengthMax) return input.length
    // The last code of a full table has cleared it; what was current begins the next.
    if (highest === CODE_MAX) return this.#clear(at - 1)
    return this.#finish(current, highest + 1, input.length)
  }

  /** The last code of the input; it too is counted as given out. */
  #finish(code: number, highest: number, end: number): number {
    this.#emit(code)
    if (highest === 1 << this.#width) this.#width++
    return highest === CODE_MAX ? this.#clear(end) : end
  }

  /** Go clears a full table at once, even if nothing follows. */
  #clear(goOn: number): number {
    this.#emit(CLEAR)
    this.#width = WIDTH_MIN
    return goOn
  }

  #nextGeneration(): number {
    this.#generation++
    if (this.#generation === GENERATIONS) {
      this.#keys.fill(0)
      this.#generation = 1
    }
    return this.#generation
  }

  #emit(code: number): void {
    this.#bits |= code << this.#bitCount
    this.#bitCount += this.#width
    while (this.#bitCount >= 8) {
      this.#output[this.#length++] = this.#bits
      this.#bits >>>= 8
      this.#bitCount -= 8
    }
  }
}

/** The slot that holds this key, or the free one where it belongs: older keys are free. */
function slotOf(keys: Int32Array, key: number, oldest: number): number {
  let slot = Math.imul(key, SPREAD) >>> (32 - SLOT_BITS)
  for (;;) {
    const held = keys[slot] ?? 0
    if (held === key || held < oldest) return slot
    slot = (slot + 1) & (SLOTS - 1)
  }
}

const deflater = new Deflater()

/** `input` as an LZW stream, the same as Go's byte for byte. */
export function deflate(input: Uint8Array): Uint8Array {
  return deflater.run(input, Number.POSITIVE_INFINITY) ?? EMPTY
}

/** The same, or undefined where it would take more than `lengthMax` bytes. */
export function deflateWithin(input: Uint8Array, lengthMax: number): Uint8Array | undefined {
  return deflater.run(input, lengthMax)
}

// ---- decompressing ------------------------------------------------------------------

/** `busy`: call again. `done`: see `output`. `broken`: not LZW. `bomb`: more than the cap. */
export type InflateStatus = 'busy' | 'done' | 'broken' | 'bomb'

/**
 * Decompresses in steps. Each code stands for bytes that were already put out, so the table
 * keeps where they are and how many: the expansion is one forward copy.
 */
export class Inflater {
  readonly #starts = new Uint32Array(CODE_MAX + 1)
  readonly #lengths = new Uint32Array(CODE_MAX + 1)
  #input: Uint8Array = EMPTY
  #at = 0
  #to = 0
  #output: Uint8Array = EMPTY
  #length = 0
  #lengthMax = 0
  #bits = 0
  #bitCount = 0
  #width = WIDTH_MIN
  #highest = END
  #lastStart = 0
  #lastLength = 0

  /** Starts on the LZW stream in bytes `from` … `to`−1; output beyond `lengthMax` is a bomb. */
  start(
    input: Uint8Array,
    options: { readonly from: number; readonly to: number; readonly lengthMax: number },
  ): void {
    this.#input = input
    this.#at = options.from
    this.#to = options.to
    this.#lengthMax = options.lengthMax
    this.#length = 0
    this.#bits = 0
    this.#bitCount = 0
    this.#restart()
  }

  /** What has been put out so far: a view, good until the next `start` or `step`. */
  get output(): Uint8Array {
    return this.#output.subarray(0, this.#length)
  }

  /** Memory in use for output. */
  get heldBytes(): number {
    return this.#output.length
  }

  /** Puts out, or takes in, about `stepBytes` at most: clear codes alone put out nothing. */
  step(stepBytes: number): InflateStatus {
    const pauseAt = this.#length + stepBytes
    const pauseInputAt = this.#at + stepBytes
    const input = this.#input
    let at = this.#at
    let bits = this.#bits
    let bitCount = this.#bitCount
    let status: InflateStatus = 'busy'
    while (status === 'busy' && this.#length < pauseAt && at < pauseInputAt) {
      const width = this.#width
      for (; bitCount < width && at < this.#to; bitCount += 8) {
        bits |= (input[at++] ?? 0) << bitCount
      }
      // Ends in the middle of a code.
      if (bitCount < width) return 'broken'
      status = this.#take(bits & ((1 << width) - 1))
      bits >>>= width
      bitCount -= width
    }
    this.#at = at
    this.#bits = bits
    this.#bitCount = bitCount
    return status
  }

  #take(code: number): InflateStatus {
    if (code === END) return 'done'
    if (code === CLEAR) {
      this.#restart()
      return 'busy'
    }
    const highest = this.#highest
    if (code > highest) return 'broken'
    const to = this.#length
    // The next free code means: the last expansion, and the first byte of what follows it.
    if (this.#lastLength > 0) {
      this.#starts[highest] = this.#lastStart
      this.#lengths[highest] = this.#lastLength + 1
    }
    const count = code < CLEAR ? 1 : (this.#lengths[code] ?? 0)
    if (to + count > this.#lengthMax) return 'bomb'
    if (to + count > this.#output.length) this.#grow(count)
    const output = this.#output
    if (code < CLEAR) {
      output[to] = code
    } else {
      // Forward, byte by byte: the copy may reach into what it has itself just written.
      const from = this.#starts[code] ?? 0
      for (let i = 0; i < count; i++) output[to + i] = output[from + i] ?? 0
    }
    this.#length = to + count
    this.#lastStart = to
    this.#lastLength = count
    this.#advance(highest + 1)
    return 'busy'
  }

  #advance(highest: number): void {
    if (highest === 1 << WIDTH_MAX) {
      // The table is full and the writer has not cleared it: nothing more is recorded.
      this.#lastLength = 0
      return
    }
    this.#highest = highest
    if (highest === 1 << this.#width) this.#width++
  }

  #restart(): void {
    this.#width = WIDTH_MIN
    this.#highest = END
    this.#lastLength = 0
  }

  #grow(length: number): void {
    const wanted = Math.max(this.#output.length * 2, this.#length + length, 4096)
    const larger = new Uint8Array(Math.min(wanted, Math.max(this.#lengthMax, 4096)))
    larger.set(this.#output.subarray(0, this.#length))
    this.#output = larger
  }
}
