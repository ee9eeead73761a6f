// What the machine is made of, as its handlers see it: the parts, the time of the present
// step, and the ways to count, log and tell. Built by core.ts; the parts never see it.

import type { Random } from './base/random.ts'
import type { RecentSet } from './base/recent.ts'
import type { Timers } from './base/timers.ts'
import type { Casebook } from './casebook.ts'
import type { Config } from './config.ts'
import type { Budget, Counters, LogGate } from './counters.ts'
import type { Departed } from './departed.ts'
import type { EventLog } from './events/events.ts'
import type { LamportClock } from './events/lamport.ts'
import type { Exchanges } from './exchanges.ts'
import type { CommandId, Effect, Millis, Notice, Outcome } from './io.ts'
import type { Outbox } from './outbox.ts'
import type { Questions } from './questions.ts'
import type { Seeds } from './seeds.ts'
import type { SharedState, StateTask } from './sharing/shared-state.ts'
import type { Acks } from './swim/acks.ts'
import type { Awareness } from './swim/awareness.ts'
import type { Members } from './swim/members.ts'
import type { Membership } from './swim/membership.ts'
import type { ProbeRound } from './swim/probe.ts'
import type { ViewChecksum } from './views.ts'
import type { PacketCodec } from './wire/packet.ts'
import type { CheckContext } from './wire/semantics.ts'
import type { WireSettings } from './wire/settings.ts'

/** What may come due, by `kind`; handlers.ts says what happens then. */
export type Timer =
  | { readonly kind: 'probe-tick' }
  | { readonly kind: 'probe-direct'; readonly seqNo: number }
  | { readonly kind: 'probe-end'; readonly seqNo: number }
  /** No ack for a relay, a ping command or a check of a name's holder. */
  | { readonly kind: 'ack'; readonly seqNo: number }
  /** A relayed ping is slow: time to say so to its asker. */
  | { readonly kind: 'nack'; readonly seqNo: number }
  | { readonly kind: 'suspicion'; readonly name: string }
  | { readonly kind: 'refute' }
  | { readonly kind: 'gossip' }
  | { readonly kind: 'eager'; readonly urgency: 'urgent' | 'calm' }
  | { readonly kind: 'push-pull' }
  /** A member asked for its checksum has not answered. */
  | { readonly kind: 'compare'; readonly name: string }
  | { readonly kind: 'early-push-pull' }
  | { readonly kind: 'heal' }
  | { readonly kind: 'seeds' }
  | { readonly kind: 'stream'; readonly stream: number }
  | { readonly kind: 'stream-hard'; readonly stream: number }
  /** Long work (inflating, merging) goes on. */
  | { readonly kind: 'work' }
  | { readonly kind: 'leave'; readonly id: CommandId }
  | { readonly kind: 'leave-intent' }
  | { readonly kind: 'question'; readonly id: number }
  | { readonly kind: 'state'; readonly task: StateTask }

export interface Parts {
  readonly config: Config
  readonly random: Random
  readonly counters: Counters
  readonly timers: Timers<Timer>
  readonly codec: PacketCodec
  /** Label, keys and habits that packets and streams share. */
  readonly wire: WireSettings
  readonly check: CheckContext
  readonly members: Members
  readonly membership: Membership
  readonly departed: Departed
  readonly acks: Acks
  readonly awareness: Awareness
  readonly casebook: Casebook
  readonly outbox: Outbox
  readonly viewChecksum: ViewChecksum
  readonly exchanges: Exchanges
  readonly seeds: Seeds
  readonly events: EventLog
  /** Serf's member clock: the times of join and leave intents. */
  readonly intents: LamportClock
  /** Serf's intents that we have passed on; the oldest are forgotten. */
  readonly heardIntents: RecentSet
  readonly questions: Questions
  readonly state: SharedState
  readonly budgets: Budgets
  readonly logGate: LogGate
  /** The time of the present step. */
  now: Millis
  /** Wall clock minus `now`. */
  wallOffsetMs: Millis
  /** How late the last tick was. */
  lagMs: Millis
  probe: ProbeRound | undefined
  started: boolean
  /** The outcome of the `leave` command waits for our goodbye to be told. */
  leaveId: CommandId | undefined
  /** The highest accusation not yet answered because answers are rationed. */
  unanswered: { readonly incarnation: number; readonly by: string } | undefined
  /** When the table changed last. */
  changedMs: Millis
  /** When the changes began after which notes are to be compared. */
  unrestSinceMs: Millis
  /** Where in the gossip interval our ticks fall. */
  gossipPhase: Millis
  /** What the present step has come to so far. */
  effects: Effect[]
}

/** What a stranger or a storm may make us do a second; threat model 4.8 and 7. */
export interface Budgets {
  readonly refutations: Budget
  readonly relays: Budget
  readonly answers: Budget
  /** Rounds of telling news at once. */
  readonly urgent: Budget
  readonly calm: Budget
  /** Packets opened while we have keys, and how often too many worsen our health. */
  readonly packets: Budget
  readonly overload: Budget
  readonly earlyPushPull: Budget
}

/** What the wall clock shows, as Unix time. */
export function wallMs({ now, wallOffsetMs }: Parts): Millis {
  return now + wallOffsetMs
}

/** Tells the host something. */
export function notify(parts: Parts, notice: Notice): void {
  parts.effects.push({ kind: 'notify', notice })
}

/** Tells the host what came of a command. */
export function done(parts: Parts, id: CommandId, outcome: Outcome): void {
  notify(parts, { kind: 'done', id, outcome })
}

type Level = 'debug' | 'info' | 'warn' | 'error'

/** A line for the log, at most one a `reason` in 10 s. */
export function log(
  parts: Parts,
  level: Level,
  reason: string,
  message: string,
  fields: Readonly<Record<string, string | number | boolean>> = {},
): void {
  const held = parts.logGate.open(reason, parts.now)
  if (held === undefined) return
  const more = held > 0 ? { ...fields, heldBack: held } : fields
  notify(parts, { kind: 'log', level, message, fields: more })
}

/** Counts something received and not taken. */
export function drop(parts: Parts, reason: string): void {
  parts.counters.add(`rx_drop_${reason}_total`)
}
