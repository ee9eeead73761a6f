// The only place a datagram is made: joins the messages of one step per destination, fills
// spare room with rumors (a fair share each for membership and the application's), packs
// and counts. Owns the two transmit queues and decides how often a rumor is told.

import type { Address, AddressKey } from './base/address.ts'
import type { Counters } from './counters.ts'
import type { Effect } from './io.ts'
import { type Rumor, type RumorOptions, TransmitQueue, transmitLimit } from './queue.ts'
import type { Member } from './swim/member.ts'
import type { Members } from './swim/members.ts'
import type { PacketCodec } from './wire/packet.ts'

/** What the outbox needs to know of the configuration. */
export interface OutboxRules {
  readonly strict: boolean
  readonly retransmitMult: number
  readonly gossipToTheDeadMs: number
}

interface Draft {
  readonly to: Address
  /** The member at that address, if we know one: only members get rumors and checksums. */
  readonly member: Member | undefined
  readonly parts: Uint8Array[]
  sizeBytes: number
  takesRumors: boolean
  readonly checksum: boolean
}

/** Each part of a compound packet costs its length. */
const PART_OVERHEAD_BYTES = 2
const QUEUE_MAX = 4096
/** The share of a packet that user rumors get while membership could fill it. */
const USER_SHARE = 0.3
/** Of the copies of a user rumor, the part that goes to members that are not failed. */
const LIVING_SHARE = 0.75
/** memberlist's protocol version from which a checksum is understood. */
const CRC_PROTOCOL = 5
/** What a checksum adds to a packet. */
const CRC_BYTES = 5

export class Outbox {
  readonly membership = new TransmitQueue(QUEUE_MAX)
  readonly user = new TransmitQueue(QUEUE_MAX)
  readonly #members: Members
  readonly #codec: PacketCodec
  readonly #rules: OutboxRules
  readonly #counters: Counters
  #drafts: Draft[] = []

  constructor(members: Members, codec: PacketCodec, rules: OutboxRules, counters: Counters) {
    this.#members = members
    this.#codec = codec
    this.#rules = rules
    this.#counters = counters
  }

  get isEmpty(): boolean {
    return this.membership.size === 0 && this.user.size === 0
  }

