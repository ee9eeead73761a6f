// What leaves the core about a member: frozen views, wire forms of a row, and the checksum
// that tells whether two nodes see the same cluster (ruling 16).

import type { Address } from './base/address.ts'
import { EMPTY } from './base/bytes.ts'
import { encodeUtf8, utf8Length } from './base/text.ts'
import type { MemberView, Status } from './io.ts'
import type { Member } from './swim/member.ts'
import type { Members } from './swim/members.ts'
import { crc32 } from './wire/crc32.ts'
import type { Alive, NodeState, Ping } from './wire/messages.ts'
import { decodeTags, encodeTags } from './wire/tags.ts'

/** The reserved tag by which a member announces hearsay's protocol version. */
export const HEARSAY_TAG = 'hs'
export const HEARSAY_VERSION = '1'

const STATE_NUMBER = { alive: 0, suspect: 1, dead: 2, left: 3 } as const

/** The meta asked about last, and the answer: decoders share bytes that messages repeat. */
const last: { meta: Uint8Array; announces: boolean } = { meta: EMPTY, announces: false }

/** True if the meta carries the announcement. */
export function announcesHearsay(meta: Uint8Array): boolean {
  if (meta[0] !== 0xff) return false
  if (meta !== last.meta) {
    last.announces = decodeTags(meta).has(HEARSAY_TAG)
    last.meta = meta
  }
  return last.announces
}

/** Tags on the wire, with the one that announces hearsay; undefined beyond 512 bytes. */
export function metaOfTags(tags: ReadonlyMap<string, string>): Uint8Array | undefined {
  return encodeTags(new Map([...tags, [HEARSAY_TAG, HEARSAY_VERSION]]))
}

/** About how many bytes of meta tags take, the announcement included. */
export function sizeOfTags(tags: ReadonlyMap<string, string>): number {
  let sizeBytes = 2 + HEARSAY_TAG.length + HEARSAY_VERSION.length + 2
  for (const [name, value] of tags) sizeBytes += utf8Length(name) + utf8Length(value) + 2
  return sizeBytes
}

/** A copy of a row as it is now. */
export function viewOf(member: Member): MemberView {
  return new View(member)
}

/** Tags are decoded when somebody asks: most views are looked at for their status alone. */
class View implements MemberView {
  readonly name: string
  readonly address: Address
  readonly status: Status
  readonly incarnation: number
  readonly meta: Uint8Array
  readonly versions: Uint8Array
  readonly sinceMs: number
  readonly hearsay: boolean
  readonly rttMs: number | undefined
  readonly seenMs: number | undefined
  readonly phi: number | undefined
  readonly suspicion: MemberView['suspicion']
  #tags: ReadonlyMap<string, string> | undefined

  constructor(member: Member) {
    this.name = member.name
    this.address = member.address
    this.status = member.status
    this.incarnation = member.incarnation
    this.meta = member.meta
    this.versions = member.vsn
    this.sinceMs = member.sinceMs
    this.hearsay = member.hearsay
    this.rttMs = member.rttMs
    this.seenMs = member.seenMs
    this.phi = member.phi
    this.suspicion = suspicionOf(member)
  }

  get tags(): ReadonlyMap<string, string> {
    this.#tags ??= publicTags(this.meta)
    return this.#tags
  }
}

function suspicionOf({ suspicion }: Member): MemberView['suspicion'] {
  if (suspicion === undefined) return undefined
  const { deadlineMs: untilMs, confirmations, needed } = suspicion
  return { untilMs, confirmations, needed }
}

function publicTags(meta: Uint8Array): ReadonlyMap<string, string> {
  if (meta[0] !== 0xff) return NO_TAGS
  const tags = new Map(decodeTags(meta))
  tags.delete(HEARSAY_TAG)
  return tags
}

const NO_TAGS: ReadonlyMap<string, string> = new Map()

/** The message by which a member (or we, passing it on) says that it is alive. */
export function aliveMessage(member: Member): Alive {
  return {
    kind: 'alive',
    incarnation: member.incarnation,
    node: member.name,
    addr: member.address.ip,
    port: member.address.port,
    meta: member.meta,
    vsn: member.vsn,
  }
}

/** A ping to `node`, with our own address for the answer. */
export function pingMessage({ name, address }: Member, node: string, seqNo: number): Ping {
  return {
    kind: 'ping',
    seqNo,
    node,
    sourceAddr: address.ip,
    sourcePort: address.port,
    sourceNode: name,
  }
}

/** A row as it stands in a push/pull. */
export function nodeState(member: Member): NodeState {
  return {
    name: member.name,
    addr: member.address.ip,
    port: member.address.port,
    meta: member.meta,
    incarnation: member.incarnation,
    state: STATE_NUMBER[member.status],
    vsn: member.vsn,
  }
}

/**
 * The sum, in 32 bits, of the CRC-32 of (name, address, port, incarnation) of each of the living,
 * suspects counted as alive: the order does not matter, and a change costs one row. The gone are
 * left out: nodes forget them at different times. Computed when somebody asks and the table has
 * changed since, because a flood of joins asks all the time.
 */
export class ViewChecksum {
  readonly #members: Members
  #revision = -1
  #value = 0

  constructor(members: Members) {
    this.#members = members
  }

  get value(): number {
    if (this.#revision !== this.#members.revision) {
      this.#value = checksumOf(this.#members)
      this.#revision = this.#members.revision
    }
    return this.#value
  }
}

function checksumOf(members: Members): number {
  let sum = 0
  for (const row of members.rows) {
    if (row.isGone) continue
    row.checksum ??= rowChecksum(row)
    sum = (sum + row.checksum) | 0
  }
  return sum >>> 0
}

/** As a signed number: such fit into a row without an object of their own. */
function rowChecksum({ name, address, incarnation }: Member): number {
  return crc32(encodeUtf8(`${name}\t${address}\t${incarnation}\talive\n`)) | 0
}

/** How many members of each status a table holds. */
export function countByStatus(members: Members): Record<Status, number> {
  const count = { alive: 0, suspect: 0, dead: 0, left: 0 }
  for (const row of members.rows) count[row.status]++
  return count
}
