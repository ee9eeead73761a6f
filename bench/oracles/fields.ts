// Reading a file of reference values: what is missing or of another kind is an error that
// names the place, so that a misspelt cell is never a cell that held.

/** A part of the file that is not what it must be. */
export class BadFile extends Error {}

/** An object of the file with its place, for messages. */
export class Fields {
  readonly place: string
  readonly #value: object

  constructor(place: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new BadFile(`${place} must be an object`)
    }
    this.place = place
    this.#value = value
  }

  keys(): readonly string[] {
    return Object.keys(this.#value)
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined
  }

  number(name: string): number {
    const value = this.#get(name)
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw new BadFile(`${this.place}.${name} must be a number, it is ${JSON.stringify(value)}`)
  }

  numbers(name: string): readonly number[] {
    const value = this.#get(name)
    if (Array.isArray(value) && value.every((one) => typeof one === 'number')) return value
    throw new BadFile(`${this.place}.${name} must be a list of numbers`)
  }

  /** One of the words allowed. */
  word<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#get(name)
    const word = words.find((one) => one === value)
    if (word !== undefined) return word
    throw new BadFile(
      `${this.place}.${name} must be one of ${words.join(', ')}, it is ${JSON.stringify(value)}`,
    )
  }

  object(name: string): Fields {
    return new Fields(`${this.place}.${name}`, this.#get(name))
  }

  objects(name: string): readonly Fields[] {
    const value = this.#get(name)
    if (!Array.isArray(value)) throw new BadFile(`${this.place}.${name} must be a list`)
    return value.map((one, index) => new Fields(`${this.place}.${name}[${index}]`, one))
  }

  #get(name: string): unknown {
    return Object.entries(this.#value).find(([key]) => key === name)?.[1]
  }
}