  /** How often each member passes a rumor on, at the present size of the cluster. */
  get limit(): number {
    return transmitLimit(this.#rules.retransmitMult, this.#members.size)
  }

  /** The longest single message that fits a packet with its checksum. */
  get messageBytesMax(): number {
    return this.#codec.budget(0) - CRC_BYTES
  }

  /** Sends a message with this step; `bare` keeps rumors out of its packet. */
  send(to: Address, message: Uint8Array, options: { readonly bare?: boolean } = {}): void {
    const draft = this.#draftFor(to, message.length)
    draft.parts.push(message)
    draft.sizeBytes += message.length + PART_OVERHEAD_BYTES
    if (options.bare === true || draft.member === undefined) draft.takesRumors = false
  }

  /** Sends messages in a packet of their own with a checksum, as memberlist's SendBestEffort. */
  sendAlone(member: Member, parts: readonly Uint8Array[]): void {
    this.#drafts.push({
      to: member.address,
      member,
      parts: [...parts],
      sizeBytes: 0,
      takesRumors: false,
      checksum: understandsCrc(member),
    })
  }

  /** Queues news about a member, in place of what was queued about it. */
  tellMembership(message: Uint8Array, options: RumorOptions): Rumor {
    return this.membership.add(message, options)
  }

  /** Queues a user rumor (a whole message, type byte included); undefined if the queue is full. */
  tellUser(message: Uint8Array, options: RumorOptions = {}): Rumor | undefined {
    return this.user.size >= QUEUE_MAX ? undefined : this.user.add(message, options)
  }

  /** Somebody told us what we are still telling: it needs our voice less. */
  echo(queue: TransmitQueue, name: string): void {
    const rumor = queue.find(name)
    if (rumor !== undefined) rumor.echoes++
  }

  /** True while all that waits may go to announcing members only. */
  get isExclusive(): boolean {
    return (
      this.membership.size === 0 && this.user.size > 0 && this.user.exclusive === this.user.size
    )
  }

  /** Sends one packet of rumors to a member; false if none are waiting for it. */
  gossip(member: Member): boolean {
    const parts: Uint8Array[] = []
    const checksumBytes = understandsCrc(member) ? CRC_BYTES : 0
    this.#fill(parts, this.#codec.budget(0) - checksumBytes, member)
    if (parts.length === 0) return false
    this.sendAlone(member, parts)
    return true
  }

  /** Turns what was sent in this step into datagrams. */
  flush(effects: Effect[]): void {
    if (this.#drafts.length === 0) return
    const drafts = this.#drafts
    this.#drafts = []
    for (const draft of drafts) {
      if (draft.takesRumors && !this.isEmpty) {
        this.#fill(draft.parts, this.#codec.budget(draft.sizeBytes), draft.member)
      }
      const bytes = this.#codec.pack(draft.parts, { crc: draft.checksum })
      this.#counters.add('packets_sent_total')
      this.#counters.add('packet_bytes_sent_total', bytes.length)
      effects.push({ kind: 'send', to: draft.to, bytes })
    }
  }

  #draftFor(to: Address, sizeBytes: number): Draft {
    const key: AddressKey = to.key
    for (const draft of this.#drafts) {
      const fits = this.#codec.budget(draft.sizeBytes) >= sizeBytes + PART_OVERHEAD_BYTES
      if (draft.to.key === key && draft.takesRumors && fits) return draft
    }
    const member = this.#members.findByAddress(key)
    const draft: Draft = { to, member, parts: [], sizeBytes: 0, takesRumors: true, checksum: false }
    this.#drafts.push(draft)
    return draft
  }

  /** Adds waiting rumors to `parts`, at most `room` bytes of them. */
  #fill(parts: Uint8Array[], room: number, receiver: Member | undefined): void {
    const limit = this.limit
    const userRoom = this.#userRoom(room)
    const system = this.membership.fetch(PART_OVERHEAD_BYTES, room - userRoom, limit)
    parts.push(...system)
    const used = sizeOf(system)
    const own = this.user.fetch(PART_OVERHEAD_BYTES, room - used, limit, this.#userTest(receiver))
    parts.push(...own)
    if (own.length > 0) this.#counters.add('user_copies_sent_total', own.length)
    if (system.length > 0) this.#counters.add('membership_copies_sent_total', system.length)
  }

  /**
   * What of the application a receiver may get. Who has just failed gets the last copies only:
   * comparing notes brings membership to the living that were missed, but not this.
   */
  #userTest(receiver: Member | undefined): ((rumor: Rumor) => boolean) | undefined {
    const isLawful = this.user.exclusive === 0 || receiver?.hearsay === true
    const isReserved = !this.#rules.strict && receiver?.status === 'dead'
    if (isLawful && !isReserved) return undefined
    const reserved = isReserved ? this.limit * LIVING_SHARE : 0
    return ({ exclusive, transmissions }) => {
      return (isLawful || !exclusive) && transmissions >= reserved
    }
  }

  /** Bytes of a packet kept for user rumors, so that membership cannot starve them. */
  #userRoom(room: number): number {
    if (this.#rules.strict || this.user.size === 0 || this.membership.size === 0) return 0
    const wanted = this.user.bytes + this.user.size * PART_OVERHEAD_BYTES
    return Math.min(wanted, Math.floor(room * USER_SHARE))
  }
}

function understandsCrc(member: Member | undefined): boolean {
  return member !== undefined && member.protocolMax >= CRC_PROTOCOL
}

function sizeOf(parts: readonly Uint8Array[]): number {
  let total = 0
  for (const part of parts) total += part.length + PART_OVERHEAD_BYTES
  return total
}
