// The world of a proof: a few production cores, one clock, and everything under way in a bag.
// Nothing moves by itself. A schedule picks what comes next, in any order, so that a run of a
// few hundred picks visits orders of events that a network with delays would hardly bring.

import {
  type Address,
  type AddressKey,
  type Command,
  type Durability,
  type Effect,
  type Input,
  ipv4,
  type MemberView,
  type Notice,
  type Outcome,
  type Random,
} from '../../core/index.ts'
import { encodeMessage, type Message } from '../../core/wire/index.ts'
import { Disk } from './disk.ts'
import { type Handover, type Pipe, Pipes } from './pipes.ts'
import { makeResident, type Resident } from './resident.ts'

export interface Packet {
  readonly from: Address
  readonly to: Address
  readonly bytes: Uint8Array
}

/** Who hears what each resident tells its host, and looks at it after each step. */
export interface Witness {
  started(resident: Resident): void
  told(resident: Resident, notice: Notice): void
  stepped(resident: Resident, input: Input): void
  /** All that it is to keep is on its disk. */
  saved(resident: Resident): void
  /** It has started with what was there. */
  revived(resident: Resident): void
}

const START_MS = 1_000_000
const WALL_START_MS = 1_700_000_000_000
const RESTART_MS = 500
/** Beyond this many, packets get lost. */
const UNDER_WAY_MAX = 300
const REMEMBERED_MAX = 300

export class World {
  nowMs = START_MS
  /** A life has ended, and with it what it had told nobody. */
  hasLost = false
  readonly residents: Resident[] = []
  readonly packets: Packet[] = []
  readonly pipes = new Pipes()
  readonly #random: Random
  readonly #witness: Witness
  /** Some of all that was ever sent. */
  readonly #sent: Packet[] = []
  readonly #groupByAddress = new Map<AddressKey, number>()
  #commands = 0

  constructor(count: number, random: Random, witness: Witness) {
    this.#random = random
    this.#witness = witness
    for (let index = 0; index < count; index++) {
      const name = String.fromCharCode(97 + index)
      const disk = random.chance(0.5) ? new Disk(name, drawDurability(random)) : undefined
      this.residents.push(this.#begin({ name, address: ipv4(10, 0, 0, index + 1, 7946), disk }))
    }
  }

  get living(): readonly Resident[] {
    return this.residents.filter(({ isUp }) => isUp)
  }

  // ---- lives and clocks -----------------------------------------------------------------

  /** Ends a life without a word; what it had sent is still under way. */
  crash(resident: Resident): void {
    resident.isUp = false
    this.hasLost = true
    resident.disk?.crash(this.#random)
    for (const pipe of this.pipes.of(resident)) this.breakOff(pipe)
  }

  /** The next life of somebody who is down, with what its disk has kept. */
  restart(resident: Resident): void {
    // Lives of one name that begin at one moment could not be told apart.
    this.nowMs += RESTART_MS
    const next = this.#begin(resident)
    this.residents[this.residents.indexOf(resident)] = next
    // It joins before it does anything: who knows of nobody cleans up alone.
    for (const other of this.residents) {
      if (other === next) continue
      this.introduce(other, next)
      if (other.isUp) this.introduce(next, other)
    }
  }

  /** Sets a wall clock so far ahead of true time. */
  setWall(resident: Resident, skewMs: number): void {
    resident.skewMs = skewMs
    this.step(resident, { kind: 'wall', offsetMs: offsetOf(resident) })
  }

  /** Lets time pass until a resident's timer is due, and the timer go off. */
  tick(resident: Resident): void {
    const { deadline } = resident.core
    if (deadline === Number.POSITIVE_INFINITY) return
    this.nowMs = Math.max(this.nowMs, deadline)
    this.step(resident, { kind: 'tick' })
  }

  // ---- who knows whom -------------------------------------------------------------------

  /** `observer` holds `subject` alive from now on. */
  introduce(subject: Resident, observer: Resident): void {
    const known = observer.core.memberView(subject.name)
    const own = ownRow(subject)
    if (known?.status === 'alive') return
    const isOld = known !== undefined && known.incarnation >= own.incarnation
    // The accused answers with a higher incarnation, as it would to the rumor.
    if (isOld && subject.isUp) this.#say(observer, subject, deathOf(known, observer))
    const { meta, versions, name } = own
    const incarnation = subject.isUp
      ? ownRow(subject).incarnation
      : Math.max(own.incarnation, (known?.incarnation ?? 0) + 1)
    const { ip, port } = subject.address
    const alive = { incarnation, node: name, addr: ip, port, meta, vsn: versions }
    this.#say(subject, observer, { kind: 'alive', ...alive })
  }

  /** `observer` hears what `subject` last said of itself: an older accusation is then too late. */
  update(subject: Resident, observer: Resident): void {
    const known = observer.core.memberView(subject.name)
    const { incarnation, meta, versions, name } = ownRow(subject)
    if (known === undefined || known.incarnation >= incarnation) return
    const { ip, port } = subject.address
    const alive = { incarnation, node: name, addr: ip, port, meta, vsn: versions }
    this.#say(subject, observer, { kind: 'alive', ...alive })
  }

  /** `observer` holds `subject` dead from now on. */
  bury(subject: Resident, observer: Resident): void {
    const known = observer.core.memberView(subject.name)
    if (known?.status === 'alive') this.#say(subject, observer, deathOf(known, observer))
  }

  #say(from: Resident, to: Resident, message: Message): void {
    this.step(to, { kind: 'packet', from: from.address, bytes: encodeMessage(message) })
  }

  // ---- the network ----------------------------------------------------------------------

  /** Who is in different groups does not reach each other. */
  partition(groupOf: (resident: Resident) => number): void {
    for (const one of this.residents) this.#groupByAddress.set(one.address.key, groupOf(one))
  }

  heal(): void {
    this.#groupByAddress.clear()
  }

  /** Hands over a packet of the bag. */
  deliver(at: number): void {
    const [packet] = this.packets.splice(at, 1)
    if (packet !== undefined) this.#arrive(packet)
  }

  /** A packet of any age arrives, perhaps once more. */
  replay(): void {
    const packet = this.#sent[this.#random.below(this.#sent.length + 1)]
    if (packet !== undefined) this.#arrive(packet)
  }

  #arrive({ from, to, bytes }: Packet): void {
    const receiver = this.#listener(from, to)
    if (receiver !== undefined) this.step(receiver, { kind: 'packet', from, bytes })
  }

