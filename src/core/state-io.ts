// What can be read of replicated state through the core's contract (io.ts), as plain values:
// keys of a member's own, keys of shared maps, and figures about both.

import type { LatticeKind, SlotPlace, SlotValue } from './state/lattices/index.ts'
import type { Hidden } from './state/leases.ts'

export type { Hidden }

/** Reads of replicated state, ours and what we hold of others'. */
export interface StateReads {
  /** A key of a member, as it last left it; undefined if there is none, or it was deleted. */
  get(node: string, key: string): StateItem | undefined
  /** The keys of a member that begin with `prefix`, in no order. */
  items(node: string, prefix: string): readonly StateItem[]
  /** Names of those whose state we hold, the departed included. */
  nodes(): readonly string[]
  /** What a key of a shared map reads as now; undefined if there is nothing. */
  slot(lattice: LatticeKind, map: string, key: string): SharedItem | undefined
  /** The keys of a shared map that begin with `prefix`, in no order. */
  map(lattice: LatticeKind, map: string, prefix: string): readonly SharedItem[]
  /** What a key of a shared map is made of, by member and life. */
  slots(place: SlotPlace): readonly SlotView[]
  /** How far our clean-up of shared maps has come; undefined while there is nothing to do. */
  sweep(): SweepView | undefined
  stats(): StateStats
}

/** The proof that something deleted may be forgotten, on its way. */
export interface SweepView {
  /** 1: all are to say that they hold what we wrote. 2: all are to be seen to hold all. */
  readonly phase: 1 | 2
  /** Members that it waits for, the gone that are not evicted among them. */
  readonly waitingFor: readonly string[]
}

/** A key and what it holds. */
export interface StateItem {
  readonly key: string
  readonly value: Uint8Array
  /** Rises with every write of its owner. */
  readonly version: number
  /** Machine time at which it ends; Infinity if it does not. */
  readonly expiresMs: number
}

/** A key of a shared map and what it reads as. */
export interface SharedItem {
  readonly key: string
  readonly value: SlotValue
  /** The join of all slots of the key. */
  readonly joined: Uint8Array
  /** Members, or lives of them, that have written to it. */
  readonly slots: number
}

/** What one life of a member has added to a key of a shared map. */
export interface SlotView {
  readonly node: string
  readonly generation: number
  readonly version: number
  readonly sizeBytes: number
  /** Ours, in this life. */
  readonly isOurs: boolean
  /** What it says alone; undefined if it only says that something is gone. */
  readonly value: SlotValue | undefined
  /** Of a lease: why readers are not shown what it says, if so. */
  readonly hidden: Hidden | undefined
  /** Members whose slots say all that this one does. */
  readonly coveredBy: readonly string[]
  /** Of ours: members not known to hold it. */
  readonly unheard: readonly string[]
}

/** A key of a shared map that reads differently from now on. */
export interface SharedChange extends SlotPlace {
  readonly kind: 'set' | 'delete' | 'expire'
  /** The join of all slots of the key; undefined if there are none any more. */
  readonly joined: Uint8Array | undefined
}

export interface StateStats {
  /** Streams held: one of own keys for each member, one of shared ones for each of its lives. */
  readonly streams: number
  /** Keys held, deleted ones that are still remembered included. */
  readonly keys: number
  readonly bytes: number
  /** Deleted and expired keys that are still remembered. */
  readonly graves: number
  /** Ranges of versions held with a gap below. */
  readonly islands: number
  /** Segments that are being told. */
  readonly rumors: number
  readonly rumorBytes: number
  /** How long the oldest of them has been told; 0 if there is none. */
  readonly rumorAgeMs: number
  /** How far the clock of shared writes is ahead of the wall clock; 0 if it is not. */
  readonly clockAheadMs: number
  /** Members not known to hold all that we have written, the failed among them. */
  readonly laggards: number
  /** How long it takes until all hold a write of ours: the last one that did, or the one on its way. */
  readonly stabilityLagMs: number
  /** Our own stream, once there is one: its life, its last version, what all have forgotten. */
  readonly own: OwnStream | undefined
  /** What we add to shared maps in this life, once there is something. */
  readonly shared: OwnStream | undefined
  /**
   * Members that said lately that what we write is too far ahead of their clocks, if those are most
   * of the others: at least two, or all there are. Else 0.
   */
  readonly unheardBy: number
  /** Keys of shared maps, the deleted ones that are still remembered included. */
  readonly sharedKeys: number
  /** Keys of shared maps that are bound to the life of who set them. */
  readonly leases: number
  /** Those of them that are not read now, as that life is over or its member is not here. */
  readonly leasesHidden: number
  /** Deletions of ours in shared maps that cannot be forgotten yet. */
  readonly tombstones: number
  /** How many that waits for: members, in the first place. */
  readonly sweepWaitsFor: number
  /**
   * Who is gone and is waited for before anything deleted is forgotten: members, and names of which
   * only what they wrote is known. By name, at most a thousand.
   */
  readonly waitingFor: readonly string[]
  /** How many they are in all. */
  readonly gone: number
  /** Streams of gone members that we would take over, and have no room for. */
  readonly adoptionsStuck: number
  /** How far a stamp taken from others lay ahead of our clock at most, in the last minutes. */
  readonly stampsAheadMs: number
}

/** A stream that we write: its life, its last version, what all have forgotten. */
export interface OwnStream {
  readonly generation: number
  readonly version: number
  readonly gcFloor: number
}
