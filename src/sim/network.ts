// The virtual network: hosts, directed links with their conditions, and the way of a datagram.
// Streams are in `streams.ts`, what stops everything in `barriers.ts`. Links cost nothing
// until one differs from the rest: only overrides are kept.

import { type Address, type AddressKey, assert, type Millis, Random } from '../core/index.ts'
import type { Agenda } from './agenda.ts'
import { Barriers, type Carrier } from './barriers.ts'
import { ByLink, type Where } from './by-link.ts'
import { Clogs } from './clogs.ts'
import { type Conditions, calm, damaged, drawDelay, drawHoldUp, Spells } from './conditions.ts'
import { type Recorded, Recording } from './recording.ts'
import { type Links, type Receiver, Streams } from './streams.ts'
import { emptyTally } from './tally.ts'
import { Uplinks } from './uplinks.ts'

interface Host {
  readonly address: Address
  /** Undefined: the machine is up and nobody listens. */
  receiver: Receiver | undefined
}

const NOTHING = new Uint8Array(1)

export class Network implements Links {
  readonly agenda: Agenda
  readonly random: Random
  readonly streams: Streams
  readonly tally = emptyTally()
  #hostByKey = new Map<AddressKey, Host>()
  #everywhere: Conditions = calm
  readonly #conditionsByLink = new ByLink<Conditions>()
  readonly #spellsByLink = new ByLink<Spells>()
  readonly #barriers = new Barriers()
  readonly #clogs = new Clogs()
  readonly #uplinks = new Uplinks()
  #recording: Recording | undefined
  /** The datagram before, for splices. */
  #lastBytes: Uint8Array = NOTHING

  constructor(agenda: Agenda, random: Random) {
    this.agenda = agenda
    this.random = random
    this.streams = new Streams(this)
  }

  // ---- hosts ------------------------------------------------------------------------

  /** Starts listening at `address`; whoever listened there before must have stopped. */
  attach(address: Address, receiver: Receiver): void {
    const host = this.#hostByKey.get(address.key)
    assert(host?.receiver === undefined, 'one process listens at an address')
    if (host === undefined) this.#hostByKey.set(address.key, { address, receiver })
    else host.receiver = receiver
  }

  /** Stops listening. `refuses`: the machine stays up; `silent`: it is switched off. */
  detach(address: Address, afterwards: 'refuses' | 'silent'): void {
    const host = this.#hostByKey.get(address.key)
    if (host?.receiver === undefined) return
    const { receiver } = host
    host.receiver = undefined
    if (afterwards === 'silent') this.#hostByKey.delete(address.key)
    this.streams.abandon(receiver)
  }

  /** Who listens at an address: a receiver, `refuses`, or `silent` if there is no such host. */
  listener(address: Address): Receiver | 'refuses' | 'silent' {
    const host = this.#hostByKey.get(address.key)
    return host === undefined ? 'silent' : (host.receiver ?? 'refuses')
  }

  // ---- faults -----------------------------------------------------------------------

  /** Changes the conditions of the links named by `where`, or of all. */
  change(changes: Partial<Conditions>, where: Where = {}): void {
    if (where.from === undefined && where.to === undefined) {
      this.#everywhere = { ...this.#everywhere, ...changes }
      this.#conditionsByLink.mapValues((kept) => ({ ...kept, ...changes }))
      return
    }
    const before = this.#conditionsByLink.get(where) ?? this.#everywhere
    this.#conditionsByLink.set(where, { ...before, ...changes })
  }

  /** Cuts what `from` sends to `to`, datagrams and streams; the way back stays open. */
  cut(from: AddressKey, to: AddressKey): void {
    this.#barriers.cut(from, to)
  }

  /** Splits the hosts: within a group all is well, nothing passes between two groups. */
  partition(groups: readonly (readonly AddressKey[])[]): void {
    this.#barriers.partition(groups)
  }

  /** Drops one carrier, everywhere or to and from the hosts given. */
  block(carrier: Carrier, hosts?: readonly AddressKey[]): void {
    this.#barriers.block(carrier, hosts)
  }

  /** From now on nobody gets a connection to these hosts; they may dial others. */
  hide(hosts: readonly AddressKey[]): void {
    this.#barriers.hide(hosts)
  }

  /** Holds what comes from, or goes to, a host, until `unclog`; streams stall. */
  clog(direction: 'from' | 'to', host: AddressKey): void {
    this.#clogs.shut(direction, host)
  }

