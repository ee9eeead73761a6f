// What is known by name for a while only: each note counts until it is forgotten, or too old for
// whoever asks. As many as there are names: whoever notes sees to that.

interface Note<T> {
  readonly value: T
  readonly atMs: number
}

export class Lately<T> {
  readonly #noteByName = new Map<string, Note<T>>()

  get size(): number {
    return this.#noteByName.size
  }

  note(name: string, value: T, nowMs: number): void {
    this.#noteByName.set(name, { value, atMs: nowMs })
  }

  /** What was noted last, if not before `sinceMs`. */
  of(name: string, sinceMs: number): T | undefined {
    const note = this.#noteByName.get(name)
    if (note === undefined || note.atMs >= sinceMs) return note?.value
    this.#noteByName.delete(name)
    return undefined
  }

  forget(name: string): void {
    this.#noteByName.delete(name)
  }
}
