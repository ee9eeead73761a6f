// The machine: takes one input at a time, lets the handlers carry it through the parts, and
// answers with effects. Owns the time of the step; decides nothing itself.

import { assemble, type CoreParts } from './assemble.ts'
import type { Address } from './base/address.ts'
import { perform } from './commands.ts'
import type { Config } from './config.ts'
import { tellForeign } from './foreign.ts'
import { due, receive, type Source } from './handlers.ts'
import type {
  Command,
  CommandId,
  Effect,
  Evidence,
  Input,
  Machine,
  MemberView,
  Millis,
  Reads,
  StateReads,
} from './io.ts'
import { drop, type Parts, type Timer } from './parts.ts'
import { forgiveAll, goIndirect } from './probing.ts'
import { keepOwn } from './sharing/keeping.ts'
import { lookAtAllStalled } from './sharing/stalling.ts'
import { expectExpiry, noteStrain } from './sharing/telling.ts'
import { readsOf } from './state-reads.ts'
import { closed, opened, received } from './streams.ts'
import type { Member } from './swim/member.ts'
import { viewOf } from './views.ts'
import type { Message } from './wire/messages.ts'
import { checkMessage } from './wire/semantics.ts'

/** Beyond the budget, one packet in so many is opened all the same. */
const OVERLOAD_SAMPLE = 16
/** Wake-ups later than this many probe intervals drop the verdicts that were due. */
const LATE_INTERVALS = 2

export class Core implements Machine, Reads {
  readonly config: Config
  readonly state: StateReads
  readonly #parts: Parts

