// The whole contract between the core and its host, on one page: what goes in (Input),
// what comes out (Effect), what the application may hear (Notice), what it may ask
// (Command). The core reads no clock and owns no socket; see docs/architecture.md.

import type { Address } from './base/address.ts'
import type { Kept } from './disk/book.ts'
import type { KeptRecord } from './disk/records.ts'
import type { KeyChange } from './state/entry.ts'
import type {
  CustomRules,
  LatticeKind,
  SlotOp,
  SlotPlace,
  SlotValue,
} from './state/lattices/index.ts'
import type { Shortage } from './state/store.ts'
import type { SharedChange, StateReads } from './state-io.ts'

export type * from './state-io.ts'

export type {
  CustomRules,
  Kept,
  KeptRecord,
  KeyChange,
  LatticeKind,
  Shortage,
  SlotOp,
  SlotPlace,
  SlotValue,
}

/** A point in time or a span in milliseconds. Points come from the host's monotonic clock. */
export type Millis = number

/** Streams we dial have odd ids, given by the core; accepted ones even, given by the host. */
export type StreamId = number

/** Given by the host; the outcome comes back as a `done` notice with the same id. */
export type CommandId = number

export type Input =
  | { readonly kind: 'packet'; readonly from: Address; readonly bytes: Uint8Array }
  | { readonly kind: 'opened'; readonly stream: StreamId; readonly peer: Address }
  | { readonly kind: 'received'; readonly stream: StreamId; readonly bytes: Uint8Array }
  /** The stream ended, was reset, or could not be dialled; `reason` says which. */
  | { readonly kind: 'closed'; readonly stream: StreamId; readonly reason: CloseReason }
  | { readonly kind: 'sendFailed'; readonly to: Address; readonly reason: string }
  | { readonly kind: 'command'; readonly id: CommandId; readonly command: Command }
  /** Wall clock minus `now`; sent at the start and when it moves by more than 10 ms. */
  | { readonly kind: 'wall'; readonly offsetMs: Millis }
  /** The deadline has come; the core sees from `now` how late. */
  | { readonly kind: 'tick' }

/** `end`: the other side closed in good order. The rest are failures. */
export type CloseReason = 'end' | 'refused' | 'unreachable' | 'timeout' | 'reset' | 'limit'

export type Effect =
  | { readonly kind: 'send'; readonly to: Address; readonly bytes: Uint8Array }
  | { readonly kind: 'open'; readonly stream: StreamId; readonly to: Address }
  | { readonly kind: 'write'; readonly stream: StreamId; readonly bytes: Uint8Array }
  /** Flushes what was written, then ends. No `closed` input follows. */
  | { readonly kind: 'close'; readonly stream: StreamId }
  | { readonly kind: 'notify'; readonly notice: Notice }
  /** To be kept on disk, in this order; only after a `restore`. */
  | { readonly kind: 'keep'; readonly records: readonly KeptRecord[] }

export interface Machine {
  /** When the next tick is due; Infinity if there is nothing to wait for. */
  readonly deadline: Millis
  /** Applies one input. A tick too early or too many does nothing. Never re-entered. */
  step(now: Millis, input: Input): readonly Effect[]
}

/** Plain synchronous reads of a core; nothing of it can be changed through them. */
export interface Reads {
  /** Ourselves, members, and the departed that are still remembered (at most 10 000, 24 h). */
  memberViews(): readonly MemberView[]
  memberView(name: string): MemberView | undefined
  /** The case about a member, oldest first, at most 64 entries; empty if unknown. */
  evidence(name: string): readonly Evidence[]
  /** Members alive or suspect, ourselves included. */
  readonly size: number
  /** How unwell we are (Lifeguard): 0 is healthy, at most awarenessMaxMultiplier − 1. */
  readonly health: number
  /** CRC-32 of our view, as in `ViewAnswer`. */
  viewChecksum(): number
  /** Messages that still wait to be sent, ours and membership's. */
  queued(): { readonly membership: number; readonly user: number }
  readonly state: StateReads
  /** Every counter by its stable name, e.g. `packets_sent_total`, `rx_drop_label_total`. */
  counters(): Readonly<Record<string, number>>
}

// ---- commands ---------------------------------------------------------------------

