// I4 for disks: what a member was told is on its disk is there in its next life, whatever the
// power took, as long as the disk is the same one. In the end it shows each key of its own as
// the last write of which its disk had told, or a later one, left it; and what it added to
// shared maps it holds again, or others have taken it over.

import { type CommandId, equalBytes, type KeyChange, slotKey } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { type Held, type Holding, Holdings, isAtLeast, placeOf } from './holdings.ts'
import { PerObserver } from './per-observer.ts'

/** A write to a key of its own; without a value it deletes it. */
interface Write {
  readonly key: string
  readonly value: Uint8Array | undefined
  /** It ends by itself. */
  readonly isMortal: boolean
  isOnDisk: boolean
}

/** What one member, in all its lives, has written to one disk, in the order of its core. */
interface Book {
  readonly writesByKey: Map<string, Write[]>
  /** Of its shared streams: how far its disk has told of them. */
  readonly sharedByPlace: Map<string, Held>
}

interface Notes {
  book: Book
  name: string
  readonly writeById: Map<CommandId, Write>
  readonly slotById: Map<CommandId, { readonly slot: string; held: Held | undefined }>
  /** Its own keys, as it shows them. */
  readonly shownByKey: Map<string, KeyChange>
}

type Command = Extract<Observation, { kind: 'command' }>

export class DisksKeepWord implements Checker {
  readonly id = 'I4'
  readonly statement = 'what a disk has told of is there in the next life'
  readonly #holdings = new Holdings()
  readonly #bookBySeat = new Map<string, Book>()
  /** Shared streams that are over: others have taken over what was in them. */
  readonly #closed = new Set<string>()
  readonly #notes = new PerObserver<Notes>(() => ({
    book: emptyBook(),
    name: '',
    writeById: new Map(),
    slotById: new Map(),
    shownByKey: new Map(),
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    const holding = this.#holdings.observe(observation)
    if (observation.kind === 'started') {
      notes.name = observation.config.name
      notes.book = this.#bookOf(observation.observer, observation.disk === 'wiped')
    }
    if (observation.kind === 'command') noteCommand(notes, observation)
    if (observation.kind === 'notice') follow(notes, observation)
    if (observation.kind === 'notice' && observation.notice.kind === 'evicted') {
      this.#closed.add(placeOf({ ...observation.notice, channel: 1 }))
    }
    if (observation.kind === 'on disk') settle(notes, observation.id)
    if (observation.kind !== 'agreed') return undefined
    return missingKey(notes) ?? this.#missingStream(notes, holding)
  }

  #missingStream({ name, book }: Notes, { byPlace }: Holding): string | undefined {
    for (const [place, wanted] of book.sharedByPlace) {
      if (this.#closed.has(place) || isAtLeast(byPlace.get(place), wanted)) continue
      return `${name} lacks version ${wanted.base} of ${place}, which was on its disk`
    }
    return undefined
  }

  /** A disk belongs to a seat: an observer is one life there, `a`, then `a#2`. */
  #bookOf(observer: string, isNew: boolean): Book {
    const [seat = observer] = observer.split('#')
    const book = (isNew ? undefined : this.#bookBySeat.get(seat)) ?? emptyBook()
    this.#bookBySeat.set(seat, book)
    return book
  }
}

function emptyBook(): Book {
  return { writesByKey: new Map(), sharedByPlace: new Map() }
}

function noteCommand({ writeById, slotById }: Notes, { id, command }: Command): void {
  if (command.kind === 'state-put') {
    const { map, key, op } = command
    slotById.set(id, { slot: slotKey({ lattice: op.lattice, map, key }), held: undefined })
  }
  if (command.kind !== 'state-set' && command.kind !== 'state-delete') return
  const isSet = command.kind === 'state-set'
  writeById.set(id, {
    key: command.key,
    value: isSet ? command.value : undefined,
    isMortal: isSet && command.ttlMs !== undefined,
    isOnDisk: false,
  })
}

function follow(notes: Notes, { notice }: Extract<Observation, { kind: 'notice' }>): void {
  const { name, slotById } = notes
  if (notice.kind === 'state' && notice.node === name) {
    for (const change of notice.changes) noteChange(notes, change)
  }
  if (notice.kind !== 'slots' || notice.node !== name) return
  const { node, generation } = notice
  for (const { key, version } of notice.changes) {
    for (const one of slotById.values()) {
      if (one.slot === key) one.held ??= { node, generation, channel: 1, base: version }
    }
  }
}

/** Commands wait where a process is slow: they count in the order in which they are done. */
function noteChange({ book, writeById, shownByKey }: Notes, change: KeyChange): void {
  shownByKey.set(change.key, change)
  const writes = book.writesByKey.get(change.key) ?? []
  book.writesByKey.set(change.key, writes)
  const write = [...writeById.values()].find((one) => isThat(one, change) && !writes.includes(one))
  if (write !== undefined) writes.push(write)
}

function isThat({ key, value }: Write, change: KeyChange): boolean {
  if (key !== change.key) return false
  return value === undefined
    ? change.kind === 'delete'
    : change.kind === 'set' && equalBytes(value, change.value)
}

/** The disk tells that all of a command is on it. */
function settle({ book, writeById, slotById }: Notes, id: CommandId): void {
  const write = writeById.get(id)
  if (write !== undefined) write.isOnDisk = true
  const held = slotById.get(id)?.held
  writeById.delete(id)
  slotById.delete(id)
  if (held === undefined) return
  const before = book.sharedByPlace.get(placeOf(held))
  if (!isAtLeast(before, held)) book.sharedByPlace.set(placeOf(held), held)
}

function missingKey({ name, book, shownByKey }: Notes): string | undefined {
  for (const [key, writes] of book.writesByKey) {
    const last = writes.findLastIndex(({ isOnDisk }) => isOnDisk)
    const shown = shownByKey.get(key)
    const value = shown?.kind === 'set' ? shown.value : undefined
    if (last < 0 || writes.slice(last).some((write) => mayBe(write, value))) continue
    const what = value === undefined ? 'nothing' : `${value.length} bytes`
    return `${name} shows ${what} of ${key}, which is no write since the last one on its disk`
  }
  return undefined
}

function mayBe({ value, isMortal }: Write, shown: Uint8Array | undefined): boolean {
  if (shown === undefined) return isMortal || value === undefined
  return value !== undefined && equalBytes(value, shown)
}
