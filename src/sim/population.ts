// The members of a virtual cluster and their lives: makes processes, gives them commands,
// keeps what they say, and passes every observation to the journal and the checkers.
// What befalls them is told by the verbs in `cluster.ts`.

import {
  type Address,
  assert,
  type Command,
  type Config,
  type CoreOptions,
  type Durability,
  type JoinTarget,
  type Machine,
  type Millis,
  makeConfig,
  type Notice,
  type Outcome,
  Random,
  type Reads,
} from '../core/index.ts'
import { type Checker, Watch } from './checkers/checker.ts'
import { type DiskFate, VirtualDisk } from './disk.ts'
import { hostAddress } from './host-address.ts'
import { Journal } from './journal.ts'
import { Keeper } from './keeper.ts'
import type { Network } from './network.ts'
import type { Happening, Observation } from './observation.ts'
import { Process } from './process.ts'

/** Options of one member; the name defaults to its id, the address to the next free one. */
export type MemberOptions = Partial<CoreOptions>

/** Makes the machine of one process; `random` is its own. */
export type MakeMachine = (config: Config, random: Random) => Machine & Reads

/** How a life begins, where that is not as usual. */
export interface Beginning {
  /** What it finds on its disk, if it has one: all that was written, unless told otherwise. */
  readonly disk?: DiskFate | undefined
  /** How far its wall clock is from true. */
  readonly wallAheadMs?: Millis | undefined
}

/** A command under way: `outcome` is set once it is done. */
export interface Pending {
  readonly outcome: Outcome | undefined
}

/** Something a member told its host, and when. */
export interface Told {
  readonly atMs: Millis
  readonly notice: Notice
}

/** A place in the cluster, whoever sits there now. */
export interface Seat {
  readonly id: string
  readonly process: Process
  readonly config: Config
  /** As given at the start, the address filled in. */
  readonly options: MemberOptions
  readonly lives: number
  /** What this life told its host; the oldest go first beyond the cluster's `toldMax`. */
  readonly told: readonly Told[]
  /** It called leave, and the core said that the goodbye is over. */
  readonly hasLeft: boolean
  /** How far its wall clock is from true. */
  readonly wallAheadMs: Millis
  /** Where its state is kept, and what this life found there. */
  readonly disk: VirtualDisk | undefined
  readonly keeper: Keeper | undefined
}

interface OwnSeat extends Seat {
  process: Process
  config: Config
  options: MemberOptions
  lives: number
  told: Told[]
  hasLeft: boolean
  /** Configured seeds; they outlast a restart, as a configuration does. */
  seedIds: readonly string[]
  /** Where it was in its life before, if that was elsewhere. */
  formerAddress: Address | undefined
  keeper: Keeper | undefined
  wallAheadMs: Millis
}

interface OwnPending extends Pending {
  outcome: Outcome | undefined
  readonly command: Command
}

interface PopulationParts {
  readonly network: Network
  readonly random: Random
  readonly make: MakeMachine
  readonly checkers: readonly Checker[]
  readonly options: MemberOptions
  readonly toldMax: number
  /** Members keep their state, this safely. */
  readonly durability: Durability | undefined
  readonly onObservation: ((observation: Observation) => void) | undefined
}

/** Virtual time 0 as Unix time: all members' wall clocks agree until one jumps. */
const WALL_START_MS = 1_700_000_000_000
const CLOCK_APART_MS = 1_000_000
const NAMES_RETRY_FIRST_MS = 1000
const NAMES_RETRY_MAX_MS = 30_000

export class Population {
  readonly journal = new Journal()
  /** What becomes of names of seeds: an address, none, or the one they had before. */
  names: 'resolve' | 'fail' | 'stale' = 'resolve'
  #parts: PopulationParts
  #watch: Watch
  /** Without checkers nobody looks at single packets: large clusters go unwatched. */
  #isWatched: boolean
  #seatById = new Map<string, OwnSeat>()
  #seatByProcess = new Map<Process, OwnSeat>()
  readonly #resolving = new Set<Process>()
  #pendingById = new Map<number, OwnPending>()
  #commands = 0
  #addresses = 0
  #processes = 0

  constructor(parts: PopulationParts) {
    this.#parts = parts
    this.#watch = new Watch(parts.checkers)
    this.#isWatched = parts.checkers.length > 0
  }

