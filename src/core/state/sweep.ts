// What proves that a slot of ours may go: a sweep. First everybody who counts says that it holds
// all we had written, and we hold all that each had written when it said so: what anybody
// writes to those keys from now on was written after having seen ours. Then everybody is seen
// to hold at least what we held of every stream at one moment: nothing older is left anywhere,
// but for what was adopted meanwhile, and came from where it was to where nobody looked again. So
// in the end everybody is asked once more how far it has written, and we hold all of that; had
// anything been adopted we had found the word of it, and begun anew.
// Keeps the score; whom it may trust, and what then goes, is for sharing/sweeping.ts.

import type { Reach } from '../wire/acknowledgement.ts'
import type { PlaceRange } from '../wire/state-messages.ts'

interface Progress {
  /** What the member had written when it said that it holds what we had; undefined: not yet. */
  written: Reach | undefined
  /**
   * Where it was seen to hold what we held: for each sixteenth of the space a mask of its own
   * sixteenths. Whatever ranges others compare, this is all that is noted of them.
   */
  readonly confirmed: Uint16Array
  /** Who is missing, by its word; undefined: it has not told. */
  missing: readonly string[] | undefined
  /** Of the question how far it has written by now, when all were seen to hold everything. */
  salt: number | undefined
  /** Its answer. */
  last: Reach | undefined
}

const ALL_SIXTEENTHS = 0xffff

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
          confirmed: new Uint16Array(16),
          missing: undefined,
          salt: undefined,
          last: undefined,
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
    const holdsAll = held.generation === this.begun.generation && held.base >= this.begun.base
    // It held all that we had, and does no more: it has begun anew.
    if (!holdsAll) return progress.written === undefined
    progress.written ??= written
    const { generation, base } = progress.written
    // Words overtake each other, or are false: the least of them will do.
    if (generation === written.generation && written.base < base) progress.written = written
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
    if (this.#snapshot === undefined || progress === undefined) return
    note(progress.confirmed, range)
  }

  /** Whose last word is to be asked for: nobody's before all is proven. */
  get unheard(): readonly string[] {
    if (!this.isProven) return []
    return [...this.members].filter((name) => this.#progressByName.get(name)?.last === undefined)
  }

  /** A member is asked how far it has written by now; its answer carries the salt. */
  ask(name: string, salt: number): void {
    const progress = this.#progressByName.get(name)
    if (progress !== undefined) progress.salt = salt
  }

  /** A member answers something. */
  answer(name: string, salt: number, written: Reach): void {
    const progress = this.#progressByName.get(name)
    if (progress?.salt === salt) progress.last = written
  }

  /** Whose last word has not come, or is not `isHeld`. */
  behind(isHeld: (name: string, written: Reach) => boolean): readonly string[] {
    const isBehind = (name: string, last: Reach | undefined) =>
      last === undefined || !isHeld(name, last)
    return [...this.#progressByName].flatMap(([name, { last }]) =>
      isBehind(name, last) ? name : [],
    )
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
      const isDone = this.#snapshot === undefined ? written !== undefined : isWhole(confirmed)
      if (!isDone) names.push(name)
    }
    return names
  }

  get isProven(): boolean {
    return this.#snapshot !== undefined && this.waitingFor.length === 0
  }
}

/** Notes a range; smaller ones than a sixteenth of a sixteenth are never needed. */
function note(confirmed: Uint16Array, { depth, prefix }: PlaceRange): void {
  const [first, second] = [prefix >>> 28, (prefix >>> 24) & 15]
  if (depth === 0) confirmed.fill(ALL_SIXTEENTHS)
  if (depth === 1) confirmed[first] = ALL_SIXTEENTHS
  if (depth === 2) confirmed[first] = (confirmed[first] ?? 0) | (1 << second)
}

function isWhole(confirmed: Uint16Array): boolean {
  return confirmed.every((mask) => mask === ALL_SIXTEENTHS)
}