export type Command =
  /**
   * What a disk has kept of our lives before; before `start`, where the host keeps state. From
   * then on `keep` effects say what to keep.
   */
  | { readonly kind: 'restore'; readonly kept: Kept }
  /** A life that a `keep` effect asked for is on disk. */
  | { readonly kind: 'life'; readonly generation: number }
  /** Starts gossiping. The first command of every node but for `restore`. */
  | { readonly kind: 'start' }
  /**
   * The present addresses of the configured seeds: joined now, and retried for ever; outcome
   * `joined` for what was dialled, or `ok` where all are ourselves or members already.
   */
  | { readonly kind: 'seeds'; readonly seeds: readonly JoinTarget[] }
  /** Push/pull with each target; outcome `joined`. */
  | { readonly kind: 'join'; readonly targets: readonly JoinTarget[] }
  /** Says goodbye and waits until it was told often enough; outcome `ok` or `timeout`. */
  | { readonly kind: 'leave'; readonly timeoutMs: Millis }
  /** Replaces our tags (or raw meta bytes); outcome `ok`, `too-large`. */
  | { readonly kind: 'set-tags'; readonly tags: ReadonlyMap<string, string> }
  | { readonly kind: 'set-meta'; readonly meta: Uint8Array }
  /** A Serf user event told to all; outcome `event` or `too-large`. */
  | {
      readonly kind: 'broadcast'
      readonly name: string
      readonly payload: Uint8Array
      readonly coalesce: boolean
    }
  /** A raw memberlist user message, gossiped to all; outcome `ok`, `too-large`. */
  | { readonly kind: 'gossip'; readonly payload: Uint8Array }
  /** A raw memberlist user message to one member, by packet or stream. */
  | {
      readonly kind: 'send'
      readonly to: string
      readonly payload: Uint8Array
      readonly reliable: boolean
    }
  /** Sets a key of our own; outcome `ok`, `too-large`, `no-room`, `unannounced`, `leaving`. */
  | {
      readonly kind: 'state-set'
      readonly key: string
      readonly value: Uint8Array
      /** How long it lives; for ever if left out. */
      readonly ttlMs?: Millis | undefined
      /** Waits for them: outcome `acknowledged` in place of `ok`. */
      readonly acks?: Acks | undefined
    }
  /** Deletes a key of our own, if it is there; outcomes as above, and `too-many-deleted`. */
  | { readonly kind: 'state-delete'; readonly key: string; readonly acks?: Acks | undefined }
  /**
   * Carries out an operation on a key of a shared map; outcome `ok`, `too-large`, `too-many`,
   * `too-many-deleted`, `no-room`, `clock-ahead`, `unannounced`, `leaving`.
   */
  | {
      readonly kind: 'state-put'
      /** At least one character, no zero in it. */
      readonly map: string
      /** May be empty. With map and kind at most 256 bytes. */
      readonly key: string
      readonly op: SlotOp
      readonly acks?: Acks | undefined
    }
  /**
   * Compares with so many others (for a majority: as many as make one with us), until we hold all
   * that they held; outcome `synced`, with fewer than needed once time is over.
   */
  | {
      readonly kind: 'state-sync'
      readonly peers: Acks['needed']
      readonly timeoutMs: Millis
    }
  /** From now on custom values of this map are merged by these rules; outcome `ok`. */
  | { readonly kind: 'state-define'; readonly map: string; readonly rules: CustomRules }
  /** Forgets a dead or left member here; outcome `ok`, `alive`, `unknown`. */
  | { readonly kind: 'remove'; readonly name: string }
  /** Measures the round trip to a member; outcome `rtt`, `unknown`, `timeout`. */
  | { readonly kind: 'ping'; readonly name: string; readonly timeoutMs: Millis }
  /** Asks every announcing member for its view; outcome `views`. */
  | { readonly kind: 'ask-views'; readonly timeoutMs: Millis }
  /** Asks every announcing member when and from whom it first heard an event; outcome `coverage`. */
  | { readonly kind: 'ask-event'; readonly event: EventId; readonly timeoutMs: Millis }

/** How many members must hold a write, ourselves included, and how long that may take. */
export interface Acks {
  /** More than half of the members that hold state, the failed who may come back included. */
  readonly needed: number | 'majority'
  readonly timeoutMs: Millis
}

/** An address to join, with the text the user wrote, for messages. */
export interface JoinTarget {
  readonly address: Address
  readonly seed: string
}

/** What tells one user event from another: Serf's identity. */
export interface EventId {
  readonly ltime: bigint
  readonly name: string
}

