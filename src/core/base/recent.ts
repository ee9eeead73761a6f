// A set that remembers only the most recent entries, so that strangers cannot fill it.

export class RecentSet {
  readonly #max: number
  readonly #entries = new Set<string>()

  constructor(max: number) {
    this.#max = max
  }

  has(entry: string): boolean {
    return this.#entries.has(entry)
  }

  add(entry: string): void {
    this.#entries.add(entry)
    if (this.#entries.size <= this.#max) return
    const oldest = this.#entries.values().next()
    if (oldest.done !== true) this.#entries.delete(oldest.value)
  }
}
