// A second opinion on shared maps that joins no slots: from the operations that members were told
// are done it works out what a reader reads who has some of them. A counter is the sum, a register
// the latest write, an element is there if an addition is left that no removal had seen. Which
// operations a reader has is told by the streams it holds. Once a member writes what others did,
// as adopters do, the operations of that key no longer tell, and it is judged no more.

import { type Input, type Notice, type SlotOp, slotKey } from '../../core/index.ts'
import { joinOf, NOTHING, placeOf, readOf, stampOf, textOf } from '../slot-text.ts'
import { FlawFound } from './flaw.ts'
import type { Resident } from './resident.ts'
import type { SharedLog } from './shared-log.ts'

/** A write of a slot by its writer. */
export interface OwnWrite {
  readonly slot: string
  readonly writer: string
  readonly stream: string
  readonly version: number
  readonly value: Uint8Array
}

/** An operation as its writer did it. */
interface Deed extends OwnWrite {
  readonly op: SlotOp
  /** All that it takes away, or takes the place of. */
  readonly ended: ReadonlySet<Deed>
}

/** The version of a slot that a reader holds of a stream; 0 if none, or if it was withdrawn. */
export type Holding = (stream: string, slot: string) => number

export class Operations {
  readonly #deedsBySlot = new Map<string, Deed[]>()
  /** Keys of which somebody has written what others did. */
  readonly #mixed = new Set<string>()
  /** What was done to counters, by slot. */
  readonly #sumBySlot = new Map<string, number>()
  /** What this step has written, and the last command that is done. */
  readonly #writes: OwnWrite[] = []
  #doneId = 0
  /** By member: its last write that has a stamp, and the last that is on its disk. */
  readonly #stampedByName = new Map<string, OwnWrite>()
  readonly #safeByName = new Map<string, OwnWrite>()

  wrote(write: OwnWrite): void {
    this.#writes.push(write)
  }

  told({ id, outcome }: Extract<Notice, { kind: 'done' }>): void {
    if (outcome.kind === 'ok') this.#doneId = id
  }

  /**
   * Takes note of what a step has written, and of the operation if it was one; answers the write
   * that came of it.
   */
  stepped({ name, core }: Resident, input: Input, held: Holding): OwnWrite | undefined {
    const put = this.#putBy(input)
    const writes = this.#writes.splice(0)
    const last = put && writes.findLast(({ slot }) => slot === put.slot)
    for (const write of writes) {
      if (put === undefined || write !== last) this.#mixed.add(write.slot)
      else this.#note(put.op, write, held)
    }
    if (put === undefined) return undefined
    const { slot, op, map, key } = put
    if (op.lattice === 'counter') {
      this.#sumBySlot.set(slot, (this.#sumBySlot.get(slot) ?? 0) + op.by)
    }
    const reads = readOf(slot, core.state.slot(op.lattice, map, key)?.joined)
    if (isDone(op, name, reads)) return last
    const what = `${name}, ${textOf(slot)}: ${op.kind} is done, and ${reads} is read`
    throw new FlawFound('lost', what)
  }

  /** What an input asked for, if it was an operation, and is done. */
  #putBy(input: Input) {
    if (input.kind !== 'command' || input.command.kind !== 'state-put') return undefined
    if (this.#doneId !== input.id) return undefined
    const { map, key, op } = input.command
    return { slot: slotKey({ lattice: op.lattice, map, key }), op, map, key }
  }

