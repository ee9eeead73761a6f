// A network inside one process: for tests and examples that want no sockets. Everything is
// delivered in the order in which it was sent, a turn later, never from inside a verb, so
// the same calls give the same deliveries. Links may be cut; latency and random loss are
// left to the simulator.

import { type Address, type AddressKey, assert, type StreamId } from '../core/index.ts'
import { realClock } from './clock.ts'
import type { Transport, TransportInput, TransportListener } from './transport.ts'

export interface MemoryNetworkOptions {
  /** Runs a delivery round later; by default in the next turn of the event loop. */
  readonly later?: ((run: () => void) => void) | undefined
}

export class MemoryNetwork {
  readonly #later: (run: () => void) => void
  readonly #transportByKey = new Map<AddressKey, MemoryTransport>()
  #queue: (() => void)[] = []
  #isCut: (from: Address, to: Address) => boolean = () => false

  constructor(options: MemoryNetworkOptions = {}) {
    this.#later = options.later ?? realClock().soon
  }

  /** A transport at an address that is still free. */
  bind(address: Address): Transport {
    assert(!this.#transportByKey.has(address.key), 'an address is bound once')
    const transport = new MemoryTransport(this, address)
    this.#transportByKey.set(address.key, transport)
    return transport
  }

  /** From now on drops packets and refuses dials wherever `isCut` says so. */
  cut(isCut: (from: Address, to: Address) => boolean): void {
    this.#isCut = isCut
  }

  /** Used by the transports: whoever listens at `to`, unless the way there is cut. */
  reach(from: Address, to: Address): MemoryTransport | undefined {
    return this.#isCut(from, to) ? undefined : this.#transportByKey.get(to.key)
  }

  /** Used by the transports: a delivery, to be made after all that were enqueued before. */
  enqueue(delivery: () => void): void {
    this.#queue.push(delivery)
    if (this.#queue.length === 1) this.#later(() => this.#deliver())
  }

  /** Used by the transports: frees the address. */
  unbind(address: Address): void {
    this.#transportByKey.delete(address.key)
  }

  #deliver(): void {
    const queue = this.#queue
    this.#queue = []
    for (const delivery of queue) delivery()
  }
}

/** One end of a stream: who is on the other side, and under which number. */
interface End {
  readonly transport: MemoryTransport
  readonly stream: StreamId
}

class MemoryTransport implements Transport {
  readonly bound: Address
  readonly #network: MemoryNetwork
  readonly #farEndByStream = new Map<StreamId, End>()
  #listener: TransportListener | undefined
  #nextAccepted = 2
  #closed = false
  #counters = { packets_sent_total: 0, bytes_sent_total: 0, streams_dialled_total: 0 }

  constructor(network: MemoryNetwork, bound: Address) {
    this.#network = network
    this.bound = bound
  }

  listen(listener: TransportListener): void {
    assert(this.#listener === undefined, 'a transport is listened to once')
    this.#listener = listener
  }

  send(to: Address, bytes: Uint8Array): void {
    if (this.#closed) return
    this.#counters.packets_sent_total++
    this.#counters.bytes_sent_total += bytes.length
    const copy = bytes.slice()
    this.#network.enqueue(() => {
      const target = this.#network.reach(this.bound, to)
      target?.report({ kind: 'packet', from: this.bound, bytes: copy })
    })
  }

  open(stream: StreamId, to: Address): void {
    if (this.#closed) return
    this.#counters.streams_dialled_total++
    this.#network.enqueue(() => {
      const target = this.#network.reach(this.bound, to)
      if (target === undefined) this.report({ kind: 'closed', stream, reason: 'refused' })
      else this.#connect(stream, target)
    })
  }

  write(stream: StreamId, bytes: Uint8Array): void {
    const copy = bytes.slice()
    this.#tell(stream, (end) => ({ kind: 'received', stream: end, bytes: copy }))
  }

  close(stream: StreamId): void {
    this.#tell(stream, (end) => ({ kind: 'closed', stream: end, reason: 'end' }))
    this.#farEndByStream.delete(stream)
  }

  shutdown(): Promise<void> {
    for (const stream of this.#farEndByStream.keys())
      this.#tell(stream, (end) => ({ kind: 'closed', stream: end, reason: 'reset' }))
    this.#farEndByStream.clear()
    this.#closed = true
    this.#network.unbind(this.bound)
    return Promise.resolve()
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters }
  }

  /** Hands an input to the listener; what concerns a stream that is gone is dropped. */
  report(input: TransportInput): void {
    if (this.#closed) return
    if (input.kind === 'received' && !this.#farEndByStream.has(input.stream)) return
    if (input.kind === 'closed' && input.reason !== 'refused') {
      if (!this.#farEndByStream.delete(input.stream)) return
    }
    this.#listener?.(input)
  }

  #connect(stream: StreamId, target: MemoryTransport): void {
    const accepted = target.#nextAccepted
    target.#nextAccepted += 2
    target.#farEndByStream.set(accepted, { transport: this, stream })
    this.#farEndByStream.set(stream, { transport: target, stream: accepted })
    target.report({ kind: 'opened', stream: accepted, peer: this.bound })
    this.report({ kind: 'opened', stream, peer: target.bound })
  }

  #tell(stream: StreamId, input: (end: StreamId) => TransportInput): void {
    const far = this.#farEndByStream.get(stream)
    if (far === undefined) return
    this.#network.enqueue(() => far.transport.report(input(far.stream)))
  }
}
