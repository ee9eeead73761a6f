// One row of the member table: what we believe about a member. Rows are mutable inside the
// core and leave it only as frozen views. Lean on purpose: a thousand members hold a
// million of them.

import type { Address } from '../base/address.ts'
import type { Suspicion } from './suspicion.ts'

export type MemberStatus = 'alive' | 'suspect' | 'dead' | 'left'

export class Member {
  readonly name: string
  address: Address
  meta: Uint8Array
  /** PMin, PMax, PCur, DMin, DMax, DCur; empty if never told. */
  vsn: Uint8Array
  incarnation: number
  status: MemberStatus
  /** When the status last changed; of an alive member, since when it has not been gone. */
  sinceMs: number
  aliveSinceMs: number
  suspicion: Suspicion | undefined = undefined
  /** Announces hearsay's own messages (the reserved tag `hs`). */
  hearsay = false
  /** True once it has been alive here: a later join is a return. */
  known = false
  rttMs: number | undefined = undefined
  seenMs: number | undefined = undefined
  /** How surprising the silence of its state loop is; undefined where nobody measures. */
  phi: number | undefined = undefined
  /** Checksum of what a view says of it; undefined until it is asked for after a change. */
  checksum: number | undefined = undefined
  /** Place in the order that gives every member two fixed neighbours. */
  readonly place: number

  constructor(name: string, address: Address, nowMs: number) {
    this.name = name
    this.address = address
    this.meta = NO_BYTES
    this.vsn = NO_BYTES
    this.incarnation = 0
    this.status = 'dead'
    this.sinceMs = nowMs
    this.aliveSinceMs = nowMs
    this.place = placeOf(name)
  }

  /** Dead or left: not a member any more, only remembered. */
  get isGone(): boolean {
    return this.status === 'dead' || this.status === 'left'
  }

  /** The largest memberlist protocol version it understands; 0 if never told. */
  get protocolMax(): number {
    return this.vsn[1] ?? 0
  }
}

const NO_BYTES = new Uint8Array(0)

/** FNV-1a with a final mix: spreads similar names evenly over 0 … 2³²−1. */
function placeOf(name: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
