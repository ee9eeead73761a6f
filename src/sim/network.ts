// The virtual network: hosts, directed links with their conditions, cuts and partitions,
// datagrams, and a recorder for replays. Streams are in `streams.ts`. Links cost nothing
// until one differs from the rest: only overrides are kept.

import { type Address, type AddressKey, assert, type Millis, type Random } from '../core/index.ts'
import type { Agenda } from './agenda.ts'
import { type Conditions, calm, corrupted, drawDelay, drawHoldUp, Spells } from './conditions.ts'
import { type Links, type Receiver, Streams } from './streams.ts'

export type Carrier = 'udp' | 'tcp'

/** Which links a change of conditions is for; what is left out means every host. */
export interface Where {
  readonly from?: AddressKey
  readonly to?: AddressKey
}

export interface Recorded {
  readonly from: Address
  readonly to: Address
  readonly bytes: Uint8Array
}

/** Counts of what happened; a sweep that never lost a packet proves nothing about loss. */
export interface Tally {
  sent: number
  /** Payload of datagrams. */
  sentBytes: number
  /** Written to streams. */
  streamBytes: number
  delivered: number
  lost: number
  duplicated: number
  corrupted: number
  cut: number
  oversize: number
  dialled: number
  refused: number
  resets: number
}

interface Host {
  readonly address: Address
  /** Undefined: the machine is up and nobody listens. */
  receiver: Receiver | undefined
  group: number
}

const RECORDED_MAX = 20_000

