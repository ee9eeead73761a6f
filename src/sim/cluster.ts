// A virtual cluster: many cores, one network, one agenda, one seed. Its methods are the
// verbs of stories; members go by their id, which is their name unless told otherwise.
// A broken invariant is thrown out of `run` at the moment it breaks.

import {
  type Address,
  type AddressKey,
  type Command,
  type Durability,
  ipv4,
  type LatticeKind,
  type MemberView,
  type Millis,
  type Notice,
  Random,
  type SlotOp,
  type SlotValue,
  type StateStats,
  type Status,
} from '../core/index.ts'
import { Agenda } from './agenda.ts'
import type { Carrier } from './barriers.ts'
import { type Belief, disagreement } from './belief.ts'
import type { Checker } from './checkers/checker.ts'
import type { Conditions } from './conditions.ts'
import type { Journal, Wanted } from './journal.ts'
import { Network } from './network.ts'
import { type Observation, transitionText } from './observation.ts'
import type { Seat } from './population.ts'
import {
  type Beginning,
  type MakeMachine,
  type MemberOptions,
  type Pending,
  Population,
} from './population.ts'
import { Stranger } from './stranger.ts'
import { inWaves } from './waves.ts'

export interface ClusterOptions {
  readonly seed: number
  readonly make: MakeMachine
  readonly checkers?: readonly Checker[]
  /** Options of every member. */
  readonly options?: MemberOptions
  /** What a member told its host is kept for the story, so many at most: 5 000, unless given. */
  readonly toldMax?: number
  /** Members keep their own state on virtual disks, this safely; without it they have none. */
  readonly durability?: Durability | undefined
  /** Sees all that the checkers see, before them. */
  readonly onObservation?: (observation: Observation) => void
}

type NoticeOf<K extends Notice['kind']> = Extract<Notice, { readonly kind: K }>

/** Links by member id; what is left out means all. */
export interface Between {
  readonly from?: string
  readonly to?: string
}

const SAMPLE_EVERY_MS = 5000
const LOOK_EVERY_MS = 100
const TOLD_MAX = 5000

export class Cluster {
  readonly seed: number
  readonly agenda = new Agenda()
  readonly network: Network
  readonly population: Population

  constructor(given: ClusterOptions) {
    const { seed, make, checkers = [], options = {}, toldMax = TOLD_MAX } = given
    const { onObservation, durability } = given
    const random = new Random(seed)
    this.seed = seed
    this.network = new Network(this.agenda, new Random(random.bits()))
    this.population = new Population({
      network: this.network,
      random,
      make,
      checkers,
      options,
      toldMax,
      durability,
      onObservation,
    })
    if (checkers.length > 0) this.#planSample()
  }

  get nowMs(): Millis {
    return this.agenda.nowMs
  }

  /** What a true wall clock shows, as Unix time. */
  get wallMs(): Millis {
    return this.population.wallMs(this.nowMs)
  }

  get journal(): Journal {
    return this.population.journal
  }

  // ---- lives ------------------------------------------------------------------------

  /** Starts a new member, alone. */
  start(id: string, options: MemberOptions = {}): void {
    this.population.start(id, options)
  }

  /** Starts all of `ids` and has every other join the first, in waves of a hundred. */
  form(ids: readonly string[], options: MemberOptions = {}): void {
    for (const id of ids) this.start(id, options)
    const [first = '', ...others] = ids
    inWaves(this.agenda, others, (id) => this.join(id, first))
  }

  /** Kills the process without a word; its machine stays up and refuses, unless `silent`. */
  crash(id: string, afterwards: 'refuses' | 'silent' = 'refuses'): void {
    this.population.seat(id).process.stop(afterwards)
  }

  /**
   * Starts the next life of `id` with its options and address, unless others are given. It
   * finds on its disk all that was written, unless told what became of that.
   */
  restart(id: string, given: MemberOptions & Beginning = {}): void {
    const { disk, wallAheadMs, ...options } = given
    const { options: before, process } = this.population.seat(id)
    process.stop('refuses')
    this.population.start(id, { ...before, ...options }, { disk, wallAheadMs })
  }

