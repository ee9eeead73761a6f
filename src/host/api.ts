// The shapes people meet: options, the node, its members, events and answers. Types only;
// `hearsay.ts` implements them on the core. Durations are numbers of milliseconds.

// For programs that are compiled without it: a node can be disposed of by `await using`.
/// <reference lib="esnext.disposable" preserve="true" />

import type {
  Application,
  Durability,
  EvictionReason,
  Evidence,
  Profile,
  Tunables,
} from '../core/index.ts'
import type { NodeState } from './state-api.ts'

export type * from './state-api.ts'

export type MemberStatus = 'alive' | 'suspect' | 'failed' | 'left'

/** A frozen snapshot of a member. */
export interface Member {
  readonly name: string
  /** `10.0.0.1:7946` or `[2001:db8::1]:7946`. */
  readonly address: string
  readonly host: string
  readonly port: number
  readonly status: MemberStatus
  readonly incarnation: number
  readonly tags: Readonly<Record<string, string>>
  /** Raw meta bytes, tags or not. */
  readonly meta: Uint8Array
  /** Protocol versions: PMin, PMax, PCur, DMin, DMax, DCur. */
  readonly versions: readonly number[]
  /** Announces hearsay's own messages. */
  readonly hearsay: boolean
  readonly self: boolean
  /** Unix time of the last change of status. */
  readonly sinceMs: number
  /** Last measured round trip. */
  readonly rttMs: number | undefined
  /** How surprising its state loop's silence is: from 8 on it is silent. Needs `stateBeat`. */
  readonly phi: number | undefined
  /** Unix time at which we last heard from it directly. */
  readonly seenMs: number | undefined
  readonly suspicion:
    | { readonly remainingMs: number; readonly confirmations: number; readonly needed: number }
    | undefined
}

export interface MemberFilter {
  readonly status?: MemberStatus | readonly MemberStatus[]
  readonly tags?: Readonly<Record<string, string>>
  readonly name?: string | RegExp
}

/** Why a node believes what it believes about a member. */
export interface Why {
  readonly member: Member
  /** One sentence: what it is now and since when. */
  readonly verdict: string
  /** Oldest first; at most 64 kept a member. Times are Unix time. */
  readonly evidence: readonly (Evidence & { readonly text: string })[]
  /** The likely cause and what to type or check next. */
  readonly advice: string
}

export type NodeEvent =
  | {
      readonly kind: 'member-join'
      readonly atMs: number
      readonly member: Member
      readonly rejoin: boolean
    }
  | { readonly kind: 'member-update'; readonly atMs: number; readonly member: Member }
  | {
      readonly kind: 'member-suspect'
      readonly atMs: number
      readonly member: Member
      readonly why: Why
    }
  | {
      readonly kind: 'member-failed'
      readonly atMs: number
      readonly member: Member
      readonly why: Why
    }
  | { readonly kind: 'member-leave'; readonly atMs: number; readonly member: Member }
  | { readonly kind: 'member-forget'; readonly atMs: number; readonly member: Member }
  | {
      readonly kind: 'user'
      readonly atMs: number
      readonly name: string
      readonly payload: Uint8Array
      /** The payload as text, if it is UTF-8. */
      readonly text: string
      /** `ltime-name`: identifies the event in the whole cluster. */
      readonly id: string
      /** The member that told us; empty for our own. */
      readonly from: string
    }
  /**
   * A node writes to shared maps with a clock this far ahead of ours: what it writes waits here
   * until the clocks have come near; from a day on all that it writes is refused, own keys too. At
   * most one in 10 s a node.
   */
  | {
      readonly kind: 'clock-skew'
      readonly atMs: number
      readonly node: string
      readonly aheadMs: number
    }
  /**
   * A node that is not gone has sent no beat of its state loop for long: pings may reach it while
   * its state stands still. Once, until it beats again; only with the option `stateBeat`.
   */
  | {
      readonly kind: 'state-silent'
      readonly atMs: number
      readonly node: string
      readonly phi: number
      readonly silentMs: number
    }
  /** `by` has taken over what a former life of a node had shared: it counts no more. */
  | {
      readonly kind: 'evicted'
      readonly atMs: number
      readonly node: string
      readonly generation: number
      readonly reason: EvictionReason
      readonly by: string
    }
  /**
   * This node was away for so long that others took over what it had shared. It reads shared
   * values anew from them; of its own writes it keeps those that nobody knew.
   */
  | {
      readonly kind: 'resync'
      readonly atMs: number
      readonly kept: number
      readonly dropped: number
    }
  /** We were slow and `missed` events were dropped: read `members()` again. */
  | { readonly kind: 'gap'; readonly atMs: number; readonly missed: number }

export type NodeEventKind = NodeEvent['kind']
export type EventOfKind<K extends NodeEventKind> = Extract<NodeEvent, { kind: K }>