  /** Frees every clogged link: all that was held arrives now. */
  unclog(): void {
    for (const packet of this.#clogs.free()) this.#deliverLater(packet)
  }

  /** Ends cuts, partitions, blocks and clogs; `links too` also puts every link back to calm. */
  heal(calmly: 'links too' | 'cuts only'): void {
    this.#barriers.heal()
    if (calmly === 'links too') {
      this.#everywhere = calm
      this.#conditionsByLink.clear()
      this.#spellsByLink.clear()
    }
    this.unclog()
  }

  isCut(carrier: Carrier, from: Address, to: Address): boolean {
    return this.#barriers.isCut(carrier, from, to)
  }

  /** Whether a segment can neither pass nor be lost now: the way is cut or clogged. */
  isBarred(from: Address, to: Address): boolean {
    return this.#barriers.isCut('tcp', from, to) || this.#clogs.isShut(from.key, to.key)
  }

  canDial(to: Address): boolean {
    return this.#barriers.canDial(to)
  }

  conditions(from: Address, to: Address): Conditions {
    if (this.#conditionsByLink.isEmpty) return this.#everywhere
    return this.#conditionsByLink.between(from.key, to.key) ?? this.#everywhere
  }

  /** Whether a packet or segment sent now is lost on the way. */
  isLost(carrier: Carrier, from: Address, to: Address): boolean {
    const conditions = this.conditions(from, to)
    const loss = carrier === 'udp' ? conditions.loss : conditions.streamLoss
    if (loss > 0 && this.random.chance(loss)) return true
    if (conditions.burst === undefined || !this.#isLostInBurst(conditions, from, to)) return false
    this.tally.lostInBursts++
    return true
  }

  #isLostInBurst({ burst }: Conditions, from: Address, to: Address): boolean {
    if (burst === undefined) return false
    const link = { from: from.key, to: to.key }
    let spells = this.#spellsByLink.get(link)
    if (spells === undefined) {
      spells = new Spells(burst, this.agenda.nowMs, this.random)
      this.#spellsByLink.set(link, spells)
    }
    return spells.isBad(burst, this.agenda.nowMs, this.random) && this.random.chance(burst.loss)
  }

  // ---- datagrams --------------------------------------------------------------------

  /** Puts a datagram on its way; whether and when it arrives is up to the link. */
  send(from: Address, to: Address, bytes: Uint8Array): void {
    this.tally.sent++
    this.tally.sentBytes += bytes.length
    this.#recording?.add({ from, to, bytes })
    if (this.isCut('udp', from, to)) {
      this.tally.cut++
    } else if (this.#clogs.isShut(from.key, to.key)) {
      this.tally.clogged++
      this.#clogs.hold({ from, to, bytes })
    } else if (this.isLost('udp', from, to)) {
      this.tally.lost++
    } else {
      this.#carry(from, to, bytes)
    }
  }

  #carry(from: Address, to: Address, bytes: Uint8Array): void {
    const conditions = this.conditions(from, to)
    if (bytes.length > conditions.packetBytesMax) {
      this.tally.oversize++
      return
    }
    const waitMs = this.#throttle(conditions, from, bytes.length)
    if (waitMs === undefined) return
    this.#deliverLater({ from, to, bytes: this.#spoil(conditions, bytes) }, waitMs)
    if (conditions.duplicate > 0 && this.random.chance(conditions.duplicate)) {
      this.tally.duplicated++
      this.#deliverLater({ from, to, bytes }, waitMs)
    }
  }

  /** What a datagram waits for its sender's uplink; undefined if it is dropped there. */
  #throttle({ bytesPerSecond }: Conditions, from: Address, bytes: number): Millis | undefined {
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return 0
    const size = { bytes, bytesPerSecond, mayExceed: false }
    const waitMs = this.#uplinks.delay(from.key, size, this.agenda.nowMs)
    if (waitMs === undefined) this.tally.throttledAway++
    else this.tally.throttled++
    return waitMs
  }

  /** What a batch of segments waits for its sender's uplink. */
  segmentWait(from: Address, to: Address, bytes: number): Millis {
    const { bytesPerSecond } = this.conditions(from, to)
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return 0
    const size = { bytes, bytesPerSecond, mayExceed: true }
    return this.#uplinks.delay(from.key, size, this.agenda.nowMs) ?? 0
  }

  #spoil(conditions: Conditions, bytes: Uint8Array): Uint8Array {
    if (conditions.corrupt === 0) return bytes
    const other = this.#lastBytes
    this.#lastBytes = bytes
    if (bytes.length === 0 || !this.random.chance(conditions.corrupt)) return bytes
    const damage = damaged(bytes, other, this.random)
    this.tally[damage.how]++
    return damage.bytes
  }

  #deliverLater(packet: Recorded, waitMs: Millis = 0): void {
    const conditions = this.conditions(packet.from, packet.to)
    const heldMs = drawHoldUp(conditions, this.random)
    if (heldMs > 0) this.tally.reordered++
    const delayMs = waitMs + drawDelay(conditions, this.random) + heldMs
    this.agenda.at(this.agenda.nowMs + delayMs, () => this.#arrive(packet, conditions))
  }

  #arrive(packet: Recorded, { tellsUnreachable }: Conditions): void {
    const { from, to } = packet
    this.deliver(packet)
    if (!tellsUnreachable || this.listener(to) !== 'refuses') return
    const backMs = drawDelay(this.conditions(to, from), this.random)
    this.agenda.at(this.agenda.nowMs + backMs, () => {
      const receiver = this.#hostByKey.get(from.key)?.receiver
      if (receiver === undefined || this.isCut('udp', to, from)) return
      this.tally.toldUnreachable++
      receiver.receive({ kind: 'sendFailed', to, reason: 'ECONNREFUSED' })
    })
  }

  /** Hands a datagram over at once, whatever the link; for strangers and replays. */
  deliver({ from, to, bytes }: Recorded): void {
    const receiver = this.#hostByKey.get(to.key)?.receiver
    if (receiver === undefined) return
    this.tally.delivered++
    receiver.receive({ kind: 'packet', from, bytes })
  }

  // ---- recording --------------------------------------------------------------------

  /** Keeps datagrams sent from now on; beyond 20 000 a fair sample of them. */
  record(): void {
    this.#recording ??= new Recording(new Random(this.random.bits()))
  }

  /**
   * Delivers `count` recorded datagrams again, picked at random, spread over `overMs`; to where
   * they went before, or all to `astray`.
   */
  replay(count: number, overMs: Millis, astray?: Address): void {
    for (let i = 0; i < count; i++) {
      const packet = this.#recording?.pick()
      if (packet === undefined) return
      this.tally.replayed++
      const atMs = this.agenda.nowMs + this.random.fraction() * overMs
      const to = astray ?? packet.to
      this.agenda.at(atMs, () => this.deliver({ ...packet, to }))
    }
  }
}
