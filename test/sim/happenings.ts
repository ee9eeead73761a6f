// Happenings in short words, for logs that checkers are shown.

import {
  type Address,
  type Change,
  type Command,
  type Evidence,
  ipv4,
  type KeyChange,
  type MemberView,
  makeConfig,
  type Outcome,
  type SharedChange,
} from '../../src/core/index.ts'
import { encodeMessage } from '../../src/core/wire/index.ts'
import type { Happening } from '../../src/sim/index.ts'

/** Milliseconds, observer, and what happened. */
export type Line = readonly [number, string, Happening]

export interface Case {
  readonly id: string
  readonly what: string
  readonly lawful: readonly Line[]
  /** Follows the lawful log and breaks it. */
  readonly doctored: readonly Line[]
}

export const here = ipv4(10, 0, 0, 1, 7946)
export const there = ipv4(10, 0, 0, 2, 7946)
export const elsewhere = ipv4(10, 0, 0, 3, 7946)

type Status = MemberView['status']
function viewOf(name: string, status: Status, incarnation: number, address = there): MemberView {
  return {
    name,
    address,
    status,
    incarnation,
    meta: new Uint8Array(),
    tags: new Map(),
    versions: Uint8Array.of(1, 5, 2, 0, 0, 0),
    sinceMs: 0,
    hearsay: true,
    rttMs: undefined,
    phi: undefined,
    seenMs: undefined,
    suspicion: undefined,
  }
}

export function turns(
  subject: string,
  from: Status | 'unknown',
  to: Status,
  incarnation: number,
  details: { readonly address?: Address; readonly cause?: string; readonly meta?: number } = {},
): Happening {
  const view = viewOf(subject, to, incarnation, details.address)
  const row = details.meta === undefined ? view : { ...view, meta: Uint8Array.of(details.meta) }
  return { kind: 'transition', subject, from, to, incarnation, cause: details.cause ?? 'told', row }
}

export function forgets(subject: string, incarnation: number): Happening {
  const gone = { subject, from: 'dead', to: 'forgotten', incarnation, cause: 'forgotten' } as const
  return { kind: 'transition', ...gone, row: undefined }
}

export function tells(change: Change, name: string, evidence: readonly Evidence[] = []): Happening {
  const member = viewOf(name, 'alive', 1)
  return { kind: 'notice', notice: { kind: 'member', change, member, rejoin: false, evidence } }
}

export function starts(
  name: string,
  options: {
    readonly packetBytesMax?: number
    readonly membersMax?: number
    readonly label?: string
  } = {},
): Happening {
  return { kind: 'started', config: makeConfig({ name, advertise: here, ...options }) }
}

export function holds(node: string, generation: number, base: number, gcFloor: number): Happening {
  return {
    kind: 'notice',
    notice: { kind: 'replica', node, generation, channel: 0, base, gcFloor },
  }
}

/** It holds what a life of `node` adds to shared maps, up to a version. */
export function holdsShared(node: string, generation: number, base: number): Happening {
  return {
    kind: 'notice',
    notice: { kind: 'replica', node, generation, channel: 1, base, gcFloor: 0 },
  }
}

/** It was given a command. */
export function asks(id: number, command: Command): Happening {
  return { kind: 'command', id, command }
}

/** It was told how a command came out. */
export function ends(id: number, outcome: Outcome): Happening {
  return { kind: 'notice', notice: { kind: 'done', id, outcome } }
}

export const calm: Happening = { kind: 'calm' }
export const agreed: Happening = { kind: 'agreed' }

export function shows(
  node: string,
  generation: number,
  ...[kind, key, version]: readonly [KeyChange['kind'], string, number]
): Happening {
  const changes = [{ kind, key, version, value: new Uint8Array() }]
  return { kind: 'notice', notice: { kind: 'state', node, generation, changes } }
}

export function confirms(by: string, count: number): Evidence {
  return { atMs: 0, by, kind: 'confirm', count, needed: 2 }
}

export const accusation: Evidence = {
  atMs: 0,
  by: 'a',
  kind: 'suspect',
  incarnation: 1,
  health: 0,
  lagMs: 0,
}
export const verdict = {
  atMs: 0,
  by: 'a',
  kind: 'dead',
  incarnation: 1,
  heldMs: 4000,
} as const satisfies Evidence
export const join: Happening = {
  kind: 'command',
  id: 1,
  command: { kind: 'join', targets: [{ address: there, seed: '' }] },
}
export const leave: Happening = { kind: 'command', id: 1, command: { kind: 'leave', timeoutMs: 1 } }
export const selfAlive = turns('a', 'unknown', 'alive', 1, { address: here })
export const packet = (to: Address, size: number): Happening => ({
  kind: 'sent',
  to,
  bytes: new Uint8Array(size),
})
export const rumor = (to: Address): Happening => ({
  kind: 'sent',
  to,
  bytes: encodeMessage({ kind: 'suspect', incarnation: 1, node: 'b', from: 'c' }),
})
export const sizes = {
  members: 3,
  departed: 0,
  queuedMembership: 0,
  queuedUser: 0,
  evidence: 0,
  streams: 0,
}

/** Hands a key of its own to its disk. */
export function keeps(generation: number, version: number, key: string): Happening {
  const entry = { channel: 0, generation, version, key, kind: 'set' } as const
  const value = new Uint8Array(0)
  return { kind: 'kept', records: [{ record: 'entry', ...entry, value, endsMs: undefined }] }
}

/** It was told what a life of `node` adds to shared maps: one slot. */
export function adds(node: string, generation: number, change: KeyChange): Happening {
  return { kind: 'notice', notice: { kind: 'slots', node, generation, changes: [change] } }
}

/** It was told how one key of a shared map reads from now on. */
export function reads(change: SharedChange): Happening {
  return { kind: 'notice', notice: { kind: 'shared', changes: [change] } }
}
