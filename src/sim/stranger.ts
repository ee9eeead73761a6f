// Somebody at an address who is no core: sends any bytes, listens, dials and accepts.
// Stories use it as the forger, the victim of a reflection and the slow client.

import type { Address, CloseReason, Input, Millis, StreamId } from '../core/index.ts'
import type { Network } from './network.ts'
import type { Receiver } from './streams.ts'

/** What came back on a stream the stranger dialled. */
export interface Conversation {
  readonly stream: StreamId
  readonly received: readonly Uint8Array[]
  /** Undefined while it is open. */
  readonly closed: CloseReason | undefined
}

interface OwnConversation extends Conversation {
  readonly received: Uint8Array[]
  closed: CloseReason | undefined
}

export class Stranger implements Receiver {
  readonly address: Address
  /** Every datagram that came, in order. */
  readonly packets: { readonly from: Address; readonly bytes: Uint8Array }[] = []
  #network: Network
  #conversations = new Map<StreamId, OwnConversation>()
  #dialled = 0

  constructor(network: Network, address: Address) {
    this.address = address
    this.#network = network
    network.attach(address, this)
  }

  /** A datagram to `to`, over the link like any other. */
  send(to: Address, bytes: Uint8Array): void {
    this.#network.send(this.address, to, bytes)
  }

  /** A datagram that claims to come from `from`. */
  forge(from: Address, to: Address, bytes: Uint8Array): void {
    this.#network.send(from, to, bytes)
  }

  /** Dials and writes `pieces`, one every `everyMs`. */
  dial(to: Address, pieces: readonly Uint8Array[], everyMs: Millis = 0): Conversation {
    const stream = this.#dialled++ * 2 + 1
    const conversation = this.#converse(stream)
    this.#network.streams.open(this, this.address, { stream, to })
    const { agenda, streams } = this.#network
    pieces.forEach((piece, index) => {
      agenda.at(agenda.nowMs + index * everyMs, () => streams.write(this, stream, piece))
    })
    return conversation
  }

  receive(input: Input): void {
    if (input.kind === 'packet') this.packets.push({ from: input.from, bytes: input.bytes })
    if (input.kind === 'opened') this.#converse(input.stream)
    if (input.kind === 'received') this.#converse(input.stream).received.push(input.bytes)
    if (input.kind === 'closed') this.#converse(input.stream).closed = input.reason
  }

  /** Every conversation, dialled or accepted. */
  get conversations(): readonly Conversation[] {
    return [...this.#conversations.values()]
  }

  #converse(stream: StreamId): OwnConversation {
    const known = this.#conversations.get(stream)
    if (known !== undefined) return known
    const fresh: OwnConversation = { stream, received: [], closed: undefined }
    this.#conversations.set(stream, fresh)
    return fresh
  }
}
