// Who has a piece of news, as far as we know: those that said so, and those we told, unless it
// was lost on the way. Made for each segment that comes in, so it costs nothing until
// somebody beside its source is noted.

const CONFIRMED = Number.POSITIVE_INFINITY
const NEVER = Number.NEGATIVE_INFINITY

export class Reached {
  readonly #source: string | undefined
  /** When a member was told, or `CONFIRMED`. */
  #toldMsByName: Map<string, number> | undefined

  /** `source` told us; undefined if it is our own news. */
  constructor(source: string | undefined) {
    this.#source = source
  }

  /** A member says that it has it. */
  confirm(name: string): void {
    if (name !== this.#source) this.#note(name, CONFIRMED)
  }

  /** We told a member. */
  tell(name: string, nowMs: number): void {
    if (!this.isConfirmed(name)) this.#note(name, nowMs)
  }

  /** Whether a member has it for certain. */
  isConfirmed(name: string): boolean {
    return name === this.#source || this.#toldMsByName?.get(name) === CONFIRMED
  }

  /** Whether a member has it, or was told. */
  has(name: string): boolean {
    return name === this.#source || this.#toldMsByName?.has(name) === true
  }

  /** When a member that has not confirmed it was told last; minus infinity if it never was. */
  toldMs(name: string): number {
    return this.#toldMsByName?.get(name) ?? NEVER
  }

  #note(name: string, toldMs: number): void {
    this.#toldMsByName ??= new Map()
    this.#toldMsByName.set(name, toldMs)
  }
}
