// A node, as applications hold it: promises, iterators and callbacks over one core in real
// time. Nothing of the protocol is decided here; platforms give the transport, the clock and
// the resolver of names (`node/open-node.ts`).

import {
  type Config,
  HearsayError,
  type Input,
  type Machine,
  type Millis,
  type Notice,
  type Reads,
} from '../core/index.ts'
import type {
  EventOfKind,
  JoinResult,
  Logger,
  Member,
  MemberFilter,
  Node,
  NodeEvent,
  NodeEventKind,
  Ready,
  Waiting,
  Why,
} from './api.ts'
import {
  checkAtLeast,
  checkEventOptions,
  checkFilter,
  checkFunction,
  checkKind,
  checkName,
  checkText,
  checkWaiting,
  copyBytes,
  readFlag,
  readSeeds,
  readTags,
} from './arguments.ts'
import type { Clock } from './clock.ts'
import { Commands } from './commands.ts'
import { plainConfig } from './config-view.ts'
import type { OpenedDisk } from './disk.ts'
import { Driver } from './driver.ts'
import type { EventStreamOptions } from './event-stream.ts'
import { Hub } from './hub.ts'
import { Joining } from './joining.ts'
import { joinOnce } from './joins.ts'
import type { BindContext } from './listeners.ts'
import { guardedLogger } from './logging.ts'
import { MemberLog } from './member-log.ts'
import { memberEvent, userEvent } from './node-events.ts'
import { peersOf, StateOfNode } from './node-state.ts'
import { eventIdText, type Payload, parseEventId, payloadBytes } from './payload.ts'
import { Reader } from './reader.ts'
import { Readiness } from './readiness.ts'
import { coverageReport, viewReport } from './reports.ts'
import type { ResolveSeeds } from './seeds.ts'
import type { NodeState } from './state-api.ts'
import { StateCommands } from './state-commands.ts'
import { type Keeper, keeperOf } from './state-keeper.ts'
import type { Transport } from './transport.ts'
import { type Settle, wait } from './waiting.ts'

export interface NodeParts {
  readonly machine: Machine & Reads
  readonly config: Config
  readonly transport: Transport
  readonly clock: Clock
  readonly resolve: ResolveSeeds
  readonly seeds: readonly string[]
  readonly leaveTimeoutMs: Millis
  readonly logger?: Logger | undefined
  /** Aborting closes the node. */
  readonly signal?: AbortSignal | undefined
  readonly bindContext?: BindContext | undefined
  /** Where it keeps its own state, if it does. */
  readonly opened?: OpenedDisk | undefined
  /** Tries the merges that the application brings on what they meet. */
  readonly isDevelopment?: boolean | undefined
  /** Sees every input with its time, for replay. */
  readonly record?: ((now: Millis, input: Input) => void) | undefined
}

/** How long members are asked about their views, unless told otherwise. */
const ASK_MS = 2_000
/** Between two questions about a rumor that is still on its way. */
const ASK_AGAIN_MS = 50
/**
 * Alarms may come late by this part of the shortest interval, and at most by so much: a
 * process of 100 idle nodes then takes a quarter less processor time than with 10 ms.
 */
const GRID_PART = 10
const GRID_MS_MAX = 20

/** Starts a core on its transport. Returns at once; seeds are joined in the background. */
export function startNode(parts: NodeParts): Node {
  const node = new Hearsay(parts)
  node.start()
  return node
}

