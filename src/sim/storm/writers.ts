// What members do to replicated state in a storm that has it, and what befalls state alone:
// writes of every size, keys that end by time, deletions, deeds to shared maps, clocks five minutes
// off, and members that know nothing of state. Only storms with the trait `state` have them.

import type { SlotOp } from '../../core/index.ts'
import type { DiskFate } from '../disk.ts'
import {
  DEED_LATTICES,
  drawSharedDeed,
  opOf,
  SHARED_KEYS,
  SHARED_MAP,
  type SharedDeed,
} from '../shared-deed.ts'
import { type Draft, type Fault, fault, ifUp, isUp, onSomeUp, type Stage } from './fault.ts'
import { follow, type Return, type Who } from './lives.ts'
import type { ForAWhile } from './machines.ts'

/** So few that members often write, delete and forget the same ones. */
const KEYS = 12
const BYTES_MAX = 200
/** Above 900 bytes a value is pulled, not told. */
const LARGE_BYTES = 901
const LARGE_SPREAD = 4000
const TTL_MIN_MS = 200
const TTL_SPREAD_MS = 20_000
const FATES: readonly DiskFate[] = ['kept', 'lost', 'torn', 'wiped']
const MANY_MAX = 30
const LEASES_ONE_IN = 3
/** Beyond a minute ahead, what a member writes to shared maps waits. */
const SKEW_MS = 300_000
/** So long a member waits for most of the others, or for so many of them. */
const WAIT_MS = 5000
const ACKS_MAX = 4

export interface Key extends Who {
  readonly key: string
}

/** How many members are to hold something. */
export type Needed = number | 'majority'

export interface Value extends Key {
  readonly sizeBytes: number
  /** What each byte of it is. */
  readonly fill: number
}

export const writerFaults = {
  write: writing((draft) => draft.random.below(BYTES_MAX)),
  writeLarge: writing((draft) => LARGE_BYTES + draft.random.below(LARGE_SPREAD)),
  writeMortal: fault<Value & { readonly ttlMs: number }>({
    draw: (draft) => {
      const value = drawValue(draft, draft.random.below(BYTES_MAX))
      return value && { ...value, ttlMs: draft.span(TTL_MIN_MS, TTL_SPREAD_MS) }
    },
    strike: (stage, { ttlMs, ...value }) => write(stage, value, ttlMs),
  }),
  writeMany: fault<Who & { readonly count: number; readonly sizeBytes: number }>({
    draw: (draft) =>
      onSomeUp(draft, () => ({
        count: 1 + draft.random.below(MANY_MAX),
        sizeBytes: draft.random.below(BYTES_MAX),
      })),
    strike: (stage, { who, count, sizeBytes }) =>
      ifUp(stage, who, () => {
        for (let number = 0; number < count; number++) {
          write(stage, { who, key: `key-${number % KEYS}`, sizeBytes, fill: number })
        }
      }),
  }),
  put: fault<Who & { readonly deed: SharedDeed }>({
    draw: (draft) => onSomeUp(draft, () => ({ deed: drawSharedDeed(draft.random) })),
    strike: (stage, { who, deed }) =>
      ifUp(stage, who, () => stage.cluster.put(who, SHARED_MAP, deed.key, leased(deed))),
  }),
  /** A write that most members, or so many, shall hold before it counts as done. */
  promise: fault<Value & { readonly isShared: boolean; readonly needed: Needed }>({
    draw: (draft) => {
      const value = drawValue(draft, draft.random.below(BYTES_MAX))
      const isShared = draft.random.chance(0.5)
      return value && { ...value, isShared, needed: drawNeeded(draft, 2) }
    },
    strike: (stage, { who, key, sizeBytes, fill, isShared, needed }) => {
      const value = new Uint8Array(sizeBytes).fill(fill)
      const acks = { needed, timeoutMs: WAIT_MS }
      const deed = promised(fill)
      const op = deed === undefined ? setOf(value) : opOf(deed)
      const place = { map: SHARED_MAP, key: deed?.key ?? key }
      const command = isShared
        ? ({ kind: 'state-put', ...place, op, acks } as const)
        : ({ kind: 'state-set', key, value, acks } as const)
      return ifUp(stage, who, () => stage.cluster.command(who, command))
    },
  }),
  /** Reads what most of the others, or so many, hold by now. */
  catchUp: fault<Who & { readonly needed: Needed }>({
    draw: (draft) => onSomeUp(draft, () => ({ needed: drawNeeded(draft, 1) })),
    strike: (stage, { who, needed }) =>
      ifUp(stage, who, () =>
        stage.cluster.command(who, { kind: 'state-sync', peers: needed, timeoutMs: WAIT_MS }),
      ),
  }),
  unset: fault<Key>({
    draw: (draft) => onSomeUp(draft, () => ({ key: drawKey(draft) })),
    strike: (stage, { who, key }) => ifUp(stage, who, () => stage.cluster.unset(who, key)),
  }),
  skew: fault<Who & { readonly aheadMs: number }>({
    draw: (draft) => onSomeUp(draft, () => ({ aheadMs: draft.span(-SKEW_MS, 2 * SKEW_MS) })),
    strike: (stage, { who, aheadMs }) =>
      ifUp(stage, who, () => stage.cluster.jumpWall([who], aheadMs)),
  }),
  /** The power goes, and comes back at once: what the disk had not taken yet is gone, or torn. */
  reboot: fault<Return & { readonly disk: DiskFate }>({
    draw: (draft) => {
      if (draft.traits.durability === undefined) return undefined
      const via = draft.someUp()
      const disk = FATES[draft.random.below(FATES.length)] ?? 'lost'
      return onSomeUp(draft, () => ({ via: via ?? '', disk }))
    },
    strike: (stage, { who, via, disk }) => {
      if (!isUp(stage, who)) return false
      const { cluster } = stage
      cluster.crash(who)
      cluster.restart(who, { disk })
      follow(stage, who, via)
      return true
    },
  }),
  failDisk: fault<ForAWhile>({
    draw: (draft) => {
      if (draft.traits.durability === undefined) return undefined
      return onSomeUp(draft, () => ({ forMs: draft.span(500, 20_000) }))
    },
    strike: (stage, { who, forMs }) =>
      ifUp(stage, who, () => {
        const { cluster } = stage
        cluster.failDisk(who, 'fail')
        cluster.agenda.at(cluster.nowMs + forMs, () => cluster.failDisk(who, 'work'))
      }),
  }),
  /** Somebody joins who does not announce hearsay, as a member in Go. */
  mute: fault<Return>({
    draw: (draft) => {
      const via = draft.someUp()
      return via === undefined ? undefined : { who: draft.newName('mute'), via }
    },
    strike: (stage, { who, via }) => {
      const { cluster, crew } = stage
      cluster.start(who, { meta: new Uint8Array(0) })
      crew.add(who)
      follow(stage, who, via)
      return true
    },
  }),
} as const