  /** Every seat, in the order of the first starts. */
  get seats(): readonly Seat[] {
    return [...this.#seatById.values()]
  }

  has(id: string): boolean {
    return this.#seatById.has(id)
  }

  seat(id: string): Seat {
    return this.#own(id)
  }

  /** The next address nobody had before: 10.0.0.1:7946 and on. */
  freshAddress(): Address {
    return hostAddress(++this.#addresses)
  }

  /** Starts a life at `id`: a new member, or the next life of one that has stopped. */
  start(id: string, options: MemberOptions, beginning: Beginning = {}): Seat {
    const before = this.#seatById.get(id)
    assert(before?.process.isRunning !== true, `${id} has stopped before it starts again`)
    const advertise = options.advertise ?? this.freshAddress()
    const own = { trace: true, name: id, ...this.#parts.options, ...options, advertise }
    const config = makeConfig(own)
    const lives = (before?.lives ?? 0) + 1
    const process = this.#makeProcess(lives === 1 ? id : `${id}#${lives}`, config)
    const seedIds = before?.seedIds ?? []
    const seat: OwnSeat = {
      id,
      process,
      config,
      options: own,
      lives,
      told: [],
      hasLeft: false,
      seedIds,
      formerAddress: formerAddress(before, advertise),
      disk: before?.disk ?? this.#newDisk(),
      keeper: undefined,
      wallAheadMs: 0,
    }
    seat.disk?.crash(beginning.disk ?? 'kept')
    if (before !== undefined) this.#seatByProcess.delete(before.process)
    this.#seatById.set(id, seat)
    this.#seatByProcess.set(process, seat)
    this.#observe(process, { kind: 'started', config, disk: beginning.disk ?? 'kept' })
    this.jumpWall(process, beginning.wallAheadMs ?? 0)
    seat.keeper = this.#openDisk(seat)
    if (seat.keeper !== undefined) this.command(id, { kind: 'restore', kept: seat.keeper.kept })
    this.command(id, { kind: 'start' })
    if (seedIds.length > 0) this.#resolveSeeds(seat, process)
    return seat
  }

  /** Hands over configured seeds, now and whenever the core wants them resolved again. */
  seeds(id: string, seedIds: readonly string[]): void {
    const seat = this.#own(id)
    seat.seedIds = seedIds
    this.#resolveSeeds(seat, seat.process)
  }

  /** The present address of a member, as a target to join. */
  target(id: string): JoinTarget {
    const address = this.#own(id).config.advertise
    return { address, seed: address.toString() }
  }

  /** Gives a command; its outcome comes while the cluster runs. */
  command(id: string, command: Command): Pending {
    const { process } = this.#own(id)
    const pending: OwnPending = { outcome: undefined, command }
    const commandId = ++this.#commands
    this.#pendingById.set(commandId, pending)
    this.#observe(process, { kind: 'command', id: commandId, command })
    process.receive({ kind: 'command', id: commandId, command })
    return pending
  }

  /** What a true wall clock shows at `nowMs`, as Unix time. */
  wallMs(nowMs: Millis): Millis {
    return WALL_START_MS + nowMs
  }

  /** Moves a process's wall clock `aheadMs` from true; its monotonic clock runs on. */
  jumpWall(process: Process, aheadMs: Millis): void {
    const seat = this.#seatByProcess.get(process)
    if (seat !== undefined) seat.wallAheadMs = aheadMs
    const offsetMs = WALL_START_MS + process.trueOffsetMs + aheadMs
    process.receive({ kind: 'wall', offsetMs })
  }

  /** Lets the checkers see what every running process holds. */
  sample(): void {
    for (const { process } of this.#seatById.values()) {
      if (process.isRunning) this.#observe(process, { kind: 'sampled', sizes: process.sizes() })
    }
  }

  /** Tells the checkers how far a storm has come, of some that run. */
  mark(seats: readonly Seat[], kind: 'calm' | 'agreed'): void {
    for (const { process } of seats) if (process.isRunning) this.#observe(process, { kind })
  }

  #makeProcess(id: string, config: Config): Process {
    const index = ++this.#processes
    return new Process({
      id,
      machine: this.#parts.make(config, new Random(this.#parts.random.bits())),
      address: config.advertise,
      network: this.#parts.network,
      clockOffsetMs: index * CLOCK_APART_MS,
      observe: (process, happening) => this.#observe(process, happening),
      keep: (process, records) => this.#seatByProcess.get(process)?.keeper?.keep(records),
      rows: this.#isWatched,
    })
  }

  #newDisk(): VirtualDisk | undefined {
    const { durability, network, random } = this.#parts
    return durability && new VirtualDisk(network.agenda, new Random(random.bits()))
  }

  /** What a host does before it opens a socket. */
  #openDisk(seat: OwnSeat): Keeper | undefined {
    const { durability, network } = this.#parts
    const { disk, config, process, id } = seat
    if (durability === undefined || disk === undefined) return undefined
    const { agenda } = network
    return new Keeper({
      ...{ agenda, disk, durability, owner: { label: config.label, name: config.name } },
      wallMs: () => this.wallMs(agenda.nowMs) + seat.wallAheadMs,
      isRunning: () => process.isRunning,
      tell: (command) => void this.command(id, command),
    })
  }