class Hearsay implements Node {
  readonly name: string
  readonly address: string
  readonly bound: string
  readonly state: NodeState
  readonly closed: Promise<Error | undefined>
  readonly #parts: NodeParts
  readonly #logger: Logger
  readonly #driver: Driver
  readonly #commands: Commands
  readonly #hub: Hub
  readonly #memberLog: MemberLog
  readonly #reader: Reader
  readonly #joining: Joining
  readonly #readiness: Readiness
  readonly #state: StateOfNode
  readonly #keeper: Keeper
  readonly #abort = () => void this.close()
  #tellClosed: (error: Error | undefined) => void = () => {}
  #leaving: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(parts: NodeParts) {
    const { clock, config } = parts
    this.#parts = parts
    this.name = config.name
    this.address = config.advertise.toString()
    this.bound = parts.transport.bound.toString()
    this.closed = new Promise((resolve) => {
      this.#tellClosed = resolve
    })
    this.#logger = guardedLogger(parts.logger)
    this.#driver = new Driver({
      ...parts,
      gridMs: gridOf(config),
      onNotice: (notice) => this.#hear(notice),
      keep: (records) => this.#keeper.keep(records),
      onFailure: (error) => this.#fail(error),
    })
    this.#commands = new Commands({
      clock,
      feed: (id, command) => this.#driver.feed({ kind: 'command', id, command }),
    })
    const memberLog = new MemberLog({ clock, logger: this.#logger, selfName: config.name })
    this.#memberLog = memberLog
    const { tell } = this.#commands
    this.#keeper = keeperOf({ opened: parts.opened, clock, logger: this.#logger, tell })
    this.#hub = new Hub({
      clock,
      logger: this.#logger,
      memberLog,
      isLogged: parts.logger !== undefined,
      bindContext: parts.bindContext,
    })
    const steady = { now: () => clock.now(), wallOffset: () => this.#driver.wallOffsetMs }
    this.#reader = new Reader(parts.machine, steady, config.name)
    this.#state = new StateOfNode({
      ...new StateCommands({
        commands: this.#commands,
        settled: () => this.#keeper.settled(),
        peers: () => peersOf(parts.machine.memberViews(), config.name),
      }),
      clock,
      selfName: config.name,
      reads: parts.machine.state,
      memberView: (name) => parts.machine.memberView(name),
      memberViews: () => parts.machine.memberViews(),
      joined: (waiting) => this.ready(waiting),
      wallOffsetMs: steady.wallOffset,
      unixMs: () => this.#reader.unixMs(),
      logger: this.#logger,
      isDevelopment: parts.isDevelopment === true,
    })
    this.state = this.#state.state
    this.#readiness = new Readiness({
      clock,
      hasSeeds: parts.seeds.length > 0,
      alive: () => this.#reader.alive(),
    })
    this.#joining = new Joining({
      ...parts,
      commands: this.#commands,
      logger: this.#logger,
      onRound: (result) => this.#readiness.roundEnded(result),
    })
  }

  start(): void {
    this.#driver.start()
    this.#keeper.begin()
    this.#commands.tell({ kind: 'start' })
    this.#joining.run()
    this.#parts.signal?.addEventListener('abort', this.#abort, { once: true })
  }

  // ---- reading ------------------------------------------------------------------------

  readonly members = (filter: MemberFilter = {}): readonly Member[] => {
    checkFilter(filter)
    return this.#reader.members(filter)
  }

  readonly self = (): Member => this.#reader.self()

  readonly why = (name: string): Why | undefined => {
    checkText('name', name)
    return this.#reader.why(name)
  }

  readonly metrics = (): Readonly<Record<string, number>> => {
    const { machine, transport } = this.#parts
    const { membership, user } = machine.queued()
    return {
      ...machine.counters(),
      ...transport.counters(),
      ...this.#driver.counters(),
      ...this.#hub.counters(),
      ...this.#state.counters(),
      ...this.#keeper.counters(),
      health_score: machine.health,
      members_alive: machine.size,
      queue_membership: membership,
      queue_user: user,
    }
  }

  readonly config = (): Readonly<Record<string, unknown>> =>
    plainConfig(this.#parts.config, this.bound, this.#parts.seeds)

  // ---- listening ----------------------------------------------------------------------

  readonly on = <K extends NodeEventKind>(
    kind: K,
    listener: (event: EventOfKind<K>) => void,
  ): (() => void) => {
    checkKind(kind)
    checkFunction('listener', listener)
    return this.#hub.on(kind, listener)
  }

  readonly onMessage = (listener: (payload: Uint8Array, from: string) => void): (() => void) => {
    checkFunction('listener', listener)
    return this.#hub.onMessage(listener)
  }

  readonly events = (
    options: Pick<EventStreamOptions, 'kinds' | 'signal'> = {},
  ): AsyncIterableIterator<NodeEvent> => {
    checkEventOptions(options)
    return this.#hub.events(options)
  }

  // ---- acting -------------------------------------------------------------------------

  readonly broadcast = async (
    name: string,
    payload?: Payload,
    options: { readonly coalesce?: boolean } = {},
  ): Promise<{ readonly id: string }> => {
    checkName('name', name)
    const coalesce = readFlag('coalesce', options)
    const command = { kind: 'broadcast', name, payload: payloadBytes(payload), coalesce } as const
    const { event } = await this.#commands.ask(command, 'event')
    return { id: eventIdText(event) }
  }

  readonly gossip = async (payload: Uint8Array): Promise<void> => {
    await this.#commands.ask({ kind: 'gossip', payload: copyBytes('payload', payload) }, 'ok')
  }

  readonly send = async (
    name: string,
    payload: Uint8Array,
    options: { readonly reliable?: boolean } = {},
  ): Promise<void> => {
    checkName('name', name)
    const reliable = readFlag('reliable', options)
    const bytes = copyBytes('payload', payload)
    const command = { kind: 'send', to: name, payload: bytes, reliable } as const
    await this.#commands.ask(command, 'ok')
  }

  readonly setMeta = async (meta: Uint8Array): Promise<void> => {
    await this.#commands.ask({ kind: 'set-meta', meta: copyBytes('meta', meta) }, 'ok')
  }

  readonly setTags = async (tags: Readonly<Record<string, string>>): Promise<void> => {
    await this.#commands.ask({ kind: 'set-tags', tags: readTags(tags) }, 'ok')
  }

  readonly join = async (
    seeds: string | readonly string[],
    waiting: Waiting = {},
  ): Promise<JoinResult> => {
    checkWaiting(waiting)
    const { resolve } = this.#parts
    return await joinOnce({ commands: this.#commands, resolve }, readSeeds(seeds), waiting)
  }

  readonly ready = async (
    options: Waiting & { readonly atLeast?: number } = {},
  ): Promise<Ready> => {
    checkWaiting(options)
    checkAtLeast(options.atLeast)
    return await wait({
      clock: this.#parts.clock,
      waiting: options,
      what: 'ready',
      late: () => this.#lateText(options.atLeast),
      begin: (settle) => this.#readiness.await(options.atLeast, settle),
    })
  }

  #lateText(atLeast: number | undefined): string {
    const alive = this.#reader.alive()
    const count = atLeast === undefined ? `${alive} alive` : `${alive} of ${atLeast} alive`
    return `${count}; ${this.#joining.lateText}`
  }

  readonly remove = async (name: string): Promise<void> => {
    checkName('name', name)
    await this.#commands.ask({ kind: 'remove', name }, 'ok')
  }

  readonly ping = async (
    name: string,
    waiting: Waiting = {},
  ): Promise<{ readonly rttMs: number }> => {
    checkName('name', name)
    checkWaiting(waiting)
    const { signal, timeoutMs = this.#parts.config.probeTimeoutMs } = waiting
    const { rttMs } = await this.#commands.ask({ kind: 'ping', name, timeoutMs }, 'rtt', { signal })
    return { rttMs }
  }

  readonly views: Node['views'] = async (waiting = {}) => {
    checkWaiting(waiting)
    const { signal, timeoutMs = ASK_MS } = waiting
    const outcome = await this.#commands.ask({ kind: 'ask-views', timeoutMs }, 'views', { signal })
    return viewReport(this.#reader.ownView(), outcome)
  }

  readonly coverage: Node['coverage'] = async (id, waiting = {}) => {
    checkWaiting(waiting)
    const { signal, timeoutMs = ASK_MS } = waiting
    const command = { kind: 'ask-event', event: parseEventId(id), timeoutMs } as const
    const { clock } = this.#parts
    const endMs = clock.now() + timeoutMs
    // A rumor just told is still on its way: ask until all have it, or the time is over.
    for (;;) {
      const outcome = await this.#commands.ask(command, 'coverage', { signal })
      const isOver = clock.now() + ASK_AGAIN_MS >= endMs
      if (outcome.missing.length === 0 || isOver) {
        return coverageReport(id, this.#reader.cannotSay(), outcome)
      }
      await pause(clock, ASK_AGAIN_MS)
    }
  }

  // ---- ending -------------------------------------------------------------------------

  readonly leave = async (waiting: Waiting = {}): Promise<void> => {
    checkWaiting(waiting)
    const { signal, timeoutMs } = waiting
    this.#leaving ??= this.#sayGoodbye(timeoutMs ?? this.#parts.leaveTimeoutMs)
    const leaving = this.#leaving
    await wait({
      clock: this.#parts.clock,
      waiting: { signal },
      what: 'leave',
      begin: (settle: Settle<void>) => {
        leaving.then(settle.resolve, settle.reject)
        return () => {}
      },
    })
  }

  readonly close = (): Promise<void> => this.#end(undefined)

  readonly [Symbol.asyncDispose] = (): Promise<void> => this.leave()

  async #sayGoodbye(timeoutMs: Millis): Promise<void> {
    this.#joining.stop()
    if (this.#closing === undefined) {
      // The core keeps to its time; should it not, we do not wait for ever.
      const waiting = { timeoutMs: timeoutMs * 2 + 1_000 }
      await this.#commands.outcome({ kind: 'leave', timeoutMs }, waiting).catch(() => {})
    }
    await this.close()
  }

  #end(error: Error | undefined): Promise<void> {
    this.#closing ??= this.#shutdown(error)
    return this.#closing
  }

  async #shutdown(error: Error | undefined): Promise<void> {
    this.#parts.signal?.removeEventListener('abort', this.#abort)
    this.#joining.stop()
    this.#driver.stop()
    const why =
      this.#leaving === undefined
        ? new HearsayError('HEARSAY_CLOSED', 'this node has been closed', { cause: error })
        : new HearsayError('HEARSAY_LEFT', 'this node has left the cluster')
    this.#commands.close(why)
    this.#readiness.close(why)
    this.#hub.close()
    this.#state.close()
    this.#memberLog.close()
    await this.#keeper.close()
    await this.#parts.transport.shutdown()
    this.#tellClosed(error)
  }

  #fail(cause: unknown): void {
    const error = cause instanceof Error ? cause : new Error(String(cause))
    this.#logger.error({ err: error }, 'the core broke its own rule; this node has ended')
    void this.#end(error)
  }

  // ---- hearing ------------------------------------------------------------------------

  #hear(notice: Notice): void {
    switch (notice.kind) {
      case 'done':
        this.#commands.done(notice.id, notice.outcome)
        break
      case 'member':
        this.#hearMember(notice)
        break
      case 'event':
        this.#hub.emit(userEvent(notice, this.#reader.unixMs()))
        break
      case 'message':
        this.#hub.emitMessage(notice.payload, notice.from.toString())
        break
      case 'seeds-wanted':
        this.#joining.run()
        break
      case 'conflict':
        this.#memberLog.conflict(notice)
        break
      case 'log':
        this.#logger[notice.level](notice.fields, notice.message)
        break
      case 'state':
      case 'shared':
        this.#state.hear(notice)
        break
      case 'clock-skew':
      case 'state-silent':
      case 'evicted':
      case 'resync':
        this.#hub.emit({ ...notice, atMs: this.#reader.unixMs() })
        break
      case 'replica':
      case 'dropped':
      case 'transition':
        // Only the checkers of the simulator ask for these.
        break
    }
  }

  #hearMember(notice: Extract<Notice, { kind: 'member' }>): void {
    this.#readiness.membersChanged()
    if (!this.#hub.wants(`member-${notice.change}`)) return
    const member = this.#reader.snapshot(notice.member)
    const why = () => this.#reader.explain(notice.member, notice.evidence)
    this.#hub.emit(memberEvent(notice, member, this.#reader.unixMs(), why))
  }
}

/** How far alarms are put off. */
function gridOf(config: Config): Millis {
  const { gossipIntervalMs, probeTimeoutMs, probeIntervalMs } = config
  const intervals = [gossipIntervalMs, probeTimeoutMs, probeIntervalMs].filter((one) => one > 0)
  const shortest = Math.min(...intervals, GRID_PART * GRID_MS_MAX)
  return Math.max(1, Math.floor(shortest / GRID_PART))
}

function pause(clock: Clock, ms: Millis): Promise<void> {
  return new Promise((resolve) => {
    clock.alarm(resolve).set(clock.now() + ms)
  })
}