/** What members do of their own accord: it goes on beside the faults, at a pace of its own. */
export const DEEDS = [
  'write',
  'writeMortal',
  'writeLarge',
  'writeMany',
  'unset',
  'put',
  'promise',
  'catchUp',
] as const

/**
 * Every other promise is a deed, so that some find nothing left to do. Never to a counter, whose
 * checker (I7) takes a deed for done when its writer is told so, and not before.
 */
function promised(fill: number): SharedDeed | undefined {
  if (fill % 2 === 0) return undefined
  const lattice = PROMISED[fill % PROMISED.length] ?? 'register'
  const key = `k${fill % SHARED_KEYS}`
  return { lattice, key, isLess: fill % 4 === 1, number: fill }
}

const PROMISED = DEED_LATTICES.filter((lattice) => lattice !== 'counter')

function setOf(value: Uint8Array): SlotOp {
  return { lattice: 'register', kind: 'set', value }
}

/** Of the keys that are set some are bound to the life of their writer. */
function leased(deed: SharedDeed): SlotOp {
  const op = opOf(deed)
  const isLease = deed.number % LEASES_ONE_IN === 0
  return isLease && op.lattice === 'register' && op.kind === 'set' ? { ...op, lease: true } : op
}

function writing(sizeOf: (draft: Draft) => number): Fault<Value> {
  return fault<Value>({
    draw: (draft) => drawValue(draft, sizeOf(draft)),
    strike: (stage, value) => write(stage, value),
  })
}

function drawValue(draft: Draft, sizeBytes: number): Value | undefined {
  return onSomeUp(draft, () => ({
    key: drawKey(draft),
    sizeBytes,
    fill: draft.random.below(256),
  }))
}

/** Mostly a majority, else some, `least` or more. */
function drawNeeded({ random }: Draft, least: number): Needed {
  return random.chance(0.8) ? 'majority' : least + random.below(ACKS_MAX)
}

function drawKey({ random }: Draft): string {
  return `key-${random.below(KEYS)}`
}

function write(stage: Stage, { who, key, sizeBytes, fill }: Value, ttlMs?: number): boolean {
  const bytes = new Uint8Array(sizeBytes).fill(fill)
  return ifUp(stage, who, () => stage.cluster.set(who, key, bytes, ttlMs))
}