  lose(at: number): void {
    this.packets.splice(at, 1)
  }

  /** Moves a pipe on by one piece: the dial, or what waits at one of its ends. */
  advance(pipe: Pipe): void {
    if (pipe.listener === undefined) {
      const listener = this.#listener(pipe.dialler.resident.address, pipe.to)
      return this.#hand(this.pipes.connect(pipe, listener))
    }
    const ends = this.pipes.waiting(pipe)
    const end = ends[this.#random.below(ends.length)]
    if (end !== undefined) this.#hand(this.pipes.deliver(pipe, end))
  }

  breakOff(pipe: Pipe): void {
    this.#hand(this.pipes.breakOff(pipe, 'reset'))
  }

  #hand(handovers: readonly Handover[]): void {
    for (const { resident, input } of handovers) if (resident.isUp) this.step(resident, input)
  }

  #listener(from: Address, to: Address): Resident | undefined {
    const groups = this.#groupByAddress
    if ((groups.get(from.key) ?? 0) !== (groups.get(to.key) ?? 0)) return undefined
    return this.residents.find(({ isUp, address }) => isUp && address.equals(to))
  }

  // ---- steps ----------------------------------------------------------------------------

  /** Gives a command; answers its outcome if it came at once. */
  command(resident: Resident, command: Command): Outcome | undefined {
    const id = ++this.#commands
    const effects = this.step(resident, { kind: 'command', id, command })
    for (const effect of effects) {
      if (effect.kind !== 'notify') continue
      const { notice } = effect
      if (notice.kind === 'done' && notice.id === id) return notice.outcome
    }
    return undefined
  }

  step(resident: Resident, input: Input): readonly Effect[] {
    this.#write(resident)
    const effects = [...resident.core.step(this.nowMs, input)]
    for (const effect of effects) this.#carryOut(resident, effect)
    this.#witness.stepped(resident, input)
    return effects
  }

  /** What was to be kept by now is on the disk. */
  #write(resident: Resident): void {
    const { disk } = resident
    if (disk === undefined || disk.dueMs > this.nowMs) return
    const lives = disk.write(this.nowMs, this.nowMs + offsetOf(resident))
    this.#witness.saved(resident)
    for (const generation of lives) this.command(resident, { kind: 'life', generation })
  }

  #begin(former: Pick<Resident, 'name' | 'address' | 'disk'>): Resident {
    const resident = makeResident(former, this.#random.bits())
    this.#witness.started(resident)
    const kept = resident.disk?.begin(this.nowMs + offsetOf(resident))
    this.setWall(resident, 0)
    if (kept !== undefined) this.command(resident, { kind: 'restore', kept })
    this.command(resident, { kind: 'start' })
    this.#witness.revived(resident)
    return resident
  }

  #send(packet: Packet): void {
    this.packets.push(packet)
    if (this.packets.length > UNDER_WAY_MAX) this.lose(this.#random.below(UNDER_WAY_MAX))
    if (this.#sent.length < REMEMBERED_MAX) this.#sent.push(packet)
    else this.#sent[this.#random.below(REMEMBERED_MAX)] = packet
  }

  #carryOut(resident: Resident, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        return this.#send({ from: resident.address, to: effect.to, bytes: effect.bytes })
      case 'open':
        return this.pipes.dial(resident, effect.stream, effect.to)
      case 'write':
        return this.pipes.write(resident, effect.stream, effect.bytes)
      case 'close':
        return this.pipes.close(resident, effect.stream)
      case 'keep':
        return resident.disk?.keep(effect.records, this.nowMs)
      case 'notify':
        this.#witness.told(resident, effect.notice)
    }
  }
}

/** From a resident's clock to its wall clock. */
function offsetOf({ skewMs }: Resident): number {
  return WALL_START_MS - START_MS + skewMs
}

function drawDurability(random: Random): Durability {
  return random.chance(0.2) ? 'none' : 'fsync'
}

/** What a resident says of itself. */
function ownRow({ core, name }: Resident): MemberView {
  const row = core.memberView(name)
  if (row === undefined) throw new Error(`${name} has a row of itself once it has started`)
  return row
}

function deathOf({ incarnation, name }: MemberView, from: Resident): Message {
  return { kind: 'dead', incarnation, node: name, from: from.name }
}
