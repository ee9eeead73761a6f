// What a node believes to be its process: a clock that reads virtual time, and sockets on
// the simulator's network. It can be frozen, as SIGSTOP or a hypervisor does it, and killed.

import { type Address, assert, type Millis, type StreamId } from '../../core/index.ts'
import type {
  Alarm,
  Clock,
  Transport,
  TransportInput,
  TransportListener,
} from '../../host/index.ts'
import { type Agenda, Gate, type Network } from '../../sim/index.ts'

/** Virtual time 0 as Unix time: 14 November 2023, 22:13:20 UTC. */
export const EPOCH_MS = 1_700_000_000_000

export interface VirtualProcessParts {
  readonly network: Network
  readonly address: Address
  /** Seeds whatever the node draws for itself. */
  readonly seed: number
}

/** Something that waits for the process to go on. */
interface Held {
  readonly run: () => void
  readonly sizeBytes: number
}

export class VirtualProcess {
  readonly clock: Clock
  readonly transport: Transport
  readonly #agenda: Agenda
  // A thawed process runs its overdue timers first, then reads its sockets, then the turns
  // that both asked for: libuv's order.
  readonly #alarms = new Gate<Held>(sizeOf)
  readonly #arrivals = new Gate<Held>(sizeOf)
  readonly #turns = new Gate<Held>(sizeOf)
  #isAlive = true

  constructor({ network, address, seed }: VirtualProcessParts) {
    this.#agenda = network.agenda
    this.transport = new VirtualTransport(network, address, (run, sizeBytes) =>
      this.#pass(this.#arrivals, { run, sizeBytes }),
    )
    this.clock = {
      now: () => EPOCH_MS + this.#agenda.nowMs,
      wallOffset: () => 0,
      alarm: (ring) => this.#makeAlarm(ring),
      soon: (run) => this.#soon(run),
      seed: () => seed,
    }
  }

  get isFrozen(): boolean {
    return this.#alarms.isShut
  }

  freeze(): void {
    for (const gate of [this.#alarms, this.#arrivals, this.#turns]) gate.shut()
  }

  thaw(): void {
    for (const gate of [this.#alarms, this.#arrivals, this.#turns]) {
      for (const { run } of gate.open()) if (this.#isAlive) run()
    }
  }

  /** Nothing of this process runs from now on. */
  kill(): void {
    this.#isAlive = false
  }

  #pass(gate: Gate<Held>, held: Held): void {
    if (this.#isAlive && !gate.holds(held)) held.run()
  }

  #soon(run: () => void): void {
    const turn: Held = { run, sizeBytes: 0 }
    this.#agenda.at(this.#agenda.nowMs, () => this.#pass(this.#turns, turn))
  }

  #makeAlarm(ring: () => void): Alarm {
    // An entry of the agenda is never cancelled; one that is not the latest does nothing.
    let latest = 0
    return {
      set: (atMs: Millis) => {
        const own = ++latest
        if (atMs === Number.POSITIVE_INFINITY) return
        const run = () => {
          if (own === latest) ring()
        }
        this.#agenda.at(atMs - EPOCH_MS, () => this.#pass(this.#alarms, { run, sizeBytes: 0 }))
      },
      clear: () => {
        latest++
      },
    }
  }
}

/** Runs something when the process gets to it; `sizeBytes` is what it takes of a socket's buffer. */
type Pass = (run: () => void, sizeBytes: number) => void

/** Sockets on the simulator's network; keeps the contract of transports. */
class VirtualTransport implements Transport {
  readonly bound: Address
  readonly #network: Network
  readonly #pass: Pass
  #listener: TransportListener | undefined
  #isShut = false
  readonly #counters = { packets_sent_total: 0, bytes_sent_total: 0, streams_dialled_total: 0 }

  constructor(network: Network, bound: Address, pass: Pass) {
    this.bound = bound
    this.#network = network
    this.#pass = pass
  }

  listen(listener: TransportListener): void {
    assert(this.#listener === undefined, 'a transport is listened to once')
    this.#listener = listener
    this.#network.attach(this.bound, this)
  }

  /** Called by the network. */
  receive(input: TransportInput): void {
    const sizeBytes = input.kind === 'packet' ? input.bytes.length : 0
    this.#pass(() => {
      if (!this.#isShut) this.#listener?.(input)
    }, sizeBytes)
  }

  send(to: Address, bytes: Uint8Array): void {
    if (this.#isShut) return
    this.#counters.packets_sent_total++
    this.#counters.bytes_sent_total += bytes.length
    this.#network.send(this.bound, to, bytes.slice())
  }

  open(stream: StreamId, to: Address): void {
    if (this.#isShut) return
    this.#counters.streams_dialled_total++
    this.#network.streams.open(this, this.bound, { stream, to })
  }

  write(stream: StreamId, bytes: Uint8Array): void {
    if (!this.#isShut) this.#network.streams.write(this, stream, bytes.slice())
  }

  close(stream: StreamId): void {
    if (!this.#isShut) this.#network.streams.close(this, stream)
  }

  shutdown(): Promise<void> {
    // By now somebody else may listen at this address: the next life of the same node.
    if (this.#network.listener(this.bound) === this) this.#network.detach(this.bound, 'refuses')
    this.#isShut = true
    return Promise.resolve()
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counters }
  }
}

function sizeOf({ sizeBytes }: Held): number {
  return sizeBytes
}
