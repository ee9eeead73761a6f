// Throws damaged bytes at every decoder of the wire and checks what must always hold: nothing
// throws, every refusal has a reason from the closed list, and memory stays under the caps. The
// bytes come from real ones, bent by mutations that know lengths, nesting and layers. A seed
// gives the same inputs every time. Used by `npm run fuzz` and, with fewer inputs, by the tests.

import { Random } from 'hearsay/core'
import {
  type CheckContext,
  type Cipher,
  checkMessage,
  checkNodeState,
  DROP_REASONS,
  type DropReason,
  decodeOwnMessage,
  decodeSerfMessage,
  decodeStateMessage,
  decodeTags,
  INFLATE_RATIO_MAX,
  INFLATE_SLACK_BYTES,
  INFLATED_PACKET_BYTES_MAX,
  INFLATED_STREAM_BYTES_MAX,
  Keyring,
  type Message,
  PacketCodec,
  type StreamRead,
  StreamReader,
  type WireSettings,
} from 'hearsay/wire'
import { bentFile, recoveryProblem } from './fuzz-disk.ts'
import { framed, labelled, mutate, PLAIN, prefixed, sealed, wrap } from './fuzz-mutations.ts'

export interface FuzzOptions {
  readonly inputs: number
  readonly seed: number
  /** Real bytes of any layer to start from. */
  readonly corpus: readonly Uint8Array[]
  /** Called every 10 000 inputs. */
  readonly onProgress?: (done: number) => void
}

export interface FuzzFigures {
  readonly inputs: number
  /** Inputs that gave at least one message or value. */
  readonly accepted: number
  readonly droppedByReason: ReadonlyMap<DropReason, number>
  /** The most that one stream held at any time. */
  readonly heldBytesMax: number
  /** The most bytes of content that one datagram decoded to. */
  readonly contentBytesMax: number
  /** What did not hold, with the input that shows it. Empty if all did. */
  readonly problems: readonly string[]
}

const PROBLEMS_MAX = 20
const INPUT_BYTES_MAX = 70_000

/** Runs `options.inputs` inputs, each against one decoder. */
export function fuzz(options: FuzzOptions): FuzzFigures {
  const random = new Random(options.seed)
  const run = new Run(random)
  for (let i = 0; i < options.inputs; i++) {
    const bytes = makeInput(random, options.corpus)
    run.tryOne(bytes)
    if (i % 10_000 === 9_999) options.onProgress?.(i + 1)
    if (run.problems.length >= PROBLEMS_MAX) break
  }
  return { ...run.figures(), inputs: options.inputs }
}

function makeInput(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  const pick = () => corpus[random.below(corpus.length)] ?? new Uint8Array(0)
  let bytes: Uint8Array = pick()
  const mutations = random.below(5)
  for (let i = 0; i < mutations; i++) bytes = mutate(bytes, random, pick)
  const layers = random.below(4)
  for (let i = 0; i < layers; i++) bytes = wrap(bytes, random, pick)
  if (random.chance(0.2)) bytes = mutate(bytes, random, pick)
  return bytes.subarray(0, INPUT_BYTES_MAX)
}

// ---- what is tried ------------------------------------------------------------------

/**
 * Opens half of everything: with a real cipher damaged bytes would never reach the layers
 * below, and the fuzzer would only test the cipher.
 */
const openHandedCipher: Cipher = {
  seal: (_key, _nonce, plain) => new Uint8Array([...plain, ...new Uint8Array(16)]),
  open: (key, _nonce, sealed) =>
    ((sealed[sealed.length - 1] ?? 0) + (key[0] ?? 0)) % 2 === 0
      ? sealed.subarray(0, sealed.length - 16)
      : undefined,
}

function keyring(): Keyring {
  const ring = new Keyring()
  ring.add(new Uint8Array(16).fill(1))
  return ring
}

const LABELLED = { ...PLAIN, label: 'blue' }
const SEALED = { ...LABELLED, keyring: keyring(), cipher: openHandedCipher }
const MIXED = { ...SEALED, label: '', verifyIncoming: false }

const CONTEXTS: readonly CheckContext[] = [true, false].map((strict) => ({
  strict,
  loopbackAllowed: strict,
  dRange: { min: 0, max: 5 },
}))

type Target = (bytes: Uint8Array) => void
type Dress = (bytes: Uint8Array, random: Random) => Uint8Array

/** One run: the decoders, and the figures they add up to. */
class Run {
  readonly #random: Random
  readonly #reasons = new Map<DropReason, number>(DROP_REASONS.map((reason) => [reason, 0]))
  readonly #targets: readonly Target[]
  readonly problems: string[] = []
  #accepted = 0
  #heldBytesMax = 0
  #contentBytesMax = 0

  constructor(random: Random) {
    this.#random = random
    const dressed = (dress: Dress, target: Target): Target => {
      // Mostly in the dress that this decoder expects, or little would get past its door.
      return (bytes) => target(random.chance(0.8) ? dress(bytes, random) : bytes)
    }
    const packet = (settings: WireSettings): Target => {
      const codec = new PacketCodec(settings)
      return (bytes) => this.#tryPacket(codec, bytes)
    }
    this.#targets = [
      packet(PLAIN),
      dressed(labelled, packet(LABELLED)),
      dressed((bytes) => labelled(sealed(bytes, random)), packet(SEALED)),
      dressed(sealed, packet(MIXED)),
      (bytes) => this.#tryStream(PLAIN, false, bytes),
      dressed(
        (bytes) => labelled(framed(bytes, random)),
        (bytes) => this.#tryStream(SEALED, false, bytes),
      ),
      dressed(framed, (bytes) => this.#tryStream(MIXED, true, bytes)),
      dressed(
        (bytes) => prefixed(bytes.subarray(1), random.below(7)),
        (bytes) => this.#count(decodeSerfMessage(bytes)),
      ),
      dressed(
        (bytes) => prefixed(bytes.subarray(1), 0xe7, random.below(6)),
        (bytes) => this.#count(decodeOwnMessage(bytes)),
      ),
      dressed(
        (bytes) => prefixed(bytes.subarray(1), 0xe7, 0x10 + random.below(8)),
        (bytes) => this.#count(decodeStateMessage(bytes)),
      ),
      dressed(
        (bytes) => prefixed(bytes.subarray(1), 0xff),
        (bytes) => this.#tryTags(bytes),
      ),
      dressed(
        (bytes) => bentFile(bytes, random, (part) => mutate(part, random, () => bytes)),
        (bytes) => this.#tryFile(bytes),
      ),
    ]
  }

