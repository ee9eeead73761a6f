// One message of a stream, once label, seal and compression are off. A plain push/pull has no
// length in front: its header says how many members follow, so it is read member by member
// as the bytes come, and in slices, so that a table of thousands never stalls the loop.

import { ByteReader, copyBytes } from '../base/bytes.ts'
import {
  type DropReason,
  NODE_STATE_BYTES_MIN,
  PUSH_PULL_NODES_HARD_MAX,
  STEP_ENTRIES,
  STREAM_BYTES_MAX,
  STREAM_ITEM_BYTES_MAX,
} from './limits.ts'
import {
  failureReason,
  NODE_STATE,
  type NodeState,
  PUSH_PULL_HEADER,
  type StreamMessage,
  streamCodec,
  TAG,
  USER_HEADER,
} from './messages.ts'
import { skipValue } from './msgpack.ts'

/** The part of an array that is still to be read. */
export interface BodyInput {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
  /** Nothing will follow: what is missing now is missing for good. */
  readonly isWhole: boolean
}

export type BodyRead =
  | { readonly kind: 'more' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'message'; readonly message: StreamMessage }
  | { readonly kind: 'failed'; readonly reason: DropReason }

const MORE: BodyRead = { kind: 'more' }
const BUSY: BodyRead = { kind: 'busy' }

/** What one decoded member costs in memory beside its bytes, about. */
const NODE_OBJECT_BYTES = 200

const RESCANNED_BYTES_MAX = 16 * 1_048_576
const RESCANNED_PER_BYTE = 256

/**
 * Reading an item again from its start, because some of it had not come, is paid for by bytes
 * received: more than 16 MiB and 256 for each of them is nobody's honest segmentation.
 */
export class RescanBudget {
  #spent = 0

  /** False once too much has been scanned in vain. */
  allow(scannedBytes: number, receivedBytes: number): boolean {
    this.#spent += scannedBytes
    return this.#spent <= RESCANNED_BYTES_MAX + RESCANNED_PER_BYTE * receivedBytes
  }
}

export class BodyReader {
  readonly #nodesMax: number
  readonly #reader = new ByteReader()
  readonly #rescans = new RescanBudget()
  #phase: 'type' | 'nodes' | 'payload' = 'type'
  #tag = 0
  #consumed = 0
  #decodedBytes = 0
  #nodesLeft = 0
  #payloadLength = 0
  #join = false
  readonly #nodes: NodeState[] = []
  #skippedNodes = 0

  constructor(nodesMax: number) {
    this.#nodesMax = Math.min(nodesMax, PUSH_PULL_NODES_HARD_MAX)
  }

  /** How many bytes of the last input are done with. */
  get consumed(): number {
    return this.#consumed
  }

  /** Memory held by what has been decoded so far, about. */
  get heldBytes(): number {
    return this.#decodedBytes + this.#nodes.length * NODE_OBJECT_BYTES
  }

  /** Members left out because their name is not UTF-8. */
  get skippedNodes(): number {
    return this.#skippedNodes
  }

  /** Reads on. `input.from` must be where the last call stopped: its `from` plus `consumed`. */
  read(input: BodyInput): BodyRead {
    this.#consumed = 0
    if (input.from >= input.to && this.#phase === 'type') return this.#missing(input)
    if (this.#phase === 'type') {
      const outcome = this.#readHead(input)
      if (outcome !== undefined) return outcome
    }
    if (this.#phase === 'nodes') {
      const outcome = this.#readNodes(input)
      if (outcome !== undefined) return outcome
    }
    return this.#readPayload(input)
  }

  #missing(input: BodyInput): BodyRead {
    return input.isWhole ? failed('truncated') : MORE
  }