export type Outcome =
  | { readonly kind: 'ok' }
  | {
      readonly kind: 'joined'
      readonly reached: readonly string[]
      readonly failures: readonly JoinFailure[]
    }
  /** So many are known to hold a write, ourselves included; fewer than needed if time is over. */
  | { readonly kind: 'acknowledged'; readonly acked: number; readonly needed: number }
  /** We hold all that so many others held. */
  | { readonly kind: 'synced'; readonly synced: number; readonly needed: number }
  | { readonly kind: 'event'; readonly event: EventId }
  | { readonly kind: 'rtt'; readonly rttMs: Millis }
  | {
      readonly kind: 'views'
      readonly answers: readonly ViewAnswer[]
      readonly silent: readonly string[]
    }
  | {
      readonly kind: 'coverage'
      readonly answers: readonly Receipt[]
      readonly missing: readonly string[]
      readonly silent: readonly string[]
    }
  | {
      readonly kind: 'too-large'
      /** What of a piece of state is too large. */
      readonly what?: 'key' | 'element' | 'value'
      readonly sizeBytes: number
      readonly maxBytes: number
    }
  | { readonly kind: 'full' }
  /** Our state has reached a limit. */
  | { readonly kind: 'no-room'; readonly what: Shortage }
  /** So many deleted keys of ours wait for others who do not know of them yet, these among them. */
  | {
      readonly kind: 'too-many-deleted'
      readonly deleted: number
      readonly waitingFor: readonly string[]
    }
  /** More writers than one shared key may have, or a sum of a counter beyond 2⁵³−1. */
  | { readonly kind: 'too-many' }
  /** Our clock, or somebody's whose writes we took, runs ahead of the wall clock. */
  | { readonly kind: 'clock-ahead'; readonly aheadMs: Millis }
  /**
   * So many members, most of all or the only one, say that what we write is too far ahead of
   * their clocks: by so much, in the middle of what they say.
   */
  | { readonly kind: 'unheard'; readonly members: number; readonly aheadMs: Millis }
  /** With raw meta we do not announce hearsay: nobody would take our state. */
  | { readonly kind: 'unannounced' }
  | { readonly kind: 'alive' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'leaving' }

export interface JoinFailure {
  readonly seed: string
  readonly address: Address
  /**
   * `silent`: closed without an answer, as a wrong label or key is. `key`: an answer that only
   * another key opens, or sealed on one side alone. `self`: our own address.
   */
  readonly reason: CloseReason | 'silent' | 'key' | 'version' | 'garbage' | 'error' | 'self'
  readonly detail: string
}

/** What a member answers about its own view; ruling 16. */
export interface ViewAnswer {
  readonly name: string
  /** CRC-32 over the sorted (name, address, port, incarnation, status), suspect as alive. */
  readonly checksum: number
  readonly alive: number
  readonly suspect: number
  readonly failed: number
  readonly left: number
  /** Rows that differ from ours; empty if the checksums are equal. At most 64. */
  readonly differs: readonly ViewDifference[]
}

export interface ViewDifference {
  readonly name: string
  readonly ours: Status | 'unknown'
  readonly theirs: Status | 'unknown'
}

/** A member's record of the first time it heard an event. */
export interface Receipt {
  readonly name: string
  /** Who told it; empty at the origin. */
  readonly from: string
  /** Milliseconds of the wall clock (Unix time) at the member. */
  readonly wallMs: Millis
}

// ---- notices ----------------------------------------------------------------------

/** `dead` on the wire is `failed` to people. */
export type Status = 'alive' | 'suspect' | 'dead' | 'left'

/** A frozen copy of one row of the member table. */
export interface MemberView {
  readonly name: string
  readonly address: Address
  readonly status: Status
  readonly incarnation: number
  readonly meta: Uint8Array
  /** Decoded from meta in Serf's form; the reserved tag `hs` is left out. */
  readonly tags: ReadonlyMap<string, string>
  /** PMin, PMax, PCur, DMin, DMax, DCur. */
  readonly versions: Uint8Array
  /** Machine time of the last change of status; of an alive member, since when it was not gone. */
  readonly sinceMs: Millis
  /** Speaks hearsay's own messages. */
  readonly hearsay: boolean
  /** Last measured round trip of a direct probe, if any. */
  readonly rttMs: Millis | undefined
  /** Machine time of the last packet known to come from it, if any. */
  readonly seenMs: Millis | undefined
  /**
   * How surprising it is that no beat of its state loop came: from 8 on it is silent. Undefined
   * without the option `stateBeat`, and before its first beat. Advice: it convicts nobody.
   */
  readonly phi: number | undefined
  /** While suspect: when it is declared dead, and how far confirmation has come. */
  readonly suspicion:
    | { readonly untilMs: Millis; readonly confirmations: number; readonly needed: number }
    | undefined
}

export type Change = 'join' | 'update' | 'suspect' | 'failed' | 'leave' | 'forget'