  #note(op: SlotOp, write: OwnWrite, held: Holding): void {
    const deeds = this.#deedsBySlot.get(write.slot) ?? []
    this.#deedsBySlot.set(write.slot, deeds)
    deeds.push({ ...write, op, ended: endedBy(op, seenBy(deeds, held)) })
    if (op.lattice === 'register') this.#judgeStamp(write)
  }

  /** A life begins: what the one before had not brought to its disk is lost. */
  started({ name }: Resident): void {
    this.#stampedByName.delete(name)
  }

  /** All that a member has written is on its disk. */
  saved({ name }: Resident): void {
    const last = this.#stampedByName.get(name)
    if (last !== undefined) this.#safeByName.set(name, last)
  }

  #judgeStamp(write: OwnWrite): void {
    const { writer, slot } = write
    this.#stampedByName.set(writer, write)
    const safe = this.#safeByName.get(writer)
    if (safe === undefined || compareStamps(write, safe) > 0) return
    const what = `${writer}, ${textOf(slot)}: a stamp is not above one that is on its disk`
    throw new FlawFound('regression', what)
  }

  /** What a reader reads of a key, as text; undefined if the operations do not tell. */
  read(slot: string, held: Holding): string | undefined {
    if (this.#mixed.has(slot)) return undefined
    const deeds = seenBy(this.#deedsBySlot.get(slot) ?? [], held)
    return deeds.length === 0 ? NOTHING : readingOf(slot, deeds)
  }

  /** A counter whose slots, all together, do not come to what was counted. */
  miscounted({ streams }: SharedLog): FlawFound | undefined {
    for (const [slot, sum] of this.#sumBySlot) {
      const written = [...streams].flatMap(([, log]) => log.get(slot) ?? [])
      const all = joinOf(
        slot,
        written.map(({ value }) => value),
      )
      if (readOf(slot, all) === `counter ${sum}`) continue
      const what = `${textOf(slot)}: ${sum} was counted, the slots say ${readOf(slot, all)}`
      return new FlawFound('divergence', what)
    }
    return undefined
  }
}

/** Whether a writer reads what it has just done, whatever was there before. */
function isDone(op: SlotOp, writer: string, text: string): boolean {
  switch (op.lattice) {
    case 'register':
      return op.kind === 'delete'
        ? text === NOTHING
        : text.startsWith(`${op.value.join('.')} of ${writer} at `)
    case 'multi':
      return text === (op.kind === 'delete' ? NOTHING : op.value.join('.'))
    case 'element':
      return text === (op.kind === 'remove' ? NOTHING : 'element')
    case 'flag':
      return text === 'flag'
    case 'max':
      return Number(text.slice('max '.length)) >= op.value
    case 'min':
      return Number(text.slice('min '.length)) <= op.value
    default:
      return true
  }
}

function seenBy(deeds: readonly Deed[], held: Holding): readonly Deed[] {
  return deeds.filter(({ stream, slot, version }) => version <= held(stream, slot))
}

/** Removals, and writes that stand side by side, end all they have seen, and what that had ended. */
function endedBy(op: SlotOp, seen: readonly Deed[]): ReadonlySet<Deed> {
  const doesEnd = op.lattice === 'multi' || (op.lattice === 'element' && op.kind === 'remove')
  return new Set(doesEnd ? seen.flatMap((deed) => [deed, ...deed.ended]) : [])
}

function readingOf(slot: string, deeds: readonly Deed[]): string {
  const { lattice } = placeOf(slot)
  switch (lattice) {
    case 'flag':
      return lattice
    case 'counter':
      return `${lattice} ${numbersOf(deeds).reduce((sum, by) => sum + by, 0)}`
    case 'max':
    case 'min':
      return `${lattice} ${Math[lattice](...numbersOf(deeds))}`
    case 'register':
      return readingOfLatest(deeds)
    default:
      return readingOfLeft(deeds)
  }
}

function numbersOf(deeds: readonly Deed[]): readonly number[] {
  return deeds.flatMap(({ op }) => {
    if (op.lattice === 'counter') return op.by
    return op.lattice === 'max' || op.lattice === 'min' ? op.value : []
  })
}

/** The latest by stamp, and of two at one stamp the one whose writer's name is the later. */
function readingOfLatest(deeds: readonly Deed[]): string {
  const [last] = [...deeds].sort(
    (one, other) => compareStamps(other, one) || (one.writer > other.writer ? -1 : 1),
  )
  if (last?.op.lattice !== 'register' || last.op.kind === 'delete') return NOTHING
  return `${last.op.value.join('.')} of ${last.writer} at ${stampOf(last.slot, last.value).ms}`
}

function compareStamps(one: OwnWrite, other: OwnWrite): number {
  const mine = stampOf(one.slot, one.value)
  const theirs = stampOf(other.slot, other.value)
  return mine.ms - theirs.ms || mine.counter - theirs.counter
}

/** What no other that is seen has ended. */
function readingOfLeft(deeds: readonly Deed[]): string {
  const ended = new Set(deeds.flatMap((deed) => [...deed.ended]))
  const left = deeds.filter((deed) => !ended.has(deed)).map(({ op }) => op)
  if (left.some(({ lattice, kind }) => lattice === 'element' && kind === 'add')) return 'element'
  const values = left.flatMap((op) =>
    op.lattice === 'multi' && op.kind === 'set' ? [op.value] : [],
  )
  const texts = values
    .sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d)
    .map((value) => value.join('.'))
  return values.length === 0 ? NOTHING : [...new Set(texts)].join(' | ')
}
