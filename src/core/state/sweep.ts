// What proves that a slot of ours may go: a sweep. First everybody who counts says that it holds
// all we had written, and we hold all that each had written when it said so: what anybody
// writes to those keys from now on was written after having seen ours. Then everybody is seen
// to hold at least what we held of every stream at one moment, and we hold what it had written by
// then, as it may have adopted something old meanwhile: nothing older is left anywhere.
// Keeps the score; whom it may trust, and what then goes, is for sharing/sweeping.ts.

import type { Reach } from '../wire/acknowledgement.ts'
import type { PlaceRange } from '../wire/state-messages.ts'
import { partOf, WHOLE_SPACE } from './digest.ts'

interface Progress {
  /** What the member had written when it said that it holds what we had; undefined: not yet. */
  written: Reach | undefined
  /** What it has written by its last word. */
  said: Reach
  /** What it had written when the last range was confirmed. */
  confirmedAt: Reach
  /** Ranges of the space in which it was seen to hold what we held. */
  readonly confirmed: Set<string>
  /** Who is missing, by its word; undefined: it has not told. */
  missing: readonly string[] | undefined
}

const NOTHING: Reach = { generation: 0, base: 0 }

/** What was held at one moment. */
export interface Snapshot {
  /** How far each shared stream was held, by its key. */
  readonly baseByStream: ReadonlyMap<string, number>
  /** Our own slots that said only that something is deleted, and had no other beside them. */
  readonly lone: ReadonlySet<string>
}

export class Sweep {
  /** Our stream when the sweep began: all of it is to be held by all. */
  readonly begun: Reach
  readonly #progressByName: ReadonlyMap<string, Progress>
  #snapshot: Snapshot | undefined

  constructor(begun: Reach, members: Iterable<string>) {
    this.begun = begun
    this.#progressByName = new Map(
      [...members].map((name) => [
        name,
        {
          written: undefined,
          said: NOTHING,
          confirmedAt: NOTHING,
          confirmed: new Set<string>(),
          missing: undefined,
        },
      ]),
    )
  }

  /** Undefined until the second half has begun. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** Whether the sweep is about exactly these members. */
  isAbout(members: ReadonlySet<string>): boolean {
    if (members.size !== this.#progressByName.size) return false
    return [...members].every((name) => this.#progressByName.has(name))
  }

  /** A member says how far it holds our stream and has written; false if the sweep is void. */
  hear(name: string, held: Reach, written: Reach): boolean {
    const progress = this.#progressByName.get(name)
    if (progress === undefined) return true
    progress.said = written
    const holdsAll = held.generation === this.begun.generation && held.base >= this.begun.base
    // It held all that we had, and does no more: it has begun anew.
    if (!holdsAll) return progress.written === undefined
    if (progress.written === undefined) progress.written = written
    const { generation } = progress.written
    return generation === 0 || generation === written.generation
  }

  /** The second half begins, if `isHeld` of all that each had written when it spoke. */
  halve(isHeld: (name: string, written: Reach) => boolean, snapshot: () => Snapshot): void {
    if (this.#snapshot !== undefined) return
    for (const [name, { written }] of this.#progressByName) {
      if (written === undefined || !isHeld(name, written)) return
    }
    this.#snapshot = snapshot()
  }

  /** A member was seen to hold, in a range, what we held at the snapshot, and nothing unknown. */
  confirm(name: string, range: PlaceRange): void {
    const progress = this.#progressByName.get(name)
    if (this.#snapshot === undefined || progress?.confirmed.has(textOf(range)) !== false) return
    progress.confirmed.add(textOf(range))
    progress.confirmedAt = progress.said
  }

  /** Whether `isHeld` of all that each had written when it was seen to hold everything. */
  isCaughtUp(isHeld: (name: string, written: Reach) => boolean): boolean {
    return [...this.#progressByName].every(([name, { confirmedAt }]) => isHeld(name, confirmedAt))
  }

  /** A member says who is missing of those who count. */
  tell(name: string, missing: readonly string[]): void {
    const progress = this.#progressByName.get(name)
    if (progress !== undefined) progress.missing = missing
  }

  /** Who has not said who is missing. */
  get untold(): readonly string[] {
    return [...this.#progressByName.keys()].filter((name) => this.missingBy(name) === undefined)
  }

  /** Who is missing, by the word of a member. */
  missingBy(name: string): readonly string[] | undefined {
    return this.#progressByName.get(name)?.missing
  }

  get members(): Iterable<string> {
    return this.#progressByName.keys()
  }

  /** Whom it waits for; nobody once all is proven. */
  get waitingFor(): readonly string[] {
    const names: string[] = []
    for (const [name, { written, confirmed }] of this.#progressByName) {
      const isDone =
        this.#snapshot === undefined ? written !== undefined : covers(confirmed, WHOLE_SPACE, 2)
      if (!isDone) names.push(name)
    }
    return names
  }

  get isProven(): boolean {
    return this.#snapshot !== undefined && this.waitingFor.length === 0
  }
}

/** Whether a range was confirmed, or all of its parts were. */
function covers(confirmed: ReadonlySet<string>, range: PlaceRange, depth: number): boolean {
  if (confirmed.has(textOf(range))) return true
  if (depth === 0) return false
  for (let index = 0; index < 16; index++) {
    if (!covers(confirmed, partOf(range, index), depth - 1)) return false
  }
  return true
}

function textOf({ depth, prefix }: PlaceRange): string {
  return `${depth} ${prefix}`
}
