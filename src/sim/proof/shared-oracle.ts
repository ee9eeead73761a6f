// The plain oracle of shared maps. It has the log of every life's stream. Who says that it holds
// such a stream up to some version must hold what replaying the log gives; what a reader reads of a
// key must be what the join of all it ever held of it reads, and what the operations come to that it
// has; and in the end nothing may be missing that anybody held who is still there (I3 to I7).

import { type Input, type LatticeKind, type Notice, slotKey } from '../../core/index.ts'
import { isSlot, joinOf, NOTHING, placeOf, readOf, textOf } from '../slot-text.ts'
import { Excuses } from './excuses.ts'
import { FlawFound } from './flaw.ts'
import { compareWithLog, type Write } from './log.ts'
import { Operations, type OwnWrite } from './operations.ts'
import type { Resident } from './resident.ts'
import { SharedLog, streamOf } from './shared-log.ts'
import { Told } from './told.ts'

type Slots = Extract<Notice, { kind: 'slots' }>
type Replica = Extract<Notice, { kind: 'replica' }>

/** Kinds that nobody can take anything away from. */
const GROWING: readonly LatticeKind[] = ['flag', 'max', 'min', 'counter']

export class SharedOracle {
  readonly log = new SharedLog()
  /** By name: who lives it, or did last. */
  readonly #presentByName = new Map<string, Resident>()
  readonly #excuses = new Excuses(this.log, this.#presentByName)
  readonly #toldByResident = new Map<Resident, Told>()
  /** Streams that somebody has been told are over. */
  readonly #closed = new Set<string>()
  /** The life of its own that a resident has heard is over in this step. */
  #overUpTo: number | undefined
  readonly #operations = new Operations()
  readonly #touchedSlots = new Set<string>()
  readonly #touchedStreams = new Set<string>()

  started(resident: Resident): void {
    this.#toldByResident.set(resident, new Told())
    this.#excuses.started(resident)
    this.#operations.started(resident)
    this.#presentByName.set(resident.name, resident)
  }

  told(resident: Resident, notice: Notice): void {
    if (notice.kind === 'slots') this.#note(resident, notice)
    else if (notice.kind === 'replica' && notice.channel === 1) this.#hold(resident, notice)
    else if (notice.kind === 'dropped') {
      this.#drop(resident, streamOf(notice.node, notice.generation))
    } else if (notice.kind === 'shared') {
      for (const place of notice.changes) this.#touchedSlots.add(slotKey(place))
    } else if (notice.kind === 'evicted') {
      // Others have taken over what was in it: nobody need hold it any more.
      this.#closed.add(streamOf(notice.node, notice.generation))
      if (notice.node === resident.name) this.#hearEnd(notice.generation)
      else this.#excuses.evicted(notice.node, notice.generation)
    } else if (notice.kind === 'done') this.#operations.told(notice)
    else if (notice.kind === 'resync') this.#hearEnd(Number.POSITIVE_INFINITY)
    else if (notice.kind === 'member') {
      const { streams } = this.toldOf(resident)
      this.#excuses.met(resident, notice, (stream) => streams.has(stream))
    }
  }

