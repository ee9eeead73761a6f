// I11: what a majority holds, another majority finds. A write that so many members were said to
// hold, and a catching up with so many that the two cannot be strangers to each other, have one
// member in common: then the write is here. Counted by names: all that ever ran and did not say
// goodbye. Judged only while nobody begins or is removed, since a life that begins anew has
// forgotten what the one before it held, and an heir takes the place of whom all then forget. And
// what calls itself a majority must be one.

import { type Acks, type CommandId, type Notice, type Outcome, slotKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { type Held, type Holding, Holdings, isAtLeast, placeOf } from './holdings.ts'
import { PerObserver } from './per-observer.ts'

interface Waiting {
  readonly kind: 'write' | 'fetch'
  /** The key that is written, in its stream. */
  readonly key: string
  readonly isMajority: boolean
  /** Others that were known at the fewest, since it was given. */
  knownMin: number
  /** How many writes had been acknowledged by then. */
  readonly promises: number
  /** How often a name had become another process by then. */
  readonly epoch: number
  /** Who said something of the key by then: one of them did for what had nothing to do. */
  readonly said: readonly Held[]
  /** Where the write came to stand. */
  wrote: Held | undefined
}

interface Notes {
  name: string
  /** Others who share state, and may come back. */
  readonly known: Set<string>
  readonly waitingById: Map<CommandId, Waiting>
  /** By shared slot: which streams say something of it, up to the version that did. */
  readonly sayingBySlot: Map<string, Map<string, Held>>
}

interface Promise {
  /** Whoever keeps it holds one of these. */
  readonly anyOf: readonly Held[]
  readonly acked: number
}

type Command = Extract<Observation, { kind: 'command' }>['command']

export class MajoritiesMeet implements Checker {
  readonly id = 'I11'
  readonly statement = 'what a majority holds, a majority finds'
  readonly #holdings = new Holdings()
  readonly #notes = new PerObserver<Notes>(() => ({
    name: '',
    known: new Set(),
    waitingById: new Map(),
    sayingBySlot: new Map(),
  }))
  /** Names that ever ran and announced hearsay, and those of them that run now, by observer. */
  readonly #names = new Set<string>()
  readonly #nameByObserver = new Map<string, string>()
  readonly #leaving = new Set<string>()
  /** Writes that were acknowledged in this epoch, the oldest first. */
  #promises: Promise[] = []
  #epoch = 0

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    const holding = this.#holdings.observe(observation)
    const { observer, kind } = observation
    if (kind === 'started') {
      notes.name = observation.config.name
      if (observation.config.meta === undefined) this.#begin(observer, notes.name)
    }
    if (kind === 'stopped') this.#end(observer)
    if (kind === 'command') this.#noteCommand(notes, observation)
    if (kind !== 'notice') return undefined
    const { notice } = observation
    follow(notes, notice)
    return notice.kind === 'done' ? this.#judge(notes, holding, notice) : undefined
  }

  #begin(observer: string, name: string): void {
    this.#beginEpoch()
    this.#names.add(name)
    this.#nameByObserver.set(observer, name)
  }

  #end(observer: string): void {
    const name = this.#nameByObserver.get(observer)
    this.#nameByObserver.delete(observer)
    // Who said goodbye counts no more; who crashed may come back.
    if (name === undefined || !this.#leaving.delete(observer)) return
    this.#names.delete(name)
    this.#beginEpoch()
  }

  #beginEpoch(): void {
    this.#epoch++
    this.#promises = []
  }

  #noteCommand(
    { known, waitingById, sayingBySlot }: Notes,
    { id, command, observer }: Extract<Observation, { kind: 'command' }>,
  ): void {
    if (command.kind === 'leave') this.#leaving.add(observer)
    // Whom an operator removes counts for fewer than all from now on.
    if (command.kind === 'remove') this.#beginEpoch()
    const what = waitOf(command)
    if (what === undefined) return
    const [promises, epoch] = [this.#promises.length, this.#epoch]
    const said =
      command.kind === 'state-put' ? [...(sayingBySlot.get(what.key)?.values() ?? [])] : []
    waitingById.set(id, { ...what, knownMin: known.size, promises, epoch, said, wrote: undefined })
  }

  #judge(
    { name, known, waitingById }: Notes,
    holding: Holding,
    { id, outcome }: Extract<Notice, { kind: 'done' }>,
  ): string | undefined {
    const waiting = waitingById.get(id)
    waitingById.delete(id)
    const held = waiting && countOf(outcome)
    if (waiting === undefined || held === undefined) return undefined
    const { isMajority, knownMin, said, wrote, epoch } = waiting
    const members = 1 + Math.min(knownMin, known.size)
    if (isMajority && 2 * held.needed <= members) {
      return `${name} calls ${held.needed} of ${members} a majority`
    }
    if (epoch !== this.#epoch || this.#hasDouble()) return undefined
    if (waiting.kind === 'fetch') return this.#missed(waiting, holding, held.count)
    const anyOf = wrote === undefined ? said : [wrote]
    if (anyOf.length > 0) this.#promises.push({ anyOf, acked: held.count })
    return undefined
  }

  /** What was acknowledged before somebody began to catch up, and is not here. */
  #missed({ promises }: Waiting, { name, byPlace, closed }: Holding, count: number) {
    const isHere = (held: Held): boolean => {
      const place = placeOf(held)
      return closed.has(place) || isAtLeast(byPlace.get(place), held)
    }
    for (const { anyOf, acked } of this.#promises.slice(0, promises)) {
      if (acked + count <= this.#names.size || anyOf.some(isHere)) continue
      const what = anyOf.map((held) => `version ${held.base} of ${placeOf(held)}`).join(' or ')
      const text = `${what} is held by ${acked} of ${this.#names.size}`
      return `${text}, and ${name} has caught up with ${count}, itself included, and lacks it`
    }
    return undefined
  }

  /** Two processes of one name run, and either may have given its word. */
  #hasDouble(): boolean {
    return new Set(this.#nameByObserver.values()).size < this.#nameByObserver.size
  }
}