export class Network implements Links {
  readonly agenda: Agenda
  readonly random: Random
  readonly streams: Streams
  readonly tally: Tally = {
    sent: 0,
    sentBytes: 0,
    streamBytes: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    corrupted: 0,
    cut: 0,
    oversize: 0,
    dialled: 0,
    refused: 0,
    resets: 0,
  }
  #hostByKey = new Map<AddressKey, Host>()
  #everywhere: Conditions = calm
  #conditionsByLink = new Map<string, Conditions>()
  #spellsByLink = new Map<string, Spells>()
  #cutsFrom = new Map<AddressKey, Set<AddressKey>>()
  #isSplit = false
  #blocked = new Map<Carrier, Set<AddressKey> | 'all'>()
  #recorded: Recorded[] | undefined

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
    if (host === undefined) this.#hostByKey.set(address.key, { address, receiver, group: 0 })
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
      for (const [link, kept] of this.#conditionsByLink) {
        this.#conditionsByLink.set(link, { ...kept, ...changes })
      }
      return
    }
    const link = linkName(where.from, where.to)
    const before = this.#conditionsByLink.get(link) ?? this.#everywhere
    this.#conditionsByLink.set(link, { ...before, ...changes })
  }

  /** Cuts what `from` sends to `to`, datagrams and streams; the way back stays open. */
  cut(from: AddressKey, to: AddressKey): void {
    const cuts = this.#cutsFrom.get(from)
    if (cuts === undefined) this.#cutsFrom.set(from, new Set([to]))
    else cuts.add(to)
  }

  /** Splits the hosts: within a group all is well, nothing passes between two groups. */
  partition(groups: readonly (readonly AddressKey[])[]): void {
    for (const host of this.#hostByKey.values()) host.group = 0
    groups.forEach((keys, index) => {
      for (const key of keys) {
        const host = this.#hostByKey.get(key)
        if (host !== undefined) host.group = index + 1
      }
    })
    this.#isSplit = true
  }

  /** Drops one carrier, everywhere or to and from the hosts given. */
  block(carrier: Carrier, hosts?: readonly AddressKey[]): void {
    this.#blocked.set(carrier, hosts === undefined ? 'all' : new Set(hosts))
  }

  /** Ends cuts, partitions and blocks; `calmly` also puts every link back to calm. */
  heal(calmly: 'links too' | 'cuts only'): void {
    this.#cutsFrom.clear()
    this.#blocked.clear()
    this.#isSplit = false
    if (calmly === 'cuts only') return
    this.#everywhere = calm
    this.#conditionsByLink.clear()
    this.#spellsByLink.clear()
  }

  isCut(carrier: Carrier, from: Address, to: Address): boolean {
    const blocked = this.#blocked.get(carrier)
    if (blocked !== undefined) {
      if (blocked === 'all' || blocked.has(from.key) || blocked.has(to.key)) return true
    }
    if (this.#cutsFrom.size > 0 && this.#cutsFrom.get(from.key)?.has(to.key) === true) return true
    if (!this.#isSplit) return false
    return this.#hostByKey.get(from.key)?.group !== this.#hostByKey.get(to.key)?.group
  }

  conditions(from: Address, to: Address): Conditions {
    if (this.#conditionsByLink.size === 0) return this.#everywhere
    return (
      this.#conditionsByLink.get(linkName(from.key, to.key)) ??
      this.#conditionsByLink.get(linkName(from.key, undefined)) ??
      this.#conditionsByLink.get(linkName(undefined, to.key)) ??
      this.#everywhere
    )
  }

  /** Whether a packet or segment sent now is lost on the way. */
  isLost(carrier: Carrier, from: Address, to: Address): boolean {
    const conditions = this.conditions(from, to)
    const loss = carrier === 'udp' ? conditions.loss : conditions.streamLoss
    if (loss > 0 && this.random.chance(loss)) return true
    return conditions.burst !== undefined && this.#isLostInBurst(conditions, from, to)
  }

  #isLostInBurst({ burst }: Conditions, from: Address, to: Address): boolean {
    if (burst === undefined) return false
    const link = linkName(from.key, to.key)
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
    if (this.#recorded !== undefined && this.#recorded.length < RECORDED_MAX) {
      this.#recorded.push({ from, to, bytes })
    }
    if (this.isCut('udp', from, to)) {
      this.tally.cut++
      return
    }
    if (this.isLost('udp', from, to)) {
      this.tally.lost++
      return
    }
    this.#carry(from, to, bytes)
  }

  #carry(from: Address, to: Address, bytes: Uint8Array): void {
    const conditions = this.conditions(from, to)
    if (bytes.length > conditions.packetBytesMax) {
      this.tally.oversize++
      return
    }
    this.#deliverLater({ from, to, bytes: this.#spoil(conditions, bytes) })
    if (conditions.duplicate > 0 && this.random.chance(conditions.duplicate)) {
      this.tally.duplicated++
      this.#deliverLater({ from, to, bytes })
    }
  }

  #spoil(conditions: Conditions, bytes: Uint8Array): Uint8Array {
    if (conditions.corrupt === 0 || !this.random.chance(conditions.corrupt)) return bytes
    this.tally.corrupted++
    return corrupted(bytes, this.random)
  }

  #deliverLater(packet: Recorded): void {
    const conditions = this.conditions(packet.from, packet.to)
    const delay = drawDelay(conditions, this.random) + drawHoldUp(conditions, this.random)
    this.agenda.at(this.agenda.nowMs + delay, () => this.deliver(packet))
  }

  /** Hands a datagram over at once, whatever the link; for strangers and replays. */
  deliver({ from, to, bytes }: Recorded): void {
    const receiver = this.#hostByKey.get(to.key)?.receiver
    if (receiver === undefined) return
    this.tally.delivered++
    receiver.receive({ kind: 'packet', from, bytes })
  }

  // ---- recording --------------------------------------------------------------------

  /** Keeps every datagram sent from now on, at most 20 000. */
  record(): void {
    this.#recorded ??= []
  }

  /** Delivers `count` recorded datagrams again, picked at random, spread over `overMs`. */
  replay(count: number, overMs: Millis): void {
    const recorded = this.#recorded ?? []
    for (let i = 0; i < count; i++) {
      const packet = recorded[this.random.below(recorded.length)]
      if (packet === undefined) return
      const atMs = this.agenda.nowMs + this.random.fraction() * overMs
      this.agenda.at(atMs, () => this.deliver(packet))
    }
  }
}

function linkName(from: AddressKey | undefined, to: AddressKey | undefined): string {
  return `${from ?? '*'} ${to ?? '*'}`
}
