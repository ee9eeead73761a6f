// What replicated state is made of in this machine. The files beside it carry values between
// these parts; the parts are in `../state/`.

import { Timers } from '../base/timers.ts'
import { Budget } from '../counters.ts'
import type { Millis } from '../io.ts'
import type { Keeping } from '../keeping.ts'
import type { Aside } from '../state/aside.ts'
import { Beats } from '../state/beats.ts'
import { HybridClock, type Stamp } from '../state/clock.ts'
import { Faults } from '../state/faults.ts'
import { Givings } from '../state/givings.ts'
import { Highest } from '../state/highest.ts'
import { Acknowledged } from '../state/known.ts'
import { Lately } from '../state/lately.ts'
import { Lattices } from '../state/lattices/index.ts'
import { Leases } from '../state/leases.ts'
import { Ledger, type LedgerEntry } from '../state/ledger.ts'
import type { Owned } from '../state/owned.ts'
import { Pulls } from '../state/pulls.ts'
import { Roster } from '../state/roster.ts'
import { RumorPool } from '../state/rumor-pool.ts'
import { type SlotRow, Slots } from '../state/slots.ts'
import { Stability } from '../state/stability.ts'
import { Store } from '../state/store.ts'
import { Strain } from '../state/strain.ts'
import type { StreamId } from '../state/stream-id.ts'
import type { Snapshot, Sweep } from '../state/sweep.ts'
import { Waits } from '../state/waits.ts'
import type { Reach } from '../wire/acknowledgement.ts'
import {
  ISLANDS_HELD_MAX,
  STATE_BYTES_HELD_MAX,
  STATE_KEYS_HELD_MAX,
  STREAM_BYTES_HELD_MAX,
  STREAM_KEYS_MAX,
  STREAMS_HELD_MAX,
} from '../wire/state-limits.ts'
import type { Segment } from '../wire/state-parts.ts'

/** What may come due; walks.ts says what happens then. */
export type StateTask =
  | 'tell'
  | 'tell-again'
  | 'pass-on'
  | 'sync'
  | 'expire'
  | 'leases'
  | 'collect'
  | 'acks'
  | 'fetch'
  | 'orphans'
  | 'flush'
  | 'withdraw'
  | 'relief'
  | 'stalls'

export interface Stalled {
  readonly stream: string
  /** Who writes it. */
  readonly node: string
}

/** What was not taken, as it comes from the future by our clock. */
export interface Early extends StreamId {
  readonly upTo: number
  /** Its time: the latest stamp, or when the life began, by the clock of its writer. */
  readonly ms: number
}

export interface Flushing {
  /** Nobody waits longer. */
  readonly untilMs: Millis
  /** When others were last asked to take what we have. */
  askedMs: Millis
  readonly then: () => void
}

/** What one piece has brought, on its way. */
export interface Absorption {
  readonly segments: readonly Segment[]
  /** What comes of it is news to others, too. */
  readonly spreads: boolean
  /** All of it is taken. */
  readonly finished: () => void
  /** Which segment is next, and how far it has come if it is large. */
  at: number
  slicing: Slicing | undefined
}

/** How far a large segment has come. */
export interface Slicing {
  judged: number
  taken: number
  latest: Stamp | undefined
}

/** What we were told of the end of a life of ours. */
export interface Ending {
  /** The stream that is over. */
  readonly key: string
  /** Others have adopted everything up to this version. */
  readonly upTo: number
  /** Who said so, and in which life it writes to shared maps; 0 if in none. */
  readonly by: string
  readonly life: number
  /** When it spoke from another life: what it had adopted may be gone. */
  readonly overMs: Millis | undefined
}

/** An adoption on its way. */
export interface Adoption {
  /** Ours that it goes into. */
  readonly into: Owned
  /** Versions up to this one are done. */
  readonly upTo: number
  /** How far the stream was held when it began. */
  readonly base: number
}

export interface Withdrawing {
  readonly snapshot: Snapshot
  /** Our stream when the sweep began. */
  readonly begun: Reach
  /** Who was alive when it was proven. */
  readonly roster: readonly string[]
  /** Our slots still to be looked at. */
  readonly keys: string[]
}

/** Slots in a stream of ours that only say that something is deleted, when it had come so far. */
export interface Counted {
  readonly owned: Owned
  readonly tombstones: number
  readonly base: number
}

