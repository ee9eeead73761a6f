// What leaves the core about a member: frozen views, wire forms of a row, and the checksum
// that tells whether two nodes see the same cluster (ruling 16).

import { encodeUtf8, utf8Length } from './base/text.ts'
import type { MemberView, Status } from './io.ts'
import type { Member } from './swim/member.ts'
import type { Members } from './swim/members.ts'
import { crc32 } from './wire/crc32.ts'
import type { Alive, NodeState } from './wire/messages.ts'
import { decodeTags, encodeTags } from './wire/tags.ts'

/** The reserved tag by which a member announces hearsay's protocol version. */
export const HEARSAY_TAG = 'hs'
export const HEARSAY_VERSION = '1'

const STATE_NUMBER = { alive: 0, suspect: 1, dead: 2, left: 3 } as const

/** True if the meta carries the announcement. */
export function announcesHearsay(meta: Uint8Array): boolean {
  if (meta[0] !== 0xff) return false
  return decodeTags(meta).has(HEARSAY_TAG)
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

export function viewOf(member: Member): MemberView {
  const { suspicion } = member
  return Object.freeze({
    name: member.name,
    address: member.address,
    status: member.status,
    incarnation: member.incarnation,
    meta: member.meta,
    tags: publicTags(member.meta),
    versions: member.vsn,
    sinceMs: member.sinceMs,
    hearsay: member.hearsay,
    rttMs: member.rttMs,
    seenMs: member.seenMs,
    suspicion: suspicion && {
      untilMs: suspicion.deadlineMs,
      confirmations: suspicion.confirmations,
      needed: suspicion.needed,
    },
  })
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
 * CRC-32 over the sorted (name, address, port, incarnation, status) of the living, suspects
 * counted as alive. The gone are left out: nodes forget them at different times.
 */
export function viewChecksum(members: Members): number {
  const lines: string[] = []
  for (const row of members.rows) {
    if (!row.isGone) lines.push(`${row.name}\t${row.address}\t${row.incarnation}\talive\n`)
  }
  return crc32(encodeUtf8(lines.sort().join('')))
}

/** How many members of each status a table holds. */
export function countByStatus(members: Members): Record<Status, number> {
  const count = { alive: 0, suspect: 0, dead: 0, left: 0 }
  for (const row of members.rows) count[row.status]++
  return count
}