  #drop(resident: Resident, stream: string): void {
    this.toldOf(resident).drop(stream)
    this.#touchedStreams.delete(stream)
  }

  #hearEnd(generation: number): void {
    this.#overUpTo = Math.max(this.#overUpTo ?? 0, generation)
  }

  /** It was evicted, or has adopted an earlier life, and goes on with what it still holds. */
  #beginAnew(resident: Resident, overUpTo: number): void {
    this.#overUpTo = undefined
    this.#excuses.heard(resident.name, overUpTo)
    this.toldOf(resident).beginAnew()
  }

  /** All that a resident wanted kept is on its disk. */
  saved(resident: Resident): void {
    this.#operations.saved(resident)
  }

  /** Judges what a resident holds and reads of what has moved in this step. */
  stepped(resident: Resident, input: Input): void {
    if (this.#overUpTo !== undefined) this.#beginAnew(resident, this.#overUpTo)
    const done = this.#operations.stepped(resident, input, this.toldOf(resident).holding)
    if (done !== undefined && this.#isAnew(done)) this.#excuses.wroteAnew(done)
    for (const stream of this.#touchedStreams) this.#judgeStream(resident, stream)
    for (const slot of this.#touchedSlots) this.#judgeSlot(resident, slot)
    this.#touchedStreams.clear()
    this.#touchedSlots.clear()
  }

  #note(resident: Resident, { node, generation, changes }: Slots): void {
    const told = this.toldOf(resident)
    const stream = streamOf(node, generation)
    const isNew = told.base(stream) === 0
    const isOwn =
      node === resident.name && resident.core.state.stats().shared?.generation === generation
    if (isOwn) {
      told.written.add(stream)
      this.#excuses.carried(node, changes)
    }
    for (const { kind, key, version, value } of changes) {
      const write = { version, value: kind === 'set' ? value : undefined }
      told.note(stream, key, write)
      if (isOwn) this.log.write(stream, key, write)
      if (!isSlot(key)) continue
      if (isOwn && kind === 'set') {
        this.#operations.wrote({ slot: key, writer: node, stream, version, value })
      }
      this.#touchedSlots.add(key)
      if (this.#closed.has(stream) || (isNew && this.#isOutdated(stream, key, version))) {
        this.#excuses.tookOutdated(resident, key)
      }
      told.join(key, write.value ?? this.#withdrawn(stream, key, version))
    }
  }

  /** Whether later writes of a register were held, but nobody holds a later deletion any more. */
  #isAnew({ slot, value }: OwnWrite): boolean {
    if (placeOf(slot).lattice !== 'register') return false
    const reads = readOf(slot, value)
    const beats = (others: readonly (Uint8Array | undefined)[]) =>
      readOf(slot, joinOf(slot, [value, ...others])) === reads
    const all = [...this.#presentByName.values()].map((one) => this.toldOf(one))
    if (beats(all.map(({ everBySlot }) => everBySlot.get(slot)))) return false
    const held = all.flatMap((told) => told.valuesOf(slot))
    return beats(held.filter((one) => readOf(slot, one) === NOTHING))
  }

  /** Whether a newcomer only lacks a whole stream that another holds, with what it misses. */
  #isComing(resident: Resident, slot: string): boolean {
    const { bases, everBySlot } = this.toldOf(resident)
    const lacking = [...this.#presentByName.values()].flatMap((other) =>
      [...this.toldOf(other).streams]
        .filter(([stream]) => other.isUp && !bases.has(stream))
        .map(([, slots]) => slots.get(slot)?.value),
    )
    const all = joinOf(slot, [joinedAt(resident, slot), ...lacking])
    return readOf(slot, joinOf(slot, [all, everBySlot.get(slot)])) === readOf(slot, all)
  }

  /** Whether a slot was withdrawn after that version: an old copy still shows it to a newcomer. */
  #isOutdated(stream: string, key: string, taken: number): boolean {
    const isEnd = ({ version, value }: Write) => version > taken && value === undefined
    return this.log.at(stream, key).some(isEnd)
  }

  /** What a slot said when it was withdrawn: all know that, whether they have held it or not. */
  #withdrawn(stream: string, key: string, atVersion: number): Uint8Array | undefined {
    const isBefore = ({ version, value }: Write) => version < atVersion && value !== undefined
    return this.log.at(stream, key).findLast(isBefore)?.value
  }

  #hold(resident: Resident, { node, generation, base, gcFloor }: Replica): void {
    const told = this.toldOf(resident)
    const stream = streamOf(node, generation)
    const before = told.base(stream)
    told.hold(stream, base)
    this.#touchedStreams.add(stream)
    if (base >= before && gcFloor <= base) return
    const what = `${resident.name} of ${stream}: ${before} was held, now ${base} (${gcFloor})`
    throw new FlawFound('regression', what)
  }

  #judgeStream(resident: Resident, stream: string): void {
    const told = this.toldOf(resident)
    const base = told.base(stream)
    const held = told.streams.get(stream)
    for (const [key, writes] of this.log.of(stream)) {
      const item = held?.get(key)
      const shown =
        item?.value === undefined ? undefined : { version: item.version, value: item.value }
      const what = `${resident.name} of ${stream}, ${textOf(key)} at ${base}`
      compareWithLog(what, { item: shown, writes, base, mayEnd: false })
    }
  }

  /** What is read is what the join of all that was ever here reads: nothing is lost on the way. */
  #judgeSlot(resident: Resident, slot: string): void {
    const { everBySlot, holding } = this.toldOf(resident)
    const joined = joinedAt(resident, slot)
    const [ever, now] = [readOf(slot, everBySlot.get(slot)), readOf(slot, joined)]
    const told = this.#operations.read(slot, holding)
    if (told !== undefined && told !== now) {
      const what = `${resident.name}, ${textOf(slot)}: reads ${now}, by the operations ${told}`
      throw new FlawFound('divergence', what)
    }
    if (ever === now) return
    if (this.#excuses.has(resident, slot, joined)) {
      if (joined === undefined) everBySlot.delete(slot)
      else everBySlot.set(slot, joined)
      return
    }
    if (this.#isComing(resident, slot)) return
    const what = `${resident.name}, ${textOf(slot)}: reads ${now}, not ${ever}`
    throw new FlawFound(ever === NOTHING ? 'resurrection' : 'regression', what)
  }

  /** All read the same; from now on nobody is excused for anything. */
  settled(): void {
    this.#excuses.settled()
  }

  // ---- in the end -----------------------------------------------------------------------

  /** By slot: the join of all that somebody who is up holds for certain. */
  kept(living: readonly Resident[]): ReadonlyMap<string, Uint8Array> {
    const kept = new Map<string, Uint8Array>()
    for (const [stream, log] of this.log.streams) {
      const bases = living.map((one) => this.toldOf(one).base(stream))
      const base = Math.max(0, ...bases)
      // What was taken over counts where it is now; the rest its author has kept, and tells again.
      const from = this.#closed.has(stream) ? this.log.adoptedUpTo(stream) : 0
      for (const [slot, writes] of log) {
        if (!isSlot(slot)) continue
        const last = writes.findLast(({ version }) => version > from && version <= base)
        // A slot that was withdrawn above a gap has gone as well.
        const isGone = living.some((one) => this.toldOf(one).isGone(stream, slot, last?.version))
        if (isGone) continue
        const joined = joinOf(slot, [kept.get(slot), last?.value])
        if (joined !== undefined) kept.set(slot, joined)
      }
    }
    for (const one of living) this.#keepGrown(one, kept)
    return kept
  }

  /** What only ever grows is not lost while its writer is up, whatever became of its streams. */
  #keepGrown(resident: Resident, kept: Map<string, Uint8Array>): void {
    for (const stream of this.toldOf(resident).written) {
      for (const [slot, writes] of this.log.of(stream)) {
        if (!isSlot(slot) || !GROWING.some((lattice) => lattice === placeOf(slot).lattice)) continue
        const joined = joinOf(slot, [kept.get(slot), ...writes.map(({ value }) => value)])
        if (joined !== undefined) kept.set(slot, joined)
      }
    }
  }

  /** Why those who are up read different things, or less than was kept; undefined if all is well. */
  difference(
    living: readonly Resident[],
    kept: ReadonlyMap<string, Uint8Array>,
  ): FlawFound | undefined {
    for (const slot of this.log.slots) {
      const [first, ...others] = living.map((one) => ({ one, read: joinedAt(one, slot) }))
      if (first === undefined) return undefined
      const reads = readOf(slot, first.read)
      const other = others.find(({ read }) => readOf(slot, read) !== reads)
      if (other !== undefined) {
        const theirs = `${other.one.name} ${readOf(slot, other.read)}`
        const what = `${textOf(slot)}: ${first.one.name} reads ${reads}, ${theirs}`
        return new FlawFound('divergence', what)
      }
      // A deletion that is held above a gap is not among what was kept, but counts.
      const ever = this.toldOf(first.one).everBySlot.get(slot)
      const least = joinOf(slot, [kept.get(slot), ever])
      if (readOf(slot, least) !== reads) {
        const what = `${textOf(slot)}: all read ${reads}, but ${readOf(slot, least)} was held`
        return new FlawFound('lost', what)
      }
    }
    return this.#operations.miscounted(this.log)
  }

  /** What a resident was told of; it must have started. */
  toldOf(resident: Resident): Told {
    const told = this.#toldByResident.get(resident)
    if (told === undefined) throw new Error(`${resident.name} has started`)
    return told
  }
}

/** What a resident reads of a key, joined; undefined if nothing. */
function joinedAt({ core }: Resident, slot: string): Uint8Array | undefined {
  const { lattice, map, key } = placeOf(slot)
  return core.state.slot(lattice, map, key)?.joined
}