/** Any pino-shaped logger. */
export interface Logger {
  trace(fields: object, message: string): void
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface NodeOptions extends Partial<Tunables> {
  /** Unique in the cluster. Default: the host name, with the port if it is not 7946. */
  readonly name?: string | undefined
  /** `host`, `host:port`, `[v6]:port` or the parts. Default 0.0.0.0:7946; a busy 7946 falls forward to 7965. */
  readonly bind?: string | { readonly host?: string; readonly port?: number } | undefined
  /** What others dial. Default: the bound address; for 0.0.0.0 a private address of this machine. */
  readonly advertise?: string | { readonly host?: string; readonly port?: number } | undefined
  /** Keeps other clusters out. */
  readonly label?: string | undefined
  /** Base64 text or raw bytes, 16, 24 or 32 bytes each; the first encrypts. */
  readonly keyring?: readonly (string | Uint8Array)[] | undefined
  /** `host`, `host:port`, `dns:name[:port]`, `[v6]:port`; resolved again at every try, for ever. */
  readonly join?: string | readonly string[] | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Raw meta instead of tags. */
  readonly meta?: Uint8Array | undefined
  readonly profile?: Profile | undefined
  readonly application?: Application | undefined
  /** CIDR blocks whose members are accepted. */
  readonly allow?: readonly string[] | undefined
  readonly logger?: Logger | undefined
  /** Keeps this node's own state across restarts; `name` must be given too. */
  readonly state?: StateOptions | undefined
  /** How long `leave` waits for the goodbye to spread. Default 5000. */
  readonly leaveTimeoutMs?: number | undefined
  /** Aborting closes the node. */
  readonly signal?: AbortSignal | undefined
}

export interface StateOptions {
  /** A folder for this node alone; made if it is not there. */
  readonly dataDir: string
  /**
   * `fsync`: a write resolves once it is on the disk. `async`, the default: it resolves at once
   * and is on the disk within a second. `none`: nothing is kept but which life this is.
   */
  readonly durability?: Durability | undefined
}

export interface Waiting {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
}

export interface JoinResult {
  /** Seeds that answered. */
  readonly reached: readonly string[]
  readonly failures: readonly {
    readonly seed: string
    readonly address: string
    readonly reason: string
    readonly detail: string
  }[]
}

export interface ViewReport {
  readonly self: { readonly name: string; readonly checksum: string }
  readonly groups: readonly {
    readonly checksum: string
    readonly members: readonly string[]
    readonly alive: number
  }[]
  readonly disagreements: readonly {
    readonly at: string
    readonly about: string
    readonly ours: string
    readonly theirs: string
  }[]
  readonly silent: readonly string[]
  /** Members that do not speak hearsay and so cannot say. */
  readonly cannotSay: readonly string[]
}

export interface CoverageReport {
  readonly id: string
  /** Who heard it, from whom, when (Unix time there), over how many hops (undefined where the chain has a gap). */
  readonly heard: readonly {
    readonly name: string
    readonly from: string
    readonly atMs: number
    readonly hops: number | undefined
  }[]
  readonly missing: readonly string[]
  readonly silent: readonly string[]
  readonly cannotSay: readonly string[]
}

export interface Ready {
  readonly size: number
  readonly alone: boolean
}

/** A running participant. Every method may be used detached from its object. */
export interface Node extends AsyncDisposable {
  readonly name: string
  /** The address others are told. */
  readonly address: string
  /** The address the sockets are bound to. */
  readonly bound: string
  readonly members: (filter?: MemberFilter) => readonly Member[]
  readonly self: () => Member
  /** Calls back for each event of a kind; returns a function that ends it. */
  readonly on: <K extends NodeEventKind>(
    kind: K,
    listener: (event: EventOfKind<K>) => void,
  ) => () => void
  /** Events as they come; bounded (1024), a `gap` says what was lost. Ends on close or abort. */
  readonly events: (options?: {
    readonly signal?: AbortSignal
    readonly kinds?: readonly NodeEventKind[]
  }) => AsyncIterableIterator<NodeEvent>
  /** Tells everybody. Bytes and text go as they are, anything else as JSON. */
  readonly broadcast: (
    name: string,
    payload?: Uint8Array | string | object | number | boolean | null,
    options?: { readonly coalesce?: boolean },
  ) => Promise<{ readonly id: string }>
  /** A raw memberlist user message to everybody, without identity or de-duplication. */
  readonly gossip: (payload: Uint8Array) => Promise<void>
  /** A raw memberlist user message to one member. */
  readonly send: (
    name: string,
    payload: Uint8Array,
    options?: { readonly reliable?: boolean },
  ) => Promise<void>
  /** Raw memberlist user messages that are not Serf's or ours. */
  readonly onMessage: (listener: (payload: Uint8Array, from: string) => void) => () => void
  /** Raw meta in place of tags, at most 512 bytes; such a node no longer announces hearsay. */
  readonly setMeta: (meta: Uint8Array) => Promise<void>
  readonly setTags: (tags: Readonly<Record<string, string>>) => Promise<void>
  readonly why: (name: string) => Why | undefined
  /** Small data that all members hold: keys of our own, reads of everybody's. */
  readonly state: NodeState
  readonly join: (seeds: string | readonly string[], options?: Waiting) => Promise<JoinResult>
  /** Resolves once `atLeast` members (ourselves included) are alive; default: joined, or alone by design. */
  readonly ready: (options?: Waiting & { readonly atLeast?: number }) => Promise<Ready>
  readonly remove: (name: string) => Promise<void>
  readonly ping: (name: string, options?: Waiting) => Promise<{ readonly rttMs: number }>
  readonly views: (options?: Waiting) => Promise<ViewReport>
  /** Who has heard an event; asks again until all have, or `timeoutMs` (2000) is over. */
  readonly coverage: (id: string, options?: Waiting) => Promise<CoverageReport>
  readonly metrics: () => Readonly<Record<string, number>>
  readonly config: () => Readonly<Record<string, unknown>>
  /** Says goodbye, waits until it was told often enough, then closes. */
  readonly leave: (options?: Waiting) => Promise<void>
  /** Closes the sockets without a word. */
  readonly close: () => Promise<void>
  /** Resolves when the node has ended: undefined if asked to, an error if not. */
  readonly closed: Promise<Error | undefined>
}
