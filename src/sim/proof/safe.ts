// What members with a disk have on it for certain, by the logs of what they wrote. Who comes back
// has that again: of its own keys what it last wrote, or would have been next to write, and of
// shared maps all that it had added, whatever else was lost when it crashed.

import { equalBytes, type Notice } from '../../core/index.ts'
import { isSlot, joinOf, readOf, textOf } from '../slot-text.ts'
import { FlawFound } from './flaw.ts'
import type { Write } from './log.ts'
import { MORTAL, type OwnOracle } from './own-oracle.ts'
import type { Resident } from './resident.ts'
import { streamOf } from './shared-log.ts'
import type { SharedOracle } from './shared-oracle.ts'

interface Point {
  readonly generation: number
  readonly base: number
}

export class Safe {
  readonly #own: OwnOracle
  readonly #shared: SharedOracle
  /** How far a member's keys are on its disk, and in which life. */
  readonly #keysByName = new Map<string, Point>()
  /** How far each of its streams of shared maps is. */
  readonly #streamsByName = new Map<string, Map<string, number>>()

  constructor(own: OwnOracle, shared: SharedOracle) {
    this.#own = own
    this.#shared = shared
  }

  /** All that a resident wanted kept is on its disk. */
  saved(resident: Resident): void {
    const { name, disk } = resident
    // Of some only the clock and the lives are kept.
    if (disk?.durability === 'none') return
    const keys = this.#own.replica(resident, name)
    if (keys !== undefined) this.#keysByName.set(name, keys)
    const streams = this.#streamsByName.get(name) ?? new Map<string, number>()
    this.#streamsByName.set(name, streams)
    const told = this.#shared.toldOf(resident)
    for (const stream of told.written) streams.set(stream, told.base(stream))
  }

  told({ name }: Resident, notice: Notice): void {
    if (notice.kind !== 'dropped' || notice.node !== name) return
    // What was in it is in another of its streams, or others have finished with it.
    this.#streamsByName.get(name)?.delete(streamOf(name, notice.generation))
  }

  /** It begins a life with what was on its disk. */
  revived(resident: Resident): void {
    const point = this.#keysByName.get(resident.name)
    if (point !== undefined) this.#judgeKeys(resident, point)
    const streams = this.#streamsByName.get(resident.name) ?? []
    for (const [stream, base] of streams) this.#judgeStream(resident, stream, base)
  }

  #judgeKeys(resident: Resident, { generation, base }: Point): void {
    const { name, core } = resident
    const present = this.#own.replica(resident, name)?.generation ?? Number.POSITIVE_INFINITY
    const log = this.#own.log(name, generation)
    const later = this.#own.lives(name).filter((life) => life > generation && life < present)
    const shown = new Map(core.state.items(name, '').map(({ key, value }) => [key, value]))
    for (const key of new Set([...log.keys(), ...shown.keys()])) {
      const writes = log.get(key) ?? []
      const last = writes.findLast(({ version }) => version <= base)
      // What was on its way to the disk may have come there.
      const unsure = [
        ...writes.filter(({ version }) => version > base),
        ...later.flatMap((life) => this.#own.log(name, life).get(key) ?? []),
      ]
      const value = shown.get(key)
      const mayEnd = value === undefined && key.startsWith(MORTAL)
      if (mayEnd || [last ?? NOT_WRITTEN, ...unsure].some((write) => says(write, value))) continue
      const kind = value === undefined ? 'lost' : 'resurrection'
      throw new FlawFound(kind, `${name} is back without what it last had on disk of ${key}`)
    }
  }

  #judgeStream(resident: Resident, stream: string, base: number): void {
    for (const [slot, writes] of this.#shared.log.of(stream)) {
      if (!isSlot(slot)) continue
      const last = writes.findLast(({ version }) => version <= base)
      // It may have been withdrawn in what was on its way to the disk.
      if (last?.value === undefined || writes.at(-1)?.value === undefined) continue
      const held = this.#shared.toldOf(resident).heldAt(slot)
      if (readOf(slot, joinOf(slot, [held, last.value])) === readOf(slot, held)) continue
      const what = `${resident.name} is back without its ${textOf(slot)} of ${stream}`
      throw new FlawFound('lost', what)
    }
  }
}

const NOT_WRITTEN: Write = { version: 0, value: undefined }

function says({ value }: Write, shown: Uint8Array | undefined): boolean {
  if (value === undefined || shown === undefined) return value === shown
  return equalBytes(value, shown)
}