  /** Every job of its disk fails from now on, or works again. */
  failDisk(id: string, doFail: 'fail' | 'work'): void {
    this.population.seat(id).disk?.fail(doFail)
  }

  pause(id: string): void {
    this.population.seat(id).process.pause()
  }

  resume(id: string): void {
    this.population.seat(id).process.resume()
  }

  /** Nothing it sends gets out and nothing sent to it gets in, until `unstall`; timers run. */
  stall(id: string): void {
    this.population.seat(id).process.stall()
  }

  unstall(id: string): void {
    this.population.seat(id).process.unstall()
  }

  /** Every input costs the member this much time; 0 is normal. */
  slow(id: string, costMs: Millis): void {
    this.population.seat(id).process.slowDown(costMs)
  }

  /** Moves wall clocks `aheadMs` from true; monotonic clocks run on. */
  jumpWall(ids: readonly string[], aheadMs: Millis): void {
    for (const id of ids) this.population.jumpWall(this.population.seat(id).process, aheadMs)
  }

  /** Its monotonic clock runs `rate` milliseconds in one; 1 is true. */
  drift(id: string, rate: number): void {
    this.population.seat(id).process.drift(rate)
  }

  /** Its monotonic clock jumps ahead, as after the restore of a virtual machine. */
  leap(id: string, aheadMs: Millis): void {
    this.population.seat(id).process.leap(aheadMs)
  }

  // ---- the network ------------------------------------------------------------------

