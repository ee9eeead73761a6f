// The rival: heartbeats through gossip, judged by phi accrual (van Renesse et al. 1998 for the
// beats, Hayashibara et al. 2004 for phi; Cassandra works so). Every beat, each member raises its own
// counter and sends all the counters it knows to a few others; a peer whose counter has
// stood still for too long, by the rhythm of its past, is held as failed. Nobody asks
// anybody, and verdicts stay private.

import { type Address, BeatHistory, type Input, phiExponential, Random } from '../../core/index.ts'
import { Agenda } from '../agenda.ts'
import { Gate, packetBytes } from '../gate.ts'
import { hostAddress } from '../host-address.ts'
import { Network } from '../network.ts'
import type { Recorded } from '../recording.ts'
import type { Fleet, OnVerdict } from './fleet.ts'

export interface HeartbeatRules {
  /** Time between two beats. */
  readonly beatMs: number
  /** To how many others each beat sends the table. */
  readonly fanout: number
  /** Phi from which a peer is held as failed. */
  readonly threshold: number
}

/** Cassandra's threshold, at the pace of SWIM's probes and the fan-out of its gossip. */
export const heartbeatRules: HeartbeatRules = { beatMs: 1000, fanout: 3, threshold: 8 }

export interface HeartbeatFleetParts {
  readonly nodes: number
  readonly seed: number
  readonly rules?: HeartbeatRules
  readonly onVerdict: OnVerdict
}

const LOOKS_A_BEAT = 4
/** A member's number and its counter. */
const ENTRY_BYTES = 6
const PACKET_BYTES_MAX = 1400
/** The rhythm of every peer is known well by then. */
const REST_BEATS = 30

export class HeartbeatFleet implements Fleet {
  readonly agenda = new Agenda()
  readonly #network: Network
  readonly #rules: HeartbeatRules
  readonly #members: readonly HeartbeatMember[]

  constructor({ nodes, seed, rules = heartbeatRules, onVerdict }: HeartbeatFleetParts) {
    const random = new Random(seed)
    const network = new Network(this.agenda, new Random(random.bits()))
    this.#network = network
    this.#rules = rules
    this.#members = Array.from(
      { length: nodes },
      (_, index) =>
        new HeartbeatMember({
          index,
          nodes,
          rules,
          network,
          random: new Random(random.bits()),
          onVerdict,
        }),
    )
  }

  get tally(): Network['tally'] {
    return this.#network.tally
  }

  form(): void {
    for (const member of this.#members) member.start()
    this.agenda.runUntil(this.agenda.nowMs + REST_BEATS * this.#rules.beatMs)
  }

  lose(share: number): void {
    this.#network.change({ loss: share })
  }

  crash(member: number): void {
    this.#members[member]?.stop()
  }

  stall(member: number): void {
    this.#members[member]?.stall()
  }

  unstall(member: number): void {
    this.#members[member]?.unstall()
  }
}

interface MemberParts {
  readonly index: number
  readonly nodes: number
  readonly rules: HeartbeatRules
  readonly network: Network
  readonly random: Random
  readonly onVerdict: OnVerdict
}

/** What a member knows of another. */
interface Peer {
  counter: number
  readonly history: BeatHistory
  isFailed: boolean
}

class HeartbeatMember {
  readonly #parts: MemberParts
  readonly #address: Address
  readonly #peers: readonly Peer[]
  readonly #inbox = new Gate<Input>(packetBytes)
  readonly #outgoing = new Gate<Recorded>(() => 0)
  #looks = 0
  #isRunning = true

  constructor(parts: MemberParts) {
    const { index, nodes, rules, network } = parts
    this.#parts = parts
    this.#address = hostAddress(index)
    this.#peers = Array.from({ length: nodes }, () => ({
      counter: 0,
      history: new BeatHistory({ expectedMs: rules.beatMs }),
      isFailed: false,
    }))
    network.attach(this.#address, this)
  }

  /** Beats from a moment of its own on. */
  start(): void {
    const { random, rules } = this.#parts
    this.#lookLater(random.fraction() * rules.beatMs)
  }

  stop(): void {
    this.#isRunning = false
    this.#parts.network.detach(this.#address, 'silent')
  }

  stall(): void {
    this.#inbox.shut()
    this.#outgoing.shut()
  }

  unstall(): void {
    for (const packet of this.#outgoing.open()) this.#send(packet)
    for (const input of this.#inbox.open()) this.receive(input)
  }

  receive(input: Input): void {
    if (!this.#isRunning || input.kind !== 'packet' || this.#inbox.holds(input)) return
    const { buffer, byteOffset, byteLength } = input.bytes
    const view = new DataView(buffer, byteOffset, byteLength)
    for (let at = 0; at + ENTRY_BYTES <= byteLength; at += ENTRY_BYTES) {
      this.#hear(view.getUint16(at), view.getUint32(at + 2))
    }
  }

  #hear(subject: number, counter: number): void {
    const peer = this.#peers[subject]
    if (peer === undefined || subject === this.#parts.index || counter <= peer.counter) return
    peer.counter = counter
    peer.history.beat(this.#parts.network.agenda.nowMs)
    if (!peer.isFailed) return
    peer.isFailed = false
    this.#parts.onVerdict(this.#parts.index, subject, 'back')
  }

  #lookLater(afterMs: number): void {
    const { agenda } = this.#parts.network
    agenda.at(agenda.nowMs + afterMs, () => this.#look())
  }

  #look(): void {
    if (!this.#isRunning) return
    this.#judge()
    if (this.#looks++ % LOOKS_A_BEAT === 0) this.#beat()
    this.#lookLater(this.#parts.rules.beatMs / LOOKS_A_BEAT)
  }

  #judge(): void {
    const { index, rules, network, onVerdict } = this.#parts
    const { nowMs } = network.agenda
    this.#peers.forEach((peer, subject) => {
      if (peer.isFailed || subject === index) return
      const { history } = peer
      if (phiExponential(history.silentMs(nowMs), history.meanMs) < rules.threshold) return
      peer.isFailed = true
      onVerdict(index, subject, 'failed')
    })
  }

  #beat(): void {
    const { index, nodes, rules, random } = this.#parts
    const own = this.#peers[index]
    if (own !== undefined) own.counter++
    const packets = this.#table()
    for (let sends = Math.min(rules.fanout, nodes - 1); sends > 0; sends--) {
      const to = hostAddress((index + 1 + random.below(nodes - 1)) % nodes)
      for (const bytes of packets) this.#send({ from: this.#address, to, bytes })
    }
  }

  #send(packet: Recorded): void {
    if (!this.#isRunning || this.#outgoing.holds(packet)) return
    this.#parts.network.send(packet.from, packet.to, packet.bytes)
  }

  /** Every counter known, in as many packets as that takes. */
  #table(): readonly Uint8Array[] {
    const known = this.#peers.flatMap(({ counter }, member) =>
      counter > 0 ? [{ member, counter }] : [],
    )
    const entriesMax = Math.floor(PACKET_BYTES_MAX / ENTRY_BYTES)
    const packets: Uint8Array[] = []
    for (let first = 0; first < known.length; first += entriesMax) {
      const entries = known.slice(first, first + entriesMax)
      const bytes = new Uint8Array(entries.length * ENTRY_BYTES)
      const view = new DataView(bytes.buffer)
      entries.forEach(({ member, counter }, at) => {
        view.setUint16(at * ENTRY_BYTES, member)
        view.setUint32(at * ENTRY_BYTES + 2, counter)
      })
      packets.push(bytes)
    }
    return packets
  }
}
