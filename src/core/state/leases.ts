// Keys of shared maps that last no longer than the life of the member that set them: which there
// are now, by life, and why readers are not shown them, if so. The entries themselves are slots
// like all others, and the same everywhere; what is hidden each member decides by itself, and
// sharing/leases.ts says how.

import { Timers } from '../base/timers.ts'
import type { Actor } from './lattices/index.ts'

/**
 * Why the leases of a life are not shown: its member failed, left or is not known here; it is
 * back, and has not said yet that this life goes on; or another life of it has begun, and there
 * is no way back to this one.
 */
export type Hidden = 'failed' | 'left' | 'unknown' | 'returned' | 'restarted'

/** A life with leases. Mutable for sharing/leases.ts alone. */
export interface LeaseLife extends Actor {
  readonly slotKeys: ReadonlySet<string>
  hidden: Hidden | undefined
  /** Of the question whether it goes on, while `returned`. */
  askedSalt: number | undefined
}

interface Held extends LeaseLife {
  readonly slotKeys: Set<string>
}

export class Leases {
  /** A member has no more of them than streams of shared maps. */
  readonly #livesByName = new Map<string, Held[]>()
  readonly #lifeBySlot = new Map<string, Held>()
  /** Members that are to be looked at again, and when. */
  readonly due = new Timers<string>()

  /** Keys that are bound to a life. */
  get size(): number {
    return this.#lifeBySlot.size
  }

  /** Those of them that readers are not shown. */
  get hidden(): number {
    let count = 0
    for (const lives of this.#livesByName.values()) {
      for (const life of lives) if (life.hidden !== undefined) count += life.slotKeys.size
    }
    return count
  }

  /** Lives of a member that have leases, in no order. */
  livesOf(name: string): readonly LeaseLife[] {
    return this.#livesByName.get(name) ?? []
  }

  find({ name, generation }: Actor): LeaseLife | undefined {
    return this.#find(name, generation)
  }

  /** Why readers are not shown a key, if so. */
  hiddenOf(slotKey: string): Hidden | undefined {
    return this.#lifeBySlot.get(slotKey)?.hidden
  }

  /** Notes to whose life a key is bound from now on, if to any; answers a life that is new. */
  bind(slotKey: string, writer: Actor | undefined): LeaseLife | undefined {
    const before = this.#lifeBySlot.get(slotKey)
    if (writer === undefined) {
      if (before !== undefined) this.#unbind(slotKey, before)
      return undefined
    }
    const { name, generation } = writer
    if (before?.name === name && before.generation === generation) return undefined
    if (before !== undefined) this.#unbind(slotKey, before)
    const known = this.#find(name, generation)
    const life = known ?? this.#add(name, generation)
    life.slotKeys.add(slotKey)
    this.#lifeBySlot.set(slotKey, life)
    return known === undefined ? life : undefined
  }

  #find(name: string, generation: number): Held | undefined {
    return this.#livesByName.get(name)?.find((life) => life.generation === generation)
  }

  #add(name: string, generation: number): Held {
    const life = { name, generation, slotKeys: new Set<string>() }
    const held: Held = { ...life, hidden: undefined, askedSalt: undefined }
    this.#livesByName.set(name, [...(this.#livesByName.get(name) ?? []), held])
    return held
  }

  #unbind(slotKey: string, life: Held): void {
    this.#lifeBySlot.delete(slotKey)
    life.slotKeys.delete(slotKey)
    if (life.slotKeys.size > 0) return
    const others = (this.#livesByName.get(life.name) ?? []).filter((other) => other !== life)
    if (others.length > 0) this.#livesByName.set(life.name, others)
    else {
      this.#livesByName.delete(life.name)
      this.due.clear(life.name)
    }
  }
}