export type Notice =
  | {
      readonly kind: 'member'
      readonly change: Change
      readonly member: MemberView
      /** A `join` of a name seen before and gone since. */
      readonly rejoin: boolean
      /** Why, oldest first; for `suspect` and `failed`. */
      readonly evidence: readonly Evidence[]
    }
  | {
      readonly kind: 'event'
      readonly event: EventId
      readonly payload: Uint8Array
      readonly coalesce: boolean
      /** The member whose packet brought it; empty if it is our own. */
      readonly from: string
    }
  /** Keys of a member, or of ours, that look different from now on. */
  | {
      readonly kind: 'state'
      readonly node: string
      /** Which life of the member wrote them: versions begin anew with each. */
      readonly generation: number
      readonly changes: readonly KeyChange[]
    }
  /** Keys of shared maps that read differently from now on. */
  | { readonly kind: 'shared'; readonly changes: readonly SharedChange[] }
  /** A former life of a member counts no more: `by` has taken over what it had shared. */
  | {
      readonly kind: 'evicted'
      readonly node: string
      readonly generation: number
      readonly reason: EvictionReason
      readonly by: string
    }
  /**
   * We were evicted while we were away, and shared maps are read anew from others: of what we
   * had written there so many keys were known to nobody, and are kept.
   */
  | { readonly kind: 'resync'; readonly kept: number; readonly dropped: number }
  /** No beat of the state loop of a member that is not gone has come for long; once. */
  | {
      readonly kind: 'state-silent'
      readonly node: string
      readonly phi: number
      readonly silentMs: Millis
    }
  /**
   * A member writes stamps of the future to shared maps: what it writes waits. From a day on all
   * that it writes is refused, own keys too. Rate limited.
   */
  | { readonly kind: 'clock-skew'; readonly node: string; readonly aheadMs: Millis }
  /** What a life of a member has added to shared maps, as slots; only with `trace` on. */
  | {
      readonly kind: 'slots'
      readonly node: string
      readonly generation: number
      readonly changes: readonly KeyChange[]
    }
  /** How far we hold a stream of a member; only with `trace` on, for the checkers. */
  | {
      readonly kind: 'replica'
      readonly node: string
      readonly generation: number
      /** 0: keys of its own; 1: what it adds to shared maps. */
      readonly channel: number
      readonly base: number
      readonly gcFloor: number
    }
  /** We hold no more what a member added to shared maps in a life; only with `trace` on. */
  | { readonly kind: 'dropped'; readonly node: string; readonly generation: number }
  /** A raw memberlist user message. */
  | { readonly kind: 'message'; readonly payload: Uint8Array; readonly from: Address }
  | {
      readonly kind: 'conflict'
      readonly name: string
      readonly holder: Address
      readonly other: Address
    }
  | { readonly kind: 'done'; readonly id: CommandId; readonly outcome: Outcome }
  /** Please resolve the configured seeds again and send a `seeds` command. */
  | { readonly kind: 'seeds-wanted' }
  /** Worth a line in a log; already rate limited (one a reason in 10 s, with a count). */
  | {
      readonly kind: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly message: string
      readonly fields: Readonly<Record<string, string | number | boolean>>
    }
  /** A row changed; only with `trace` on, for the checkers of the simulator. */
  | {
      readonly kind: 'transition'
      readonly subject: string
      readonly from: Status | 'unknown'
      readonly to: Status | 'forgotten'
      readonly incarnation: number
      readonly cause: string
    }

/**
 * Why a life of a member counts no more. `restarted`: it lives a newer one. `left`: it said
 * goodbye. `failed`: it was gone for `stateEvictAfterMs`. `removed`: by an operator, here.
 * `pressure`: it had failed, and too many deleted keys waited for it. `told`: another member has
 * it so, sooner than this one would: there it was removed, had pressed, or failed earlier.
 */
export type EvictionReason = 'restarted' | 'left' | 'failed' | 'removed' | 'pressure' | 'told'

/** One observation in the case for or against a member; `by` is the node that made it. */
export type Evidence = { readonly atMs: Millis; readonly by: string } & (
  | { readonly kind: 'no-ack'; readonly timeoutMs: Millis }
  | {
      readonly kind: 'relays'
      readonly asked: readonly string[]
      readonly answers: number
      readonly nacks: number
    }
  | {
      readonly kind: 'stream'
      readonly outcome:
        | 'refused'
        | 'timeout'
        | 'silent'
        | 'unreachable'
        | 'reset'
        | 'answered'
        | 'garbage'
    }
  | {
      readonly kind: 'suspect'
      readonly incarnation: number
      readonly health: number
      readonly lagMs: Millis
    }
  /** `by` said it is suspect; we had it alive. */
  | { readonly kind: 'told-suspect'; readonly incarnation: number; readonly timeoutMs: Millis }
  | { readonly kind: 'confirm'; readonly count: number; readonly needed: number }
  | { readonly kind: 'refuted'; readonly incarnation: number }
  | { readonly kind: 'dead'; readonly incarnation: number; readonly heldMs: Millis }
  | { readonly kind: 'told-dead'; readonly incarnation: number }
  | { readonly kind: 'left'; readonly incarnation: number }
  | { readonly kind: 'joined'; readonly incarnation: number; readonly address: string }
)