  constructor(config: Config, given: CoreParts) {
    this.config = config
    this.#parts = assemble(config, given)
    this.state = readsOf(this.#parts)
  }

  get deadline(): Millis {
    return this.#parts.timers.next
  }

  step(now: Millis, input: Input): readonly Effect[] {
    const parts = this.#parts
    // A clock that steps back must not undo what has been judged.
    parts.now = Math.max(now, parts.now)
    parts.effects = []
    if (input.kind === 'tick') {
      noteLateness(parts)
      runTimers(parts)
    } else {
      // Timeouts are judged in ticks alone: after a pause the answer may be the next packet.
      take(parts, input)
    }
    keepOwn(parts)
    parts.outbox.flush(parts.effects)
    return parts.effects
  }

  // ---- reads ------------------------------------------------------------------------

  get health(): number {
    return this.#parts.awareness.score
  }

  memberViews(): readonly MemberView[] {
    const views = [...this.#parts.members.rows].filter((row) => row.known).map(viewOf)
    for (const view of this.#parts.departed.views) {
      if (this.#parts.members.find(view.name) === undefined) views.push(view)
    }
    return views
  }

  memberView(name: string): MemberView | undefined {
    const row = this.#parts.members.find(name)
    return row?.known === true ? viewOf(row) : this.#parts.departed.find(name)
  }

  evidence(name: string): readonly Evidence[] {
    return [...this.#parts.casebook.about(name)]
  }

  viewChecksum(): number {
    return this.#parts.viewChecksum.value
  }

  queued(): { readonly membership: number; readonly user: number } {
    const { membership, user } = this.#parts.outbox
    return { membership: membership.size, user: user.size }
  }

  counters(): Readonly<Record<string, number>> {
    return this.#parts.counters.all()
  }

  /** Members that are alive or suspect, ourselves included. */
  get size(): number {
    return this.#parts.members.livingCount
  }
}

// ---- one step -------------------------------------------------------------------------

function take(parts: Parts, input: Exclude<Input, { kind: 'tick' }>): void {
  switch (input.kind) {
    case 'packet':
      return takePacket(parts, input.from, input.bytes)
    case 'opened':
      return opened(parts, input.stream, input.peer)
    case 'received':
      return received(parts, input.stream, input.bytes)
    case 'closed':
      return closed(parts, input.stream, input.reason)
    case 'sendFailed':
      return sendFailed(parts, input)
    case 'command':
      return takeCommand(parts, input.id, input.command)
    case 'wall':
      parts.wallOffsetMs = input.offsetMs
      expectExpiry(parts)
      lookAtAllStalled(parts)
  }
}

function takeCommand<K extends Command['kind']>(
  parts: Parts,
  id: CommandId,
  command: Extract<Command, { kind: K }>,
): void {
  const act = perform[command.kind as K] as (
    parts: Parts,
    command: Extract<Command, { kind: K }>,
    id: CommandId,
  ) => void
  act(parts, command, id)
}

function takePacket(parts: Parts, from: Address, bytes: Uint8Array): void {
  const { counters, members } = parts
  counters.add('packets_received_total')
  counters.add('packet_bytes_received_total', bytes.length)
  const member = members.findByAddress(from.key)
  if (parts.config.keyring.length > 0 && !isWithinBudget(parts, member)) return
  const unpacked = parts.codec.unpack(bytes)
  const { messages, drops } = unpacked
  for (const reason of drops) drop(parts, reason)
  if (drops.length > 0) tellForeign(parts, from, unpacked)
  if (member !== undefined && messages.length > 0) member.seenMs = parts.now
  for (const message of messages)
    takeMessage(parts, message, { from, member, sizeBytes: bytes.length })
}

function takeMessage<K extends Message['kind']>(
  parts: Parts,
  message: Extract<Message, { kind: K }>,
  source: Source,
): void {
  const reason = checkMessage(message, parts.check)
  if (reason !== undefined) return drop(parts, reason)
  const handle = receive[message.kind as K] as (
    parts: Parts,
    message: Extract<Message, { kind: K }>,
    source: Source,
  ) => void
  handle(parts, message, source)
}

/** Failed decryption is dearer than truth; beyond the budget only the probed one is heard. */
function isWithinBudget(parts: Parts, member: Member | undefined): boolean {
  if (member !== undefined && member === parts.probe?.member) return true
  if (parts.budgets.packets.spend(parts.now)) return true
  drop(parts, 'overload')
  // Who drowns in packets misses answers too: that is our trouble, not the others'.
  if (parts.budgets.overload.spend(parts.now)) parts.awareness.add(1)
  return parts.counters.get('rx_drop_overload_total') % OVERLOAD_SAMPLE === 0
}

/** The operating system says a packet cannot get there: no use in waiting for its ack. */
function sendFailed(
  parts: Parts,
  { to, reason }: Extract<Input, { readonly kind: 'sendFailed' }>,
): void {
  parts.counters.add('packets_failed_total')
  // Who was never asked is not silent; a port that refuses is.
  if (reason !== 'ECONNREFUSED') parts.acks.dropChecks(to)
  if (parts.probe?.member.address.equals(to) === true) goIndirect(parts)
}

/** A late wake-up is our fault, not the fault of those we have not heard. */
function noteLateness(parts: Parts): void {
  const { timers, config, now } = parts
  parts.lagMs = Math.max(0, now - timers.next)
  noteStrain(parts)
  if (config.strict || !parts.started || config.probeIntervalMs === 0) return
  if (parts.lagMs > LATE_INTERVALS * config.probeIntervalMs) forgiveAll(parts, parts.lagMs)
  else if (parts.lagMs > config.probeTimeoutMs) parts.awareness.add(1)
}

function runTimers(parts: Parts): void {
  for (;;) {
    const next = parts.timers.take(parts.now)
    if (next === undefined) return
    runTimer(parts, next.timer, next.at)
    // Long work goes on in a step of its own, so that packets get their turn.
    if (next.timer.kind === 'work') return
  }
}

function runTimer<K extends Timer['kind']>(
  parts: Parts,
  timer: Extract<Timer, { kind: K }>,
  at: Millis,
): void {
  const act = due[timer.kind as K] as (
    parts: Parts,
    timer: Extract<Timer, { kind: K }>,
    dueMs: Millis,
  ) => void
  act(parts, timer, at)
}