  /** Undefined: go on with what follows the head. */
  #readHead(input: BodyInput): BodyRead | undefined {
    this.#tag = input.bytes[input.from] ?? 0
    const reader = this.#reader
    reader.reset(input.bytes, input.from + 1, input.to)
    if (this.#tag === TAG.pushPull) return this.#readPushPullHead(input)
    if (this.#tag === TAG.user) return this.#readUserHead(input)
    const codec = streamCodec(this.#tag)
    if (codec === undefined) return failed(isWrapper(this.#tag) ? 'nesting' : 'type')
    const message = codec.read(reader)
    return this.#shortfall(input, input.from) ?? { kind: 'message', message }
  }

  #readPushPullHead(input: BodyInput): BodyRead | undefined {
    const header = PUSH_PULL_HEADER.read(this.#reader)
    const outcome = this.#shortfall(input, input.from)
    if (outcome !== undefined) return outcome
    const { nodes, userStateLength, join } = header
    if (nodes < 0 || nodes > this.#nodesMax) return failed('size')
    if (userStateLength < 0 || userStateLength > STREAM_BYTES_MAX) return failed('size')
    const left = input.to - this.#reader.at
    if (input.isWhole && nodes * NODE_STATE_BYTES_MIN + userStateLength > left) {
      return failed('size')
    }
    this.#nodesLeft = nodes
    this.#payloadLength = userStateLength
    this.#join = join
    this.#consume(input, this.#reader.at)
    this.#phase = 'nodes'
    return undefined
  }

  #readUserHead(input: BodyInput): BodyRead | undefined {
    const { length } = USER_HEADER.read(this.#reader)
    const outcome = this.#shortfall(input, input.from)
    if (outcome !== undefined) return outcome
    if (length < 0 || length > STREAM_BYTES_MAX) return failed('size')
    if (input.isWhole && length > input.to - this.#reader.at) return failed('size')
    this.#payloadLength = length
    this.#consume(input, this.#reader.at)
    this.#phase = 'payload'
    return undefined
  }

  #readNodes(input: BodyInput): BodyRead | undefined {
    for (let done = 0; this.#nodesLeft > 0; done++) {
      if (done === STEP_ENTRIES) return BUSY
      const outcome = this.#readNode(input)
      if (outcome !== undefined) return outcome
      this.#nodesLeft--
    }
    this.#phase = 'payload'
    return undefined
  }

  #readNode(input: BodyInput): BodyRead | undefined {
    const reader = this.#reader
    const from = input.from + this.#consumed
    reader.reset(input.bytes, from, input.to)
    const node = NODE_STATE.read(reader)
    const isUnnameable = reader.failure === 'text'
    if (isUnnameable) {
      // Not a name of ours to keep, but the members behind it are good.
      reader.reset(input.bytes, from, input.to)
      skipValue(reader)
    }
    const outcome = this.#shortfall(input, from)
    if (outcome !== undefined) return outcome
    if (isUnnameable) this.#skippedNodes++
    else this.#keep(node, reader.at - from)
    this.#consume(input, reader.at)
    return undefined
  }

  #keep(node: NodeState, sizeBytes: number): void {
    this.#nodes.push(node)
    this.#decodedBytes += sizeBytes
  }

  #readPayload(input: BodyInput): BodyRead {
    const from = input.from + this.#consumed
    const to = from + this.#payloadLength
    if (to > input.to) return this.#missing(input)
    const payload = copyBytes(input.bytes, from, to)
    this.#consume(input, to)
    return { kind: 'message', message: this.#messageWith(payload) }
  }

  #messageWith(payload: Uint8Array): StreamMessage {
    if (this.#tag === TAG.user) return { kind: 'userStream', payload }
    return { kind: 'pushPull', join: this.#join, nodes: this.#nodes, userState: payload }
  }

  #consume(input: BodyInput, at: number): void {
    this.#consumed = at - input.from
  }

  /** What to answer if the reader has failed on the item that starts at `from`. */
  #shortfall(input: BodyInput, from: number): BodyRead | undefined {
    const { failure, neededEnd, failedAt } = this.#reader
    if (failure === undefined) return undefined
    if (failure !== 'short') return failed(failureReason(this.#reader))
    if (input.isWhole) return failed('truncated')
    if (neededEnd - from > STREAM_ITEM_BYTES_MAX) return failed('size')
    const receivedBytes = this.#decodedBytes + input.to - from
    return this.#rescans.allow(failedAt - from, receivedBytes) ? MORE : failed('size')
  }
}

function failed(reason: DropReason): BodyRead {
  return { kind: 'failed', reason }
}

function isWrapper(tag: number): boolean {
  return tag === TAG.compress || tag === TAG.encrypt || tag === TAG.label
}