  /** Splits the network: members of different groups cannot reach each other. */
  partition(...groups: readonly (readonly string[])[]): void {
    this.network.partition(groups.map((ids) => ids.map((id) => this.#key(id))))
  }

  /** Cuts the links between `id` and `others`, both ways. */
  cut(id: string, others: readonly string[]): void {
    this.cutOneWay([id], others)
    this.cutOneWay(others, [id])
  }

  /** Cuts what `senders` send to `receivers`; the other way stays open. */
  cutOneWay(senders: readonly string[], receivers: readonly string[]): void {
    for (const from of senders) {
      for (const to of receivers) this.network.cut(this.#key(from), this.#key(to))
    }
  }

  /** Drops a carrier everywhere, or to and from `ids`. */
  block(carrier: Carrier, ids?: readonly string[]): void {
    this.network.block(
      carrier,
      ids?.map((id) => this.#key(id)),
    )
  }

  /** Nobody gets a connection to `ids`, who may dial others: behind a NAT or a firewall. */
  hide(ids: readonly string[]): void {
    this.network.hide(ids.map((id) => this.#key(id)))
  }

  /** Holds all that comes from, or goes to, `id`, until `unclog` lets it out at once. */
  clog(direction: 'from' | 'to', id: string): void {
    this.network.clog(direction, this.#key(id))
  }

  unclog(): void {
    this.network.unclog()
  }

  /** Loses this share of datagrams, and of segments where `streams` is given. */
  lose(datagrams: number, streams = 0): void {
    this.network.change({ loss: datagrams, streamLoss: streams })
  }

  /** Changes any condition of some links, or of all. */
  disturb(changes: Partial<Conditions>, between: Between = {}): void {
    this.network.change(changes, {
      ...(between.from === undefined ? {} : { from: this.#key(between.from) }),
      ...(between.to === undefined ? {} : { to: this.#key(between.to) }),
    })
  }

  /** Ends every fault of the network. */
  heal(): void {
    this.network.heal('links too')
  }

  /** Where a member is reached. */
  address(id: string): Address {
    return this.population.seat(id).config.advertise
  }

  /** Somebody who is no member: raw bytes in and out at an address of its own. */
  stranger(address: Address = this.population.freshAddress()): Stranger {
    return new Stranger(this.network, address)
  }

  /** Hands a forged datagram to a member at once, from an address nobody has. */
  inject(id: string, bytes: Uint8Array): void {
    const from = ipv4(192, 0, 2, 1, 7946)
    this.network.deliver({ from, to: this.address(id), bytes })
  }

  // ---- commands ---------------------------------------------------------------------

  /** Joins the present addresses of other members. */
  join(id: string, ...others: readonly string[]): Pending {
    const targets = others.map((other) => this.population.target(other))
    return this.command(id, { kind: 'join', targets })
  }

  /** Hands over configured seeds: joined now, retried for ever. */
  seeds(id: string, ...others: readonly string[]): void {
    this.population.seeds(id, others)
  }

  /** Says goodbye; the process goes on until it is crashed. */
  leave(id: string, timeoutMs: Millis = 5000): Pending {
    return this.command(id, { kind: 'leave', timeoutMs })
  }

  setTags(id: string, tags: Readonly<Record<string, string>>): Pending {
    return this.command(id, { kind: 'set-tags', tags: new Map(Object.entries(tags)) })
  }

  /** A user event to all, without payload unless given. */
  broadcast(id: string, name: string, payload = new Uint8Array()): Pending {
    return this.command(id, { kind: 'broadcast', name, payload, coalesce: false })
  }

  /** Sets a key of the member's own; text goes as Latin-1. */
  set(id: string, key: string, value: string | Uint8Array, ttlMs?: Millis): Pending {
    const bytes =
      typeof value === 'string' ? Uint8Array.from(value, (one) => one.charCodeAt(0)) : value
    return this.command(id, { kind: 'state-set', key, value: bytes, ttlMs })
  }

  /** Carries out an operation on a key of a shared map. */
  put(id: string, map: string, key: string, op: SlotOp): Pending {
    return this.command(id, { kind: 'state-put', map, key, op })
  }

  /** Sets a key of the shared map `map`; text goes as Latin-1. */
  share(id: string, map: string, key: string, text: string): Pending {
    const value = Uint8Array.from(text, (one) => one.charCodeAt(0))
    return this.put(id, map, key, { lattice: 'register', kind: 'set', value })
  }

  /** Deletes a key of the shared map `map`. */
  unshare(id: string, map: string, key: string): Pending {
    return this.put(id, map, key, { lattice: 'register', kind: 'delete' })
  }

  /** Deletes a key of the member's own. */
  unset(id: string, key: string): Pending {
    return this.command(id, { kind: 'state-delete', key })
  }

  remove(id: string, name: string): Pending {
    return this.command(id, { kind: 'remove', name })
  }

  command(id: string, command: Command): Pending {
    return this.population.command(id, command)
  }

  // ---- time -------------------------------------------------------------------------

  run(ms: Millis): void {
    this.agenda.runUntil(this.nowMs + ms)
  }

  /** Runs until `isSo`, looking ten times a second; the time it took, or undefined. */
  runUntil(isSo: () => boolean, maxMs: Millis): Millis | undefined {
    const startMs = this.nowMs
    while (!isSo()) {
      if (this.nowMs - startMs >= maxMs) return undefined
      this.run(LOOK_EVERY_MS)
    }
    return this.nowMs - startMs
  }

  /** Runs until all running members agree that they, and only they, are alive. */
  settle(maxMs: Millis = 120_000): Millis {
    const tookMs = this.runUntil(() => this.#unsettled() === undefined, maxMs)
    if (tookMs === undefined) throw new Disbelief(`after ${maxMs} ms ${this.#unsettled()}`)
    return tookMs
  }

  // ---- beliefs ----------------------------------------------------------------------

  /** What a member holds: status by name. */
  view(id: string): Readonly<Record<string, Status>> {
    const rows = this.population.seat(id).process.machine.memberViews()
    return Object.fromEntries(rows.map(({ name, status }) => [name, status]))
  }

  /** Throws unless each of `among` (default: the living) holds exactly `belief`. */
  expectAgreement(belief: Belief, among: readonly string[] = this.living()): void {
    const problem = disagreement(
      among.map((id) => this.population.seat(id).process),
      belief,
    )
    if (problem !== undefined) throw new Disbelief(problem)
  }

  /** The transitions that match, one line of text each. */
  transitions(wanted: Wanted): readonly string[] {
    return this.journal.select(wanted).map(transitionText)
  }

  /** Whether every living member holds exactly `belief`. */
  believe(belief: Belief): boolean {
    const processes = this.#livingSeats().map(({ process }) => process)
    return disagreement(processes, belief) === undefined
  }

  /** The incarnation a member holds of itself. */
  incarnation(id: string): number {
    return this.row(id, this.population.seat(id).config.name)?.incarnation ?? 0
  }

  /** The row that `id` holds of the member called `name`. */
  row(id: string, name: string): MemberView | undefined {
    return this.population.seat(id).process.machine.memberView(name)
  }

  /** The tags that `id` holds of the member called `name`. */
  tags(id: string, name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(this.row(id, name)?.tags ?? [])
  }

  /** The case `id` has about the member called `about`: one line an observation. */
  why(id: string, about: string): readonly string[] {
    const { machine } = this.population.seat(id).process
    return machine.evidence(about).map((evidence) => JSON.stringify(evidence))
  }

  /** Every notice of one kind in a member's present life, oldest first. */
  notices<K extends Notice['kind']>(id: string, kind: K): readonly NoticeOf<K>[] {
    const isWanted = (notice: Notice): notice is NoticeOf<K> => notice.kind === kind
    return this.population
      .seat(id)
      .told.map(({ notice }) => notice)
      .filter(isWanted)
  }

  /** Names of the user events a member was told, in order. */
  heard(id: string): readonly string[] {
    return this.notices(id, 'event').map(({ event }) => event.name)
  }

  /** What a member was told of others, in order: `join b`, `failed c`. */
  changes(id: string): readonly string[] {
    return this.notices(id, 'member').map(({ change, member }) => `${change} ${member.name}`)
  }

  /** What `id` holds of the state of the member called `name`: `key=value`, sorted. */
  held(id: string, name: string): readonly string[] {
    const items = this.population.seat(id).process.machine.state.items(name, '')
    return items.map(({ key, value }) => `${key}=${String.fromCharCode(...value)}`).sort()
  }

  /** What `id` reads of the shared map `map`: `key=value`, sorted. */
  shared(id: string, map: string, lattice: LatticeKind = 'register'): readonly string[] {
    const items = this.population.seat(id).process.machine.state.map(lattice, map, '')
    return items.map(({ key, value }) => `${key}=${slotText(value)}`).sort()
  }

  /** How much replicated state a member holds, and how it fares. */
  stats(id: string): StateStats {
    return this.population.seat(id).process.machine.state.stats()
  }

  /** Ids whose process runs and has not left. */
  living(): readonly string[] {
    return this.#livingSeats().map(({ id }) => id)
  }

  /** A counter of a member's core; 0 if it has none of that name. */
  counter(id: string, name: string): number {
    return this.population.seat(id).process.machine.counters()[name] ?? 0
  }

  #livingSeats(): readonly Seat[] {
    return this.population.seats.filter(({ process, hasLeft }) => process.isRunning && !hasLeft)
  }

  #unsettled(): string | undefined {
    const seats = this.#livingSeats()
    return disagreement(
      seats.map(({ process }) => process),
      { alive: seats.map(({ config }) => config.name), suspect: [] },
    )
  }

  #key(id: string): AddressKey {
    return this.address(id).key
  }

  #planSample(): void {
    this.agenda.at(this.nowMs + SAMPLE_EVERY_MS, () => {
      this.population.sample()
      this.#planSample()
    })
  }
}

/** A shared value as text: bytes as Latin-1, several apart by bars, nothing where the key says all. */
function slotText(value: SlotValue): string {
  if ('values' in value) return value.values.map((one) => String.fromCharCode(...one)).join('|')
  if (!('value' in value)) return ''
  return typeof value.value === 'number' ? `${value.value}` : String.fromCharCode(...value.value)
}

/** Members do not believe what is true. */
export class Disbelief extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Disbelief'
  }
}