export interface SharedState {
  readonly store: Store
  /** How far others hold our own keys. */
  readonly acknowledged: Acknowledged
  /** How far others hold what we add to shared maps. */
  readonly sharedAcknowledged: Acknowledged
  readonly rumors: RumorPool
  readonly pulls: Pulls
  /** What pieces have brought and is not taken yet. */
  readonly absorptions: Absorption[]
  /** Pulls of others that are being answered. */
  readonly givings: Givings
  /** Bytes of state we send in datagrams a second. */
  readonly egress: Budget
  /** Bytes of state others may pull from us a second. */
  readonly catchUp: Budget
  /** Whether the event loop is too late for what can wait. */
  readonly strain: Strain
  /** Comparisons answered a second: a member has one with us every so many seconds. */
  readonly answers: Budget
  /** How often we may claim our own name's stream again: two of one name must not race. */
  readonly reclaims: Budget
  /** The stream of our own keys, once there is one. */
  owned: Owned | undefined
  /** Channels whose next life has been asked for. */
  readonly renewing: Set<number>
  /** What the host has on disk, if it keeps our state. */
  keeping: Keeping | undefined
  /** What we add to shared maps in this life, once there is something. */
  shared: Owned | undefined
  readonly lattices: Lattices
  /** All slots of shared maps, joined. */
  readonly slots: Slots
  /** When shared keys end, by `slotKey`, in time of the wall clock. */
  readonly slotEnds: Timers<string>
  /** Shared keys that are bound to lives of members. */
  readonly leases: Leases
  readonly clock: HybridClock
  /** How far stamps of others lay ahead of our clock, lately. */
  readonly ahead: Highest
  /** Of members' own keys, and of what they add to shared maps, what was last too far ahead. */
  readonly early: Lately<Early>
  readonly sharedEarly: Lately<Early>
  /** When this process began to take part. */
  startedMs: Millis
  /** Streams that wait for their time, by their keys, and when to look at them again. */
  readonly stalls: Timers<Stalled>
  /** Who waits for others to hold what we wrote, or to hold what others wrote. */
  readonly waits: Waits
  /** Which shared streams are over. */
  readonly ledger: Ledger
  /** Entries of the ledger whose streams are still held, by stream. */
  readonly closing: Map<string, LedgerEntry>
  readonly roster: Roster
  /** The life that somebody says is over, from then until we hold what others made of it. */
  ending: Ending | undefined
  /** What we held of others when we began anew after an eviction. */
  aside: Aside | undefined
  /** Streams that we are adopting. */
  readonly adoptedUpTo: Map<string, Adoption>
  /** Streams that we tried to adopt, and had no room for. */
  readonly unadoptable: Set<string>
  /** Members that an operator has removed, until what they wrote is adopted. */
  readonly removed: Set<string>
  readonly stability: Stability
  /** Authors of held streams that left in good order. */
  readonly saidGoodbye: Set<string>
  /** The clean-up that is on its way, and what the last one allows to withdraw. */
  sweep: Sweep | undefined
  withdrawing: Withdrawing | undefined
  /** Keys of several writers, at which revision nothing of ours was needless. */
  readonly settled: WeakMap<SlotRow, number>
  /** How many of our slots only said that something is deleted when they were last counted. */
  counted: Counted | undefined
  /** When the last clean-up was done. */
  sweptMs: Millis
  /** Our last comparison that we began while a clean-up was in its second half. */
  opening: { readonly salt: number; readonly name: string; readonly sweep: Sweep } | undefined
  /** We were away for so long that nobody may remember our eviction. */
  outlived: boolean
  /** What to do once our own streams are safe with others; while we are about to leave. */
  flushing: Flushing | undefined
  /** Members still to be compared with in this round; those that have just come go first. */
  partners: string[]
  readonly newcomers: Set<string>
  /** When we last began to tell something. */
  toldMs: Millis
  /** Bytes we may spend on telling everybody ourselves. */
  readonly toAll: Budget
  /** How often we may pass on what everybody was told, and whose turn it is. */
  readonly passes: Budget
  turn: number
  /** Streams of which a neighbour on the ring told us, by its name: it waits for a receipt. */
  readonly receipts: Map<string, Set<string>>
  /** Members that send what makes no sense. */
  readonly faults: Faults
  /** Beats of others' state loops, and when ours beat last. */
  readonly beats: Beats
  beatMs: Millis
}

const EGRESS_BYTES_PER_SECOND = 262_144
const CATCH_UP_BYTES_PER_SECOND = 8 * 1_048_576

/** The state of a node that has none. */
export function makeSharedState(): SharedState {
  const lattices = new Lattices()
  return {
    store: new Store({
      streamKeysMax: STREAM_KEYS_MAX,
      streamBytesMax: STREAM_BYTES_HELD_MAX,
      streamsMax: STREAMS_HELD_MAX,
      keysMax: STATE_KEYS_HELD_MAX,
      bytesMax: STATE_BYTES_HELD_MAX,
      islandsMax: ISLANDS_HELD_MAX,
    }),
    acknowledged: new Acknowledged(),
    sharedAcknowledged: new Acknowledged(),
    rumors: new RumorPool(),
    pulls: new Pulls(),
    absorptions: [],
    givings: new Givings(),
    egress: new Budget(EGRESS_BYTES_PER_SECOND, EGRESS_BYTES_PER_SECOND),
    catchUp: new Budget(CATCH_UP_BYTES_PER_SECOND, CATCH_UP_BYTES_PER_SECOND),
    strain: new Strain(),
    answers: new Budget(100, 50),
    reclaims: new Budget(3, 0.1),
    owned: undefined,
    renewing: new Set(),
    keeping: undefined,
    shared: undefined,
    lattices,
    slots: new Slots(lattices),
    slotEnds: new Timers(),
    leases: new Leases(),
    clock: new HybridClock(),
    ahead: new Highest(),
    early: new Lately(),
    sharedEarly: new Lately(),
    startedMs: 0,
    stalls: new Timers(),
    stability: new Stability(),
    waits: new Waits(),
    ledger: new Ledger(),
    closing: new Map(),
    roster: new Roster(),
    ending: undefined,
    aside: undefined,
    adoptedUpTo: new Map(),
    unadoptable: new Set(),
    removed: new Set(),
    saidGoodbye: new Set(),
    sweep: undefined,
    withdrawing: undefined,
    settled: new WeakMap(),
    counted: undefined,
    sweptMs: Number.NEGATIVE_INFINITY,
    opening: undefined,
    outlived: false,
    flushing: undefined,
    partners: [],
    newcomers: new Set(),
    toldMs: Number.NEGATIVE_INFINITY,
    toAll: new Budget(EGRESS_BYTES_PER_SECOND / 4, EGRESS_BYTES_PER_SECOND / 2),
    passes: new Budget(4, 10),
    turn: 0,
    receipts: new Map(),
    faults: new Faults(),
    beats: new Beats(),
    beatMs: 0,
  }
}
