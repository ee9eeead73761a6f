// What one resident was told of shared maps in this life of its: how far it holds each stream,
// what each says of a slot, and what it ever held. Judges nothing.

import { isSlot, joinOf } from '../slot-text.ts'
import type { Write } from './log.ts'
import type { Holding } from './operations.ts'

export class Told {
  readonly #writesByStream = new Map<string, Map<string, Write>>()
  readonly #baseByStream = new Map<string, number>()
  /** Streams of its own, in all lives that it began itself. */
  readonly written = new Set<string>()
  /** By slot: the join of all that was ever held here. */
  readonly everBySlot = new Map<string, Uint8Array>()

  /** By stream: the newest that it was told of each slot. */
  get streams(): ReadonlyMap<string, ReadonlyMap<string, Write>> {
    return this.#writesByStream
  }

  /** By stream: how far it is held. */
  get bases(): ReadonlyMap<string, number> {
    return this.#baseByStream
  }

  /** How far a stream is held; 0 if it is not. */
  base(stream: string): number {
    return this.#baseByStream.get(stream) ?? 0
  }

  hold(stream: string, base: number): void {
    this.#baseByStream.set(stream, base)
  }

  note(stream: string, slot: string, write: Write): void {
    const writes = this.#writesByStream.get(stream) ?? new Map<string, Write>()
    this.#writesByStream.set(stream, writes.set(slot, write))
  }

  drop(stream: string): void {
    this.#writesByStream.delete(stream)
    this.#baseByStream.delete(stream)
  }

  /** Adds to what was ever held of a slot. */
  join(slot: string, value: Uint8Array | undefined): void {
    const ever = joinOf(slot, [this.everBySlot.get(slot), value])
    if (ever !== undefined) this.everBySlot.set(slot, ever)
  }

  /** From now on only what is still held was ever held. */
  beginAnew(): void {
    this.everBySlot.clear()
    for (const writes of this.#writesByStream.values()) {
      for (const [slot, { value }] of writes) if (isSlot(slot)) this.join(slot, value)
    }
  }

  /** Which version of a slot it holds of a stream; 0 for what was withdrawn. */
  readonly holding: Holding = (stream, slot) => {
    const write = this.#writesByStream.get(stream)?.get(slot)
    return write?.value === undefined ? 0 : write.version
  }

  /** Whether a slot that was there at a version is known to be withdrawn by now. */
  isGone(stream: string, slot: string, version = 0): boolean {
    const write = this.#writesByStream.get(stream)?.get(slot)
    return write !== undefined && write.value === undefined && write.version > version
  }

  /** What each stream that it holds says of a slot, deletions included. */
  valuesOf(slot: string): readonly Uint8Array[] {
    return [...this.#writesByStream.values()].flatMap((held) => held.get(slot)?.value ?? [])
  }

  /** The join of all that it holds of a slot. */
  heldAt(slot: string): Uint8Array | undefined {
    return joinOf(slot, this.valuesOf(slot))
  }
}