  #observe(process: Process, happening: Happening): void {
    const { kind } = happening
    if (kind === 'notice') this.#keep(process, happening.notice)
    if (!this.#isLookedAt(kind)) return
    const { nowMs } = this.#parts.network.agenda
    const observation: Observation = {
      ...happening,
      atMs: nowMs,
      ownMs: process.nowMs,
      observer: process.id,
    }
    if (observation.kind === 'transition') this.journal.add(observation)
    this.#parts.onObservation?.(observation)
    this.#watch.observe(observation)
  }

  /** Without checkers only turns count, and what hosts are told where somebody listens. */
  #isLookedAt(kind: Happening['kind']): boolean {
    if (this.#isWatched || kind === 'transition') return true
    return kind === 'notice' && this.#parts.onObservation !== undefined
  }

  #keep(process: Process, notice: Notice): void {
    const seat = this.#seatByProcess.get(process)
    if (seat === undefined) return
    if (notice.kind === 'done') this.#finish(seat, notice)
    if (notice.kind === 'seeds-wanted') this.#resolveSeeds(seat, process)
    const { toldMax } = this.#parts
    if (toldMax === 0) return
    if (seat.told.length >= toldMax) seat.told.splice(0, Math.ceil(toldMax / 2))
    seat.told.push({ atMs: this.#parts.network.agenda.nowMs, notice })
  }

  /** What a host does when names shall be resolved again; it takes a moment, as DNS does. */
  #resolveSeeds(seat: OwnSeat, process: Process, retryMs = NAMES_RETRY_FIRST_MS): void {
    const { agenda, tally } = this.#parts.network
    if (this.#resolving.has(process)) return
    this.#resolving.add(process)
    agenda.at(agenda.nowMs + 1, () => {
      this.#resolving.delete(process)
      if (seat.process !== process || !process.isRunning) return
      if (this.names !== 'fail') {
        const seeds = seat.seedIds.map((id) => this.#seedTarget(id))
        this.command(seat.id, { kind: 'seeds', seeds })
        return
      }
      tally.namesFailed++
      const nextMs = Math.min(retryMs * 2, NAMES_RETRY_MAX_MS)
      agenda.at(agenda.nowMs + retryMs, () => this.#resolveSeeds(seat, process, nextMs))
    })
  }

  #seedTarget(id: string): JoinTarget {
    const { formerAddress } = this.#own(id)
    if (this.names !== 'stale' || formerAddress === undefined) return this.target(id)
    return { address: formerAddress, seed: formerAddress.toString() }
  }

  #finish(seat: OwnSeat, done: Extract<Notice, { kind: 'done' }>): void {
    const pending = this.#pendingById.get(done.id)
    this.#pendingById.delete(done.id)
    if (pending === undefined) return
    const { process } = seat
    const tell = () => {
      pending.outcome = done.outcome
      const isPromise = this.#parts.durability === 'fsync' && isDone(done.outcome)
      if (isPromise) this.#observe(process, { kind: 'on disk', id: done.id })
    }
    // What changes state has succeeded once it is as safe as was promised.
    if (seat.keeper === undefined || !pending.command.kind.startsWith('state-')) tell()
    else seat.keeper.whenSettled(tell)
    seat.hasLeft ||= seat.process.machine.memberView(seat.config.name)?.status === 'left'
  }

  #own(id: string): OwnSeat {
    const seat = this.#seatById.get(id)
    assert(seat !== undefined, `${id} is a member of the virtual cluster`)
    return seat
  }
}

/** Whether what a command was to write is written. */
function isDone({ kind }: Outcome): boolean {
  return kind === 'ok' || kind === 'acknowledged'
}

function formerAddress(before: OwnSeat | undefined, now: Address): Address | undefined {
  if (before === undefined) return undefined
  const { advertise } = before.config
  return advertise.equals(now) ? before.formerAddress : advertise
}