  figures(): Omit<FuzzFigures, 'inputs'> {
    return {
      accepted: this.#accepted,
      droppedByReason: this.#reasons,
      heldBytesMax: this.#heldBytesMax,
      contentBytesMax: this.#contentBytesMax,
      problems: this.problems,
    }
  }

  tryOne(bytes: Uint8Array): void {
    const target = this.#targets[this.#random.below(this.#targets.length)]
    const before = this.problems.length
    try {
      target?.(bytes)
    } catch (error) {
      this.problems.push(`threw ${error instanceof Error ? error.stack : String(error)}`)
    }
    if (this.problems.length === before) return
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
    this.problems.push(`  input ${hex}`)
  }

  // ---- packets ----------------------------------------------------------------------

  #tryPacket(codec: PacketCodec, bytes: Uint8Array): void {
    const { messages, drops } = codec.unpack(bytes)
    for (const reason of drops) this.#drop(reason)
    if (messages.length > 0) this.#accepted++
    let contentBytes = 0
    for (const message of messages) contentBytes += contentOf(message)
    this.#contentBytesMax = Math.max(this.#contentBytesMax, contentBytes)
    // Arrays of integers make a byte of one or two; nothing else grows.
    const cap = Math.max(bytes.length, INFLATED_PACKET_BYTES_MAX)
    this.#expect(contentBytes <= cap, 'a datagram decodes to no more than its cap')
    this.#expect(messages.length + drops.length <= 256, 'a datagram gives at most 256 things')
    this.#checkAll(messages)
  }

  #tryTags(bytes: Uint8Array): void {
    const tags = decodeTags(bytes)
    this.#accepted++
    this.#expect(tags.size <= bytes.length + 1, 'tags are no more than their bytes')
  }

  #tryFile(bytes: Uint8Array): void {
    const problem = recoveryProblem(bytes)
    this.#expect(problem === undefined, problem ?? '')
  }

  #checkAll(messages: readonly Message[]): void {
    for (const context of CONTEXTS) {
      for (const message of messages) this.#verdict(checkMessage(message, context))
    }
  }

  // ---- streams ----------------------------------------------------------------------

  #tryStream(settings: WireSettings, dialled: boolean, bytes: Uint8Array): void {
    const reader = new StreamReader(settings, { dialled, nodesMax: 11_024 })
    const pieces = this.#random.below(4)
    let at = 0
    for (let i = 0; i < pieces && at < bytes.length; i++) {
      const size = 1 + this.#random.below(bytes.length - at)
      reader.push(bytes.subarray(at, at + size))
      at += size
      if (this.#drain(reader, at).kind !== 'more') break
    }
    reader.push(bytes.subarray(at))
    reader.end()
    this.#finish(this.#drain(reader, bytes.length))
  }

  /** Reads on while the reader is busy, and looks at what it holds each time. */
  #drain(reader: StreamReader, received: number): StreamRead {
    const inflated = Math.min(
      INFLATED_STREAM_BYTES_MAX,
      INFLATE_RATIO_MAX * received + INFLATE_SLACK_BYTES,
    )
    const cap = 16_384 + 8 * received + 2 * inflated + 200 * Math.min(11_024, inflated)
    for (;;) {
      const outcome = reader.read()
      const held = reader.heldBytes
      this.#heldBytesMax = Math.max(this.#heldBytesMax, held)
      this.#expect(held <= cap, `a stream holds at most ${cap} bytes, not ${held}`)
      if (outcome.kind !== 'busy') return outcome
    }
  }

  #finish(outcome: StreamRead): void {
    if (outcome.kind === 'failed') this.#drop(outcome.reason)
    if (outcome.kind !== 'message') return
    this.#accepted++
    if (outcome.message.kind !== 'pushPull') return
    for (const context of CONTEXTS) {
      for (const node of outcome.message.nodes) this.#verdict(checkNodeState(node, context))
    }
  }

  // ---- figures ----------------------------------------------------------------------

  #count(value: object | DropReason): void {
    if (typeof value === 'string') this.#drop(value)
    else this.#accepted++
  }

  #verdict(reason: DropReason | undefined): void {
    if (reason !== undefined) this.#drop(reason)
  }

  #drop(reason: DropReason): void {
    const count = this.#reasons.get(reason)
    this.#expect(count !== undefined, `${reason} is a known reason`)
    this.#reasons.set(reason, (count ?? 0) + 1)
  }

  #expect(holds: boolean, what: string): void {
    if (!holds) this.problems.push(`does not hold: ${what}`)
  }
}

function contentOf(message: Message): number {
  let size = 0
  for (const value of Object.values(message)) {
    if (value instanceof Uint8Array || typeof value === 'string') size += value.length
  }
  return size - message.kind.length
}