function waitOf(command: Command): Pick<Waiting, 'kind' | 'key' | 'isMajority'> | undefined {
  switch (command.kind) {
    case 'state-sync':
      return { kind: 'fetch', key: '', isMajority: command.peers === 'majority' }
    case 'state-set':
      return writeOf(command.key, command.acks)
    case 'state-put':
      return writeOf(slotKey({ ...command, lattice: command.op.lattice }), command.acks)
    default:
      return undefined
  }
}

function writeOf(key: string, acks: Acks | undefined) {
  if (acks === undefined) return undefined
  return { kind: 'write', key, isMajority: acks.needed === 'majority' } as const
}

/** Members that hold it, or that were caught up with, ourselves included. */
function countOf(
  outcome: Outcome,
): { readonly count: number; readonly needed: number } | undefined {
  if (outcome.kind === 'acknowledged') return { count: outcome.acked, needed: outcome.needed }
  if (outcome.kind !== 'synced') return undefined
  return { count: outcome.synced + 1, needed: outcome.needed + 1 }
}

function follow(notes: Notes, notice: Notice): void {
  const { name, known, waitingById } = notes
  if (notice.kind === 'member') {
    const { member, change } = notice
    const counts = member.hearsay && change !== 'leave' && change !== 'forget'
    if (counts && member.name !== name) known.add(member.name)
    else known.delete(member.name)
    for (const one of waitingById.values()) one.knownMin = Math.min(one.knownMin, known.size)
  }
  if (notice.kind === 'slots') followSlots(notes, notice)
  const isOwn = notice.kind === 'state' || notice.kind === 'slots'
  if (!isOwn || notice.node !== name) return
  const channel = notice.kind === 'slots' ? 1 : 0
  for (const { key, version } of notice.changes) {
    for (const one of waitingById.values()) {
      if (one.kind !== 'write' || one.key !== key) continue
      one.wrote ??= { node: name, generation: notice.generation, channel, base: version }
    }
  }
}

function followSlots(
  { sayingBySlot }: Notes,
  { node, generation, changes }: Extract<Notice, { kind: 'slots' }>,
): void {
  for (const { kind, key, version } of changes) {
    const saying = sayingBySlot.get(key) ?? new Map<string, Held>()
    sayingBySlot.set(key, saying)
    const held = { node, generation, channel: 1, base: version }
    if (kind === 'set') saying.set(placeOf(held), held)
    else saying.delete(placeOf(held))
  }
}
